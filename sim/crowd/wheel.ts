/**
 * One timing wheel for every timer of the crowd: three levels of buckets, each a circular list threaded through
 * typed arrays. Setting, moving and firing a timer are O(1) and allocate nothing.
 *
 *     level 0: 4096 buckets of 1 ms        (4 s)
 *     level 1: 4096 buckets of 4.096 s     (4.7 h)
 *     level 2:  128 buckets of 4.66 h      (24 days)
 *
 * A timer that is too far away waits on a higher level and is put lower when its bucket comes up (Varghese and Lauck 1987).
 * Timers of the same millisecond fire in the order in which they were set.
 */

const BITS = 12;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;
const TOP = 128;
const SENTINELS = SIZE + SIZE + TOP;

/** A time that never comes. Event times are whole milliseconds below this. */
export const NEVER = 2147483647;

export class TimingWheel {
  /** Everything before this has fired. */
  nowMs: number;
  private next: Int32Array;
  private prev: Int32Array;
  private due: Int32Array;
  /** One bit for each bucket of level 0 that may hold timers: how `advance` passes over empty milliseconds. */
  private readonly maybe = new Int32Array(SIZE / 32);

  /** `capacity` timers, numbered from 0; `startMs` is the current time. */
  constructor(capacity: number, startMs: number) {
    this.nowMs = startMs;
    this.next = new Int32Array(SENTINELS + capacity);
    this.prev = new Int32Array(SENTINELS + capacity);
    this.due = new Int32Array(capacity);
    for (let i = 0; i < SENTINELS; i++) this.next[i] = this.prev[i] = i;
    this.next.fill(-1, SENTINELS);
  }

  /** Makes room for more timers. The only call that allocates. */
  grow(capacity: number): void {
    const had = this.due.length;
    this.next = copyInto(new Int32Array(SENTINELS + capacity), this.next);
    this.prev = copyInto(new Int32Array(SENTINELS + capacity), this.prev);
    this.due = copyInto(new Int32Array(capacity), this.due);
    this.next.fill(-1, SENTINELS + had);
  }

  isSet(timer: number): boolean {
    return this.next[SENTINELS + timer] !== -1;
  }

  dueOf(timer: number): number {
    return this.due[timer];
  }

  /** Sets or moves a timer. A time that has passed fires at the next `advance`, with its own due time. */
  set(timer: number, dueMs: number): void {
    this.clear(timer);
    this.due[timer] = dueMs;
    this.put(SENTINELS + timer, dueMs);
  }

  clear(timer: number): void {
    const node = SENTINELS + timer;
    const after = this.next[node];
    if (after === -1) return;
    const before = this.prev[node];
    this.next[before] = after;
    this.prev[after] = before;
    this.next[node] = -1;
  }

  /** Fires, in order of time, every timer that is due at `untilMs` or before. `fire` may set timers. */
  advance(untilMs: number, fire: (timer: number, dueMs: number) => void): void {
    while (this.nowMs <= untilMs) {
      if ((this.nowMs & MASK) === 0) this.cascade();
      const bucket = this.nextBucket(this.nowMs & MASK);
      const atMs = this.nowMs - (this.nowMs & MASK) + bucket;
      if (bucket === SIZE || atMs > untilMs) {
        this.nowMs = atMs > untilMs ? untilMs + 1 : atMs;
        continue;
      }
      this.nowMs = atMs;
      for (let node = this.next[bucket]; node !== bucket; node = this.next[bucket]) {
        const timer = node - SENTINELS;
        this.clear(timer);
        fire(timer, this.due[timer]);
      }
      this.maybe[bucket >> 5] &= ~(1 << (bucket & 31));
      this.nowMs++;
    }
  }

  /** When the next timer fires, looking at most `horizonMs` ahead (under 4 s); `nowMs + horizonMs` when none does. */
  nextDueWithin(horizonMs: number): number {
    for (let t = this.nowMs; t < this.nowMs + horizonMs; t++) {
      const bucket = t & MASK;
      if (bucket === 0) return t; // higher levels spill here: look again then
      if (this.next[bucket] !== bucket) return t;
    }
    return this.nowMs + horizonMs;
  }

  private put(node: number, dueMs: number): void {
    const at = dueMs > this.nowMs ? dueMs : this.nowMs;
    let bucket: number;
    // Same revolution of a level, not mere nearness: a bucket must never hold timers of two revolutions.
    if (at >>> BITS === this.nowMs >>> BITS) {
      bucket = at & MASK;
      this.maybe[bucket >> 5] |= 1 << (bucket & 31);
    } else if (at >>> (2 * BITS) === this.nowMs >>> (2 * BITS)) bucket = SIZE + ((at >>> BITS) & MASK);
    else bucket = SIZE + SIZE + ((at >>> (2 * BITS)) % TOP);
    const last = this.prev[bucket];
    this.next[last] = node;
    this.prev[node] = last;
    this.next[node] = bucket;
    this.prev[bucket] = node;
  }

  /** The first bucket of level 0, from this one on, that may hold timers; SIZE when none does. */
  private nextBucket(from: number): number {
    let word = from >> 5;
    let bits = this.maybe[word] & (-1 << (from & 31));
    while (bits === 0) {
      if (++word === SIZE / 32) return SIZE;
      bits = this.maybe[word];
    }
    return word * 32 + 31 - Math.clz32(bits & -bits);
  }

  private cascade(): void {
    if (((this.nowMs >>> BITS) & MASK) === 0) this.spill(SIZE + SIZE + ((this.nowMs >>> (2 * BITS)) % TOP));
    this.spill(SIZE + ((this.nowMs >>> BITS) & MASK));
  }

  private spill(bucket: number): void {
    let node = this.next[bucket];
    this.next[bucket] = this.prev[bucket] = bucket;
    while (node !== bucket) {
      const after = this.next[node];
      this.put(node, this.due[node - SENTINELS]);
      node = after;
    }
  }
}

function copyInto(target: Int32Array, source: Int32Array): Int32Array {
  target.set(source);
  return target;
}
