import type { BeginEvent, CueEvent, EnterEvent, HistoryEvent, LeaveEvent, SentEvent, ShowEvent } from './events.ts';
import type { Gap, GivenCue, History, Purchase, StockSeen, Visit, VisitEnd } from './history.ts';
import { StepTable, TablePurchase } from './step-table.ts';
import { Texts, type CopyText } from './texts.ts';

type Stretch = History['invalid'][number];
type OpenVisit = { -readonly [K in keyof Visit]: Visit[K] };

/** One file: of a worker, or of the coordinator (`COORDINATOR`). */
interface Part {
  /** The last `at` of what a viewer did. */
  lastMs: number;
  ended: boolean;
  /** Why it is not whole, if it is not, and from when on. */
  broken: { fromMs: number; why: string } | null;
}

/** The number of the coordinator's file among those of the workers. */
const COORDINATOR = -1;
const NOTHING_MISSING: VisitEnd['missing'] = [];

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

  private readonly table: StepTable;
  private readonly purchases = new Map<string, TablePurchase>();
  private readonly visits: OpenVisit[] = [];
  /** Visits that have not ended, by room and viewer. */
  private readonly present = new Map<string, OpenVisit>();
  private readonly stock = new Map<string, StockSeen>();
  private readonly texts: Texts;
  private readonly copy: CopyText;
  private readonly cueLists = new Map<string, readonly string[]>();

  /** `copy`: of the texts of events that are kept; without it they are kept as they are. */
  constructor(copy: CopyText = (text) => text) {
    this.copy = copy;
    this.texts = new Texts(copy);
    this.table = new StepTable(copy);
  }

  /** Whether the coordinator said that the window began; before that there is nothing to check. */
  get hasBegun(): boolean {
    return this.begin !== null && this.show !== null && this.epochOffsetMs !== null;
  }

  /** `shard`: whose file it is from. */
  add(event: HistoryEvent, shard: number): void {
    switch (event.e) {
      case 'sent':
        this.saw(event.at, shard);
        this.purchase(event).sent(event);
        return;
      case 'told':
        this.saw(event.at, shard);
        this.purchases.get(event.p)?.told(event);
        return;
      case 'enter':
        this.saw(event.at, shard);
        this.enter(event);
        return;
      case 'leave':
        this.saw(event.at, shard);
        this.leave(event);
        return;
      case 'chat':
        this.saw(event.at, shard);
        return;
      case 'stock':
        this.stock.set(`${event.x} ${event.left} ${event.at}`, {
          productId: this.text(event.x),
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
      purchases: [...this.purchases.values()] satisfies Purchase[],
      visits: this.visits,
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

  private purchase({ p, v, x }: SentEvent): TablePurchase {
    const known = this.purchases.get(p);
    if (known) return known;
    const purchase = new TablePurchase(this.table, this.copy(p), this.text(v), this.text(x));
    this.purchases.set(purchase.id, purchase);
    return purchase;
  }

  private enter({ at, v, r, q }: EnterEvent): void {
    const visit = { viewerId: this.text(v), roomId: this.text(r), enteredMs: at, firstSeq: q, end: null };
    this.visits.push(visit);
    this.present.set(`${r} ${v}`, visit);
  }

  private leave(event: LeaveEvent): void {
    const place = `${event.r} ${event.v}`;
    const visit = this.present.get(place);
    if (!visit) return;
    this.present.delete(place);
    visit.end = {
      atMs: event.at,
      how: event.h,
      lastSeq: event.q,
      received: event.n,
      duplicates: event.d ?? 0,
      reordered: event.o ?? 0,
      missing: event.m ?? NOTHING_MISSING,
      cueIds: this.cueList(event.c),
      lateMessages: event.l ?? null,
    };
  }

  /** One list for all who were shown the same: they are many. */
  private cueList(cueIds: readonly string[]): readonly string[] {
    const text = cueIds.join(' ');
    const known = this.cueLists.get(text);
    if (known) return known;
    this.cueLists.set(text, cueIds);
    return cueIds;
  }

  /** One string for all that are equal. */
  private text(text: string): string {
    return this.texts.at(this.texts.row(text));
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
