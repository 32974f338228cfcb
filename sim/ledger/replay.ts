import { COORDINATOR, type BeginEvent, type CueEvent, type HistoryEvent, type ShowEvent } from './events.ts';
import type { Gap, GivenCue, History, StockSeen } from './history.ts';
import { Ids } from './ids.ts';
import { PurchaseTable } from './purchase-table.ts';
import { AT, RequestLine, type LineEvent } from './request-line.ts';
import { VisitTable } from './visit-table.ts';

type Stretch = History['invalid'][number];

/** One file: of a worker, or of the coordinator (`COORDINATOR`). */
interface Part {
  /** The last `at` of what a viewer did. */
  lastMs: number;
  ended: boolean;
  /** Why it is not whole, if it is not, and from when on. */
  broken: { fromMs: number; why: string } | null;
}

/**
 * Puts a history together from the events of its files, in any interleaving of the files. What comes twice or without its
 * other half (an answer to nothing, a leave without an enter) is passed over: the disk may have been full in between.
 */
export class Replay {
  private begin: BeginEvent | null = null;
  private show: ShowEvent | null = null;
  private epochOffsetMs: number | null = null;
  private untilMs: number | null = null;
  private lastMs = -Infinity;
  private readonly parts = new Map<number, Part>();
  private lastShard = NaN;
  private lastPart = blankPart();
  private readonly died: { readonly shard: number; readonly how: string }[] = [];
  private readonly cues: GivenCue[] = [];
  private readonly invalid: Stretch[] = [];

  private readonly viewers = new Ids();
  private readonly products = new Ids();
  private readonly purchases = new PurchaseTable(this.viewers);
  private readonly line = new RequestLine();
  private readonly visits = new VisitTable(this.viewers);
  private readonly stock = new Map<string, StockSeen>();

  /** Whether the coordinator said that the window began; before that there is nothing to check. */
  get hasBegun(): boolean {
    return this.begin !== null && this.show !== null && this.epochOffsetMs !== null;
  }

  /** `shard`: whose file it is from. */
  add(event: HistoryEvent, shard: number): void {
    switch (event.e) {
      case 'sent':
        this.addLine('sent', this.line.setSent(event), shard);
        return;
      case 'told':
        this.addLine('told', this.line.setTold(event), shard);
        return;
      case 'enter':
        this.saw(event.at, shard);
        this.visits.enter(event);
        return;
      case 'leave':
        this.saw(event.at, shard);
        this.visits.leave(event);
        return;
      case 'chat':
        this.saw(event.at, shard);
        return;
      case 'stock':
        this.stock.set(`${event.x} ${event.left} ${event.at}`, {
          productId: this.products.kept(this.products.rowOf(`${event.x}`)),
          left: event.left,
          publishedAtMs: event.at,
        });
        return;
      case 'end':
        // After the first event that could not be written none is.
        if ((event.lost ?? 0) > 0) this.damaged(shard, `${event.lost} events could not be written`);
        this.saw(event.at, shard);
        this.part(shard).ended = true;
        if (shard === COORDINATOR) this.untilMs = event.at;
        return;
      default:
        this.addRare(event, shard);
    }
  }

  /** As `add` of one of the events that there are many of, without an object of its own. */
  addLine(kind: LineEvent, line: RequestLine, shard: number): void {
    this.saw(line.numbers[AT], shard);
    if (kind === 'sent') this.purchases.sent(line);
    else if (kind === 'told') this.purchases.told(line);
    else if (kind === 'enter') this.visits.entered(line);
    else this.visits.left(line);
  }

  /** Something in this file cannot be read: from here on it is not whole. */
  damaged(shard: number, why: string): void {
    const part = this.part(shard);
    part.broken ??= { fromMs: part.lastMs, why };
  }

  /** Throws when the window never began (`hasBegun`). */
  finish(): History {
    if (this.begin === null || this.show === null || this.epochOffsetMs === null) {
      throw new Error('this history holds no show, or its window never began');
    }
    const { runId, fromMs, shards } = this.begin;
    return {
      runId,
      fromMs,
      untilMs: this.untilMs ?? Math.max(fromMs, this.lastMs),
      epochOffsetMs: this.epochOffsetMs,
      show: this.show.show,
      target: this.show.target,
      cues: this.cues.toSorted((a, b) => a.sentMs - b.sentMs),
      purchases: this.purchases.all(),
      visits: this.visits.all,
      stock: [...this.stock.values()].toSorted((a, b) => a.publishedAtMs - b.publishedAtMs),
      gaps: this.gaps(fromMs, shards),
      invalid: this.invalid.toSorted((a, b) => a.fromMs - b.fromMs),
    };
  }

  private addRare(event: HistoryEvent, shard: number): void {
    this.part(shard);
    switch (event.e) {
      case 'begin':
        if (shard === COORDINATOR) this.begin = event;
        return;
      case 'show':
        this.show = event;
        return;
      case 'go':
        this.epochOffsetMs = event.epochOffsetMs;
        return;
      case 'cue':
        this.saw(event.answeredMs ?? event.sentMs, shard);
        this.cues.push(givenCue(event));
        return;
      case 'died':
        this.died.push({ shard: event.shard, how: event.how });
        return;
      case 'invalid':
        this.invalid.push({ fromMs: event.fromMs, untilMs: event.untilMs });
        return;
      default:
      // Of a later version: fields and events are only ever added.
    }
  }

  private part(shard: number): Part {
    // Files are read one after the other, mostly.
    if (shard === this.lastShard) return this.lastPart;
    let part = this.parts.get(shard);
    if (!part) this.parts.set(shard, (part = blankPart()));
    this.lastShard = shard;
    this.lastPart = part;
    return part;
  }

  private saw(atMs: number, shard: number): void {
    const part = this.part(shard);
    if (atMs > part.lastMs) part.lastMs = atMs;
    if (atMs > this.lastMs) this.lastMs = atMs;
  }

  private gaps(fromMs: number, shards: number): Gap[] {
    const gaps: Gap[] = [];
    for (let shard = COORDINATOR; shard < shards; shard++) {
      const part = this.part(shard);
      const ends = this.died
        .filter((died) => died.shard === shard)
        .map(({ how }) => ({ fromMs: part.lastMs, why: how }));
      if (!part.ended)
        ends.push({
          fromMs: part.lastMs,
          why: part.lastMs === -Infinity ? 'it left no history' : 'its history breaks off',
        });
      if (part.broken) ends.push(part.broken);
      if (ends.length === 0) continue;
      const first = Math.min(...ends.map((end) => end.fromMs));
      gaps.push({ shard, shards, fromMs: Math.max(fromMs, first), why: ends[0].why });
    }
    return gaps;
  }
}

function blankPart(): Part {
  return { lastMs: -Infinity, ended: false, broken: null };
}

function givenCue({ id, kind, roomId, productId, units, priceMinor, sentMs, answeredMs, status }: CueEvent): GivenCue {
  return { id, kind, roomId, productId, units, priceMinor, sentMs, answeredMs, status };
}
