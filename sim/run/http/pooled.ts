import { Chain } from './chain.ts';
import type { Connections } from './connections.ts';
import type { Exchange } from './exchange.ts';
import { Line, type LineOwner, type LineParts } from './line.ts';

/** Connections that all share. A new one is opened when none is idle and they are not too many yet. */
export class Pooled implements Connections, LineOwner {
  private readonly parts: LineParts;
  private readonly most: number;
  private readonly lines = new Set<Line>();
  /** The one that was used last is used next, so that those which are not needed come to their end. */
  private readonly idle = new Chain<Line>();
  private readonly waiting = new Chain<Exchange>();

  constructor(parts: LineParts, most: number) {
    this.parts = parts;
    this.most = most;
  }

  take(exchange: Exchange): void {
    const line = this.rested() ?? this.fresh();
    if (!line) return void this.waiting.push(exchange);
    exchange.queuedMs = 0;
    line.carry(exchange);
  }

  left(): void {
    // Others go on with its connection.
  }

  freed(line: Line): void {
    const next = this.next();
    if (next) line.carry(next);
    else line.place = this.idle.push(line);
  }

  ended(line: Line): void {
    if (line.place) this.idle.remove(line.place);
    this.lines.delete(line);
    const next = this.next();
    if (next) this.fresh()?.carry(next);
  }

  async destroy(): Promise<void> {
    for (let next = this.next(); next; next = this.next()) next.cut();
    await Promise.all(Array.from(this.lines, (line) => line.destroy()));
  }

  /** The first of those whose time is not over yet. */
  private next(): Exchange | undefined {
    let exchange = this.waiting.shift();
    while (exchange?.ending) exchange = this.waiting.shift();
    if (exchange) exchange.queuedMs = performance.now() - exchange.askedMs;
    return exchange;
  }

  private rested(): Line | undefined {
    const line = this.idle.pop();
    if (line) line.place = null;
    return line;
  }

  private fresh(): Line | undefined {
    if (this.lines.size >= this.most) return undefined;
    const line = new Line(this.parts, this);
    this.lines.add(line);
    return line;
  }
}
