/**
 * Which messages of a room one connection has received, by sequence number. In the usual case, the next number in turn,
 * it costs two additions; a set of missing numbers exists only while there are gaps.
 */
export class Delivery {
  /** The first message this viewer should get is the one after this. -1 before the welcome. */
  first = -1;
  last = -1;
  received = 0;
  duplicates = 0;
  reordered = 0;
  private missing: Set<number> | null = null;

  /** The room's last message before this viewer came. */
  welcome(seq: number): void {
    this.first = this.last = seq;
  }

  /** Takes `count` messages from `seq` on, if they are the next in turn: the usual case. */
  receiveRun(seq: number, count: number): boolean {
    if (seq !== this.last + 1) return false;
    this.last += count;
    this.received += count;
    return true;
  }

  /** Of a message that was not due: it had been published before the viewer came. */
  isBefore(seq: number): boolean {
    return seq <= this.first;
  }

  has(seq: number): boolean {
    return seq > this.first && seq <= this.last && this.missing?.has(seq) !== true;
  }

  /** How many messages have not come, up to message `upTo`; no more than `atMost` are counted. */
  lacking(upTo: number, atMost = Infinity): number {
    if (this.first < 0) return 0;
    let lacking = Math.max(0, upTo - this.last);
    for (const seq of this.missing ?? []) {
      if (lacking >= atMost) return atMost;
      if (seq <= upTo) lacking++;
    }
    return Math.min(lacking, atMost);
  }

  /** Numbers that never came, up to message `upTo`. */
  *gaps(upTo: number): Generator<number> {
    yield* this.missing ?? [];
    if (this.first >= 0) for (let seq = this.last + 1; seq <= upTo; seq++) yield seq;
  }

  /** It was not due to this viewer after all, and counts as received. */
  forgive(seq: number): void {
    if (seq <= this.last) this.missing?.delete(seq);
    else {
      for (let gap = this.last + 1; gap < seq; gap++) (this.missing ??= new Set()).add(gap);
      this.last = seq;
    }
    this.received++;
  }

  /** Returns what this message was. `counts`: a message that comes after one with a higher number is out of order. */
  receive(seq: number, counts = true): 'new' | 'duplicate' | 'late' {
    if (seq === this.last + 1) {
      this.last = seq;
      this.received++;
      return 'new';
    }
    if (seq > this.last) {
      this.missing ??= new Set();
      for (let gap = this.last + 1; gap < seq; gap++) this.missing.add(gap);
      this.last = seq;
      this.received++;
      return 'new';
    }
    if (this.missing?.delete(seq)) {
      this.received++;
      if (counts) this.reordered++;
      return 'late';
    }
    this.duplicates++;
    return 'duplicate';
  }

  /** Ranges of numbers that never came, up to message `upTo` if that is beyond the last that it saw; the first `atMost`. */
  missingUpTo(upTo: number, atMost: number): [number, number][] {
    const ranges: [number, number][] = [];
    for (const seq of [...(this.missing ?? [])].sort((a, b) => a - b)) {
      const last = ranges.at(-1);
      if (last?.[1] === seq - 1) last[1] = seq;
      else if (ranges.length === atMost) return ranges;
      else ranges.push([seq, seq]);
    }
    if (this.first < 0 || upTo <= this.last) return ranges;
    const last = ranges.at(-1);
    if (last?.[1] === this.last) last[1] = upTo;
    else if (ranges.length < atMost) ranges.push([this.last + 1, upTo]);
    return ranges;
  }

  /** How many it should have received, up to message `upTo` (by default: the last one that it saw, so a tail is not judged). */
  expected(upTo: number = this.last): number {
    return this.first < 0 ? 0 : Math.max(upTo, this.last) - this.first;
  }
}
