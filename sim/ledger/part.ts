import type { HistoryEvent } from './events.ts';
import type { StockSeen } from './history.ts';
import { Ids } from './ids.ts';
import type { PurchaseFields } from './purchase-rows.ts';
import { PurchaseTable } from './purchase-table.ts';
import { AT, RequestLine, type LineEvent } from './request-line.ts';
import type { Room } from './step-columns.ts';
import type { Texts } from './texts.ts';
import type { VisitColumns } from './visit-rows.ts';
import { VisitTable } from './visit-table.ts';

/** What one file says. Plain values and arrays, so that one thread can hand it to another. */
export interface PartFields {
  /** Of the worker, or COORDINATOR. */
  readonly shard: number;
  /** The last `at` of what a viewer did. */
  readonly lastMs: number;
  readonly ended: boolean;
  /** Why it is not whole, if it is not, and from when on. */
  readonly broken: { readonly fromMs: number; readonly why: string } | null;
  /** Events that there are few of, as they were. */
  readonly rare: readonly HistoryEvent[];
  readonly stock: readonly StockSeen[];
  readonly viewers: Texts;
  readonly purchases: PurchaseFields;
  readonly visits: VisitColumns;
}

/**
 * Puts together what one file says: of a worker, or of the coordinator. A viewer stays with one worker, so both halves of a request or a
 * visit are in one file. What comes twice or without its other half (an answer to nothing, a leave without an enter) is passed over: the
 * disk may have been full in between.
 */
export class Part {
  private readonly shard: number;
  private lastMs = -Infinity;
  private ended = false;
  private broken: PartFields['broken'] = null;
  private readonly rare: HistoryEvent[] = [];

  private readonly viewers = new Ids();
  private readonly purchases: PurchaseTable;
  private readonly visits = new VisitTable(this.viewers);
  private readonly line = new RequestLine();
  private readonly stock: StockSeen[] = [];

  constructor(shard: number, room: Room) {
    this.shard = shard;
    this.purchases = new PurchaseTable(this.viewers, room);
  }

  add(event: HistoryEvent): void {
    switch (event.e) {
      case 'sent':
        this.addLine('sent', this.line.setSent(event));
        return;
      case 'told':
        this.addLine('told', this.line.setTold(event));
        return;
      case 'enter':
        this.saw(event.at);
        this.visits.enter(event);
        return;
      case 'leave':
        this.saw(event.at);
        this.visits.leave(event);
        return;
      case 'chat':
        this.saw(event.at);
        return;
      case 'room':
        this.saw(event.at);
        this.visits.roomSoFar(event);
        return;
      case 'here':
        this.saw(event.at);
        this.visits.here(event);
        return;
      case 'stock':
        this.stock.push({
          productId: `${event.x}`,
          left: event.left,
          publishedAtMs: event.at,
          seenAtMs: event.seen ?? event.at,
        });
        return;
      default:
        this.addRare(event);
    }
  }

  /** As `add` of one of the events that there are many of, without an object of its own. */
  addLine(kind: LineEvent, line: RequestLine): void {
    this.saw(line.numbers[AT]);
    if (kind === 'sent') this.purchases.sent(line);
    else if (kind === 'told') this.purchases.told(line);
    else if (kind === 'enter') this.visits.entered(line);
    else if (kind === 'leave') this.visits.left(line);
  }

  /** Something in this file cannot be read: from here on it is not whole. */
  damaged(why: string): void {
    this.broken ??= { fromMs: this.lastMs, why };
  }

  get fields(): PartFields {
    const { shard, lastMs, ended, broken, rare, stock, viewers, purchases, visits } = this;
    // A worker that was killed could not say how the visits of its viewers ended.
    if (!ended) visits.cut();
    const tables = { viewers: viewers.texts, purchases: purchases.fields, visits: visits.columns };
    return { shard, lastMs, ended, broken, rare, stock, ...tables };
  }

  private addRare(event: HistoryEvent): void {
    if (event.e === 'give') this.saw(event.sentMs);
    if (event.e === 'cue') this.saw(event.answeredMs ?? event.sentMs);
    if (event.e === 'end') {
      // After the first event that could not be written none is.
      if ((event.lost ?? 0) > 0) this.damaged(`${event.lost} events could not be written`);
      this.saw(event.at);
      this.ended = true;
    }
    this.rare.push(event);
  }

  private saw(atMs: number): void {
    if (atMs > this.lastMs) this.lastMs = atMs;
  }
}
