const STEP_MS = 100;
const STEPS = 64;

/** How far a room's sequence had come over the last seconds, as any viewer of this worker saw it. */
export class SeqHistory {
  /** The last message that anybody has seen. */
  last = 0;
  private readonly seqs = new Float64Array(STEPS);
  private step = 0;

  saw(seq: number): void {
    if (seq > this.last) this.last = seq;
  }

  /** Call now and then, with event time; what is asked for is as fine as the calls. */
  tick(nowMs: number): void {
    const step = Math.floor(nowMs / STEP_MS);
    if (step <= this.step) return;
    // What was seen since the last call may have been seen just now: it does not count for the time between.
    const before = this.seqs[this.step % STEPS];
    for (let i = Math.max(this.step + 1, step - STEPS + 1); i < step; i++) this.seqs[i % STEPS] = before;
    this.seqs[step % STEPS] = this.last;
    this.step = step;
  }

  /** The last message that anybody had seen at `atMs`, at most six seconds ago; before the first tick and before the event, 0. */
  asOf(atMs: number): number {
    const step = Math.floor(atMs / STEP_MS);
    if (step < Math.max(0, this.step - STEPS + 1)) return 0;
    return this.seqs[Math.min(step, this.step) % STEPS];
  }
}
