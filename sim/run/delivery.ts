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

  /** Returns what this message was. */
  receive(seq: number): 'new' | 'duplicate' | 'late' {
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
      this.reordered++;
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
