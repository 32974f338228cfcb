import type { Marker } from '../targets/marker.ts';

/** Numbers that are kept: the chat of a busy room in some minutes. */
const KEPT = 100_000;
/** More than any worker sends, and exact in a double with the number of any worker behind it. */
const PER_SHARD = 2 ** 40;

interface Numbered {
  readonly seq: number;
  readonly sentAtMs: number;
  /** Number of what the same viewer said next; 0: not heard yet. */
  next: number;
}

/**
 * Numbers for the chat of a room that has none, from the markers in it: in the order in which the first viewer of this worker hears them.
 * What one viewer of the worker has heard, all others who were there are due.
 */
export class Numbering {
  /** Of the numbers. */
  last = 0;
  /** As in the markers of this run. */
  readonly run: string;
  private readonly byMarker = new Map<number, Numbered>();
  private readonly bySeq = new Map<number, Numbered>();
  /** By message: the one that its sender said next, when that was heard first. */
  private readonly nextOfUnheard = new Map<number, number>();
  /** By worker: the highest of its numbers that has been forgotten. */
  private readonly forgotten: number[] = [];

  constructor(run: string) {
    this.run = run;
  }

  /**
   * The number of the message. `overtaken`: what its sender said after it was heard before it. `null`: it was heard too long ago to
   * remember, such as one of a history that the backend plays again.
   */
  numberOf({ shard, n, before, sentAtMs }: Marker): { readonly seq: number; readonly overtaken: boolean } | null {
    const key = shard * PER_SHARD + n;
    const known = this.byMarker.get(key);
    if (known) return { seq: known.seq, overtaken: known.next > 0 && known.next < known.seq };
    if (n <= (this.forgotten[shard] ?? 0)) return null;
    const next = this.nextOfUnheard.get(key) ?? 0;
    this.nextOfUnheard.delete(key);
    const numbered: Numbered = { seq: ++this.last, sentAtMs, next };
    this.byMarker.set(key, numbered);
    this.bySeq.set(numbered.seq, numbered);
    this.linkBefore(shard * PER_SHARD + before, before, numbered.seq);
    if (this.byMarker.size > KEPT) this.forget();
    return { seq: numbered.seq, overtaken: next > 0 };
  }

  /** The number that message `n` of a worker got; 0: it was not heard. */
  seqOf(shard: number, n: number): number {
    return this.byMarker.get(shard * PER_SHARD + n)?.seq ?? 0;
  }

  /** When message `seq` was sent, epoch ms; `null`: that is forgotten. */
  sentAtMs(seq: number): number | null {
    return this.bySeq.get(seq)?.sentAtMs ?? null;
  }

  /** The number of what the sender of message `seq` said next; 0: nothing that was heard. */
  nextOf(seq: number): number {
    return this.bySeq.get(seq)?.next ?? 0;
  }

  private linkBefore(key: number, before: number, seq: number): void {
    if (before === 0) return;
    const earlier = this.byMarker.get(key);
    if (earlier) earlier.next = seq;
    else if (this.nextOfUnheard.size < KEPT) this.nextOfUnheard.set(key, seq);
  }

  private forget(): void {
    for (const [key, { seq }] of this.byMarker) {
      this.byMarker.delete(key);
      this.bySeq.delete(seq);
      const shard = Math.floor(key / PER_SHARD);
      this.forgotten[shard] = Math.max(this.forgotten[shard] ?? 0, key % PER_SHARD);
      return;
    }
  }
}
