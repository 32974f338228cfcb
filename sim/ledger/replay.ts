import {
  COORDINATOR,
  type BeginEvent,
  type CueEvent,
  type GiveEvent,
  type HistoryEvent,
  type ShowEvent,
} from './events.ts';
import type { Gap, GivenCue, History, StockSeen } from './history.ts';
import { Part, type PartFields } from './part.ts';
import { addPurchases } from './purchase-rows.ts';
import type { LineEvent, RequestLine } from './request-line.ts';
import { LITTLE_ROOM, type Room } from './step-columns.ts';
import { Texts } from './texts.ts';
import { addVisits } from './visit-rows.ts';

/** Puts a history together from the events of its files, in any interleaving of the files. */
export class Replay {
  private readonly room: Room;
  private readonly open = new Map<number, Part>();
  private readonly taken: PartFields[] = [];

  /** `room` for the steps of each file. */
  constructor(room: Room = LITTLE_ROOM) {
    this.room = room;
  }

  /** Whether the coordinator said that the window began; before that there is nothing to check. */
  get hasBegun(): boolean {
    const { begin, show, epochOffsetMs } = rareOf(this.parts);
    return begin !== null && show !== null && epochOffsetMs !== null;
  }

  /** `shard`: whose file it is from. */
  add(event: HistoryEvent, shard: number): void {
    this.part(shard).add(event);
  }

  /** As `add` of one of the events that there are many of, without an object of its own. */
  addLine(kind: LineEvent, line: RequestLine, shard: number): void {
    this.part(shard).addLine(kind, line);
  }

  /** Something in this file cannot be read: from here on it is not whole. */
  damaged(shard: number, why: string): void {
    this.part(shard).damaged(why);
  }

  /** What the files say, one by one, for `take`. */
  get parts(): readonly PartFields[] {
    return [...this.taken, ...[...this.open.values()].map(({ fields }) => fields)];
  }

  /** Adds files that somebody else has read, another thread maybe. */
  take(parts: readonly PartFields[]): void {
    this.taken.push(...parts);
  }

  /**
   * Throws when the window never began (`hasBegun`). `wasWhole`: when the coordinator was ended, all that it had written was on the disk, each cue
   * before it went out.
   */
  finish(wasWhole = false): History {
    const { parts } = this;
    const { begin, show, epochOffsetMs, untilMs, cues, invalid, died } = rareOf(parts);
    if (begin === null || show === null || epochOffsetMs === null) {
      throw new Error('this history holds no show, or its window never began');
    }
    const { runId, fromMs, shards } = begin;
    return {
      runId,
      fromMs,
      untilMs: untilMs ?? Math.max(fromMs, ...parts.map(({ lastMs }) => lastMs)),
      epochOffsetMs,
      show: show.show,
      target: show.target,
      cues: cues.toSorted((a, b) => a.sentMs - b.sentMs),
      ...tablesOf(parts),
      stock: stockOf(parts),
      gaps: gapsOf(parts, died, { fromMs, shards, wasWhole }),
      invalid: invalid.toSorted((a, b) => a.fromMs - b.fromMs),
    };
  }

  private part(shard: number): Part {
    let part = this.open.get(shard);
    if (part === undefined) this.open.set(shard, (part = new Part(shard, this.room)));
    return part;
  }
}

/** What the events say that there are few of. */
class Rare {
  begin: BeginEvent | null = null;
  show: ShowEvent | null = null;
  epochOffsetMs: number | null = null;
  untilMs: number | null = null;
  /** By id: a cue that went out, until there is what became of it. */
  private readonly cuesById = new Map<string, GivenCue>();
  readonly invalid: History['invalid'][number][] = [];
  readonly died: { readonly shard: number; readonly how: string }[] = [];

  get cues(): GivenCue[] {
    return [...this.cuesById.values()];
  }

  add(event: HistoryEvent, shard: number): void {
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
      case 'give':
      case 'cue':
        this.cuesById.set(event.id, givenCue(event));
        return;
      case 'died':
        this.died.push({ shard: event.shard, how: event.how });
        return;
      case 'invalid':
        this.invalid.push({ fromMs: event.fromMs, untilMs: event.untilMs });
        return;
      case 'end':
        if (shard === COORDINATOR) this.untilMs = event.at;
        return;
      default:
      // Of a later version: fields and events are only ever added.
    }
  }
}

function rareOf(parts: readonly PartFields[]): Rare {
  const all = new Rare();
  for (const { rare, shard } of parts) for (const event of rare) all.add(event, shard);
  return all;
}

function tablesOf(parts: readonly PartFields[]): Pick<History, 'purchases' | 'visits'> {
  const all = { purchases: [], visits: [] };
  for (const part of parts) {
    const viewers = Texts.revived(part.viewers);
    addPurchases(all.purchases, part.purchases, viewers);
    addVisits(all.visits, part.visits, viewers);
  }
  return all;
}

/** Each figure once, whoever wrote it down. */
function stockOf(parts: readonly PartFields[]): StockSeen[] {
  const seen = new Map<string, StockSeen>();
  for (const { stock } of parts) {
    for (const one of stock) {
      const key = `${one.productId} ${one.left} ${one.publishedAtMs}`;
      const known = seen.get(key);
      if (known === undefined || one.seenAtMs < known.seenAtMs) seen.set(key, one);
    }
  }
  return [...seen.values()].toSorted((a, b) => a.publishedAtMs - b.publishedAtMs);
}

function gapsOf(
  parts: readonly PartFields[],
  died: Rare['died'],
  {
    fromMs: runFromMs,
    shards,
    wasWhole,
  }: { readonly fromMs: number; readonly shards: number; readonly wasWhole: boolean },
): Gap[] {
  const lastOf = (some: readonly PartFields[]): number => Math.max(-Infinity, ...some.map(({ lastMs }) => lastMs));
  const gaps: Gap[] = [];
  for (let shard = COORDINATOR; shard < shards; shard++) {
    const own = parts.filter((part) => part.shard === shard);
    const broken = own.flatMap((part) => part.broken ?? []);
    // A coordinator lasted as long as anybody wrote: it writes little.
    const isCut = shard === COORDINATOR && broken.length === 0 && wasWhole;
    const fromMs = lastOf(isCut ? parts : own);
    const ends = died.filter((one) => one.shard === shard).map(({ how }) => ({ fromMs, why: how }));
    if (!own.some(({ ended }) => ended)) {
      ends.push({ fromMs, why: fromMs === -Infinity ? 'it left no history' : 'its history breaks off' });
    }
    ends.push(...broken);
    if (ends.length === 0) continue;
    const first = Math.min(...ends.map((end) => end.fromMs));
    const gap = { shard, shards, fromMs: Math.max(runFromMs, first), why: ends[0].why };
    gaps.push(isCut ? { ...gap, isCut } : gap);
  }
  return gaps;
}

function givenCue({ e: _e, ...cue }: CueEvent | GiveEvent): GivenCue {
  return cue;
}
