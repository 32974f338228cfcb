/** A time limit may be passed by one step, and by what the event loop adds. */
const STEP_MS = 16;

export interface Limited {
  /** Kept here for `TimeLimits`. */
  limitStep: number;
  expired(): void;
}

/** Time limits of many things under way, each its own, with one coarse timer: a `Timeout` and an abort signal for each cost as much as the request. */
export class TimeLimits {
  /** By the step at whose end they expire. */
  private readonly steps = new Map<number, Set<Limited>>();
  private timer: NodeJS.Timeout | null = null;
  private lastStep = 0;

  add(limited: Limited, nowMs: number, limitMs: number): void {
    const step = Math.ceil((nowMs + limitMs) / STEP_MS);
    limited.limitStep = step;
    const due = this.steps.get(step);
    if (due) due.add(limited);
    else this.steps.set(step, new Set([limited]));
    if (this.timer === null) this.start(nowMs);
  }

  delete(limited: Limited): void {
    const due = this.steps.get(limited.limitStep);
    if (due?.delete(limited) && due.size === 0) this.steps.delete(limited.limitStep);
  }

  /** Whoever is under way holds a socket, which keeps the process alive; the timer need not. */
  private start(nowMs: number): void {
    this.lastStep = Math.floor(nowMs / STEP_MS);
    this.timer = setInterval(() => this.check(), STEP_MS).unref();
  }

  private check(): void {
    if (this.steps.size === 0) {
      clearInterval(this.timer!);
      this.timer = null;
      return;
    }
    const nowStep = Math.floor(performance.now() / STEP_MS);
    while (this.lastStep < nowStep) this.expire(++this.lastStep);
  }

  private expire(step: number): void {
    const due = this.steps.get(step);
    if (!due) return;
    this.steps.delete(step);
    for (const limited of due) limited.expired();
  }
}
