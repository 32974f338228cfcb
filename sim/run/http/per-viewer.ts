import { Chain, type Link } from './chain.ts';
import type { Connections } from './connections.ts';
import type { Exchange } from './exchange.ts';
import { Line, type LineOwner, type LineParts } from './line.ts';

/**
 * Each viewer has its own connection, as phones do: opened at its first request, kept while it shops. When there are as many as
 * there may be, the one that has been idle longest makes room.
 */
export class PerViewer implements Connections {
  private readonly parts: LineParts;
  private readonly most: number;
  /** Only viewers who have asked for something and have not left. */
  private readonly shoppers = new Map<number, Shopper>();
  private readonly connected = new Set<Shopper>();
  private readonly idle = new Chain<Shopper>();
  /** They have no connection, and all are busy. */
  private readonly wanting = new Chain<Shopper>();

  constructor(parts: LineParts, most: number) {
    this.parts = parts;
    this.most = most;
  }

  take(exchange: Exchange): void {
    const shopper = this.shopperOf(exchange.viewer);
    if (!shopper.line) return this.want(shopper, exchange);
    // Behind a request of its own it waits for the backend, not for us.
    exchange.queuedMs = 0;
    if (!shopper.place) return void shopper.waiting.push(exchange);
    this.idle.remove(shopper.place);
    shopper.place = null;
    shopper.line.carry(exchange);
  }

  left(viewer: number): void {
    const shopper = this.shoppers.get(viewer);
    if (!shopper) return;
    this.shoppers.delete(viewer);
    shopper.hasLeft = true;
    if (!shopper.line || !shopper.place) return;
    this.idle.remove(shopper.place);
    this.disconnect(shopper);
  }

  async destroy(): Promise<void> {
    for (let shopper = this.wanting.shift(); shopper; shopper = this.wanting.shift()) shopper.cutWaiting();
    for (const shopper of this.connected) shopper.cutWaiting();
    await Promise.all(Array.from(this.connected, (shopper) => shopper.line?.destroy()));
  }

  /** Its connection can carry another request. */
  freed(shopper: Shopper, line: Line): void {
    const next = shopper.next();
    if (next) return line.carry(next);
    if (shopper.hasLeft) this.disconnect(shopper);
    else shopper.place = this.idle.push(shopper);
    this.serve();
  }

  /** Its connection is no more. What it still wants goes over a new one in its stead. */
  ended(shopper: Shopper): void {
    if (shopper.place) this.idle.remove(shopper.place);
    this.forget(shopper);
    const next = shopper.next();
    if (next) this.connect(shopper, next);
    this.serve();
  }

  private want(shopper: Shopper, exchange: Exchange): void {
    shopper.waiting.push(exchange);
    if (shopper.place) return;
    shopper.place = this.wanting.push(shopper);
    this.serve();
  }

  /** Gives connections to those who want one, in the order in which they asked. */
  private serve(): void {
    while (!this.wanting.isEmpty && (this.connected.size < this.most || !this.idle.isEmpty)) {
      const shopper = this.wanting.shift()!;
      shopper.place = null;
      const next = shopper.next();
      if (!next) {
        this.forget(shopper);
        continue;
      }
      if (this.connected.size >= this.most) this.disconnect(this.idle.shift()!);
      this.connect(shopper, next);
    }
  }

  private connect(shopper: Shopper, first: Exchange): void {
    const nowMs = performance.now();
    for (const exchange of [first, ...shopper.waiting]) exchange.queuedMs ??= nowMs - exchange.askedMs;
    if (!shopper.hasLeft) this.shoppers.set(shopper.viewer, shopper);
    this.connected.add(shopper);
    shopper.line = new Line(this.parts, shopper);
    shopper.line.carry(first);
  }

  private disconnect(shopper: Shopper): void {
    void shopper.line?.close();
    this.forget(shopper);
  }

  private forget(shopper: Shopper): void {
    shopper.line = null;
    shopper.place = null;
    this.connected.delete(shopper);
    if (!shopper.hasLeft) this.shoppers.delete(shopper.viewer);
  }

  private shopperOf(viewer: number): Shopper {
    const known = this.shoppers.get(viewer);
    if (known) return known;
    const shopper = new Shopper(viewer, this);
    this.shoppers.set(viewer, shopper);
    return shopper;
  }
}

/** A viewer who shops. One request at a time, in the order in which it asked. */
class Shopper implements LineOwner {
  readonly viewer: number;
  line: Line | null = null;
  /** With a line: among the idle. Without: among those who want one. */
  place: Link<Shopper> | null = null;
  hasLeft = false;
  readonly waiting: Exchange[] = [];
  private readonly all: PerViewer;

  constructor(viewer: number, all: PerViewer) {
    this.viewer = viewer;
    this.all = all;
  }

  freed(line: Line): void {
    this.all.freed(this, line);
  }

  ended(): void {
    this.all.ended(this);
  }

  /** The first of those whose time is not over yet. */
  next(): Exchange | undefined {
    let exchange = this.waiting.shift();
    while (exchange?.ending) exchange = this.waiting.shift();
    return exchange;
  }

  cutWaiting(): void {
    for (let next = this.next(); next; next = this.next()) next.cut();
  }
}
