/** A script that runs beside others: it yields the time at which it wants to go on. */
export type Script<Value = void> = Generator<number, Value, void>;

/** Runs scripts by event time: one clock, no waiting. */
export class Timeline {
  nowMs = 0;
  private readonly waiting: { atMs: number; n: number; script: Script }[] = [];
  private started = 0;

  start(atMs: number, script: Script): void {
    this.add(atMs, script);
  }

  run(untilMs: number): void {
    for (let next = this.waiting.shift(); next !== undefined && next.atMs <= untilMs; next = this.waiting.shift()) {
      this.nowMs = next.atMs;
      const { done, value } = next.script.next();
      if (!done) this.add(value, next.script);
    }
  }

  private add(atMs: number, script: Script): void {
    const entry = { atMs: Math.max(atMs, this.nowMs), n: this.started++, script };
    let i = this.waiting.length;
    while (i > 0 && this.waiting[i - 1].atMs > entry.atMs) i--;
    this.waiting.splice(i, 0, entry);
  }
}
