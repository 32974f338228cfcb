/**
 * At most `messages` in any window of `perMs`. Exact, unlike counting in fixed windows: it keeps the times of the last
 * `messages` that were allowed, in a ring, from the first message on (most viewers never send one).
 */
export class Limiter {
  private readonly messages: number;
  private readonly perMs: number;
  private timesMs: Float64Array | null = null;
  private next = 0;

  constructor(messages: number, perMs: number) {
    this.messages = messages;
    this.perMs = perMs;
  }

  /** Whether one more is allowed at `nowMs`; if so, it is counted. */
  allow(nowMs: number): boolean {
    if (this.messages === 0) return false;
    this.timesMs ??= new Float64Array(this.messages).fill(Number.NEGATIVE_INFINITY);
    if (nowMs - this.timesMs[this.next] < this.perMs) return false;
    this.timesMs[this.next] = nowMs;
    this.next = (this.next + 1) % this.messages;
    return true;
  }
}
