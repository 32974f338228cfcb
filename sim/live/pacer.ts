import { epochMs } from './clock.ts';

/** The longest sleep of a worker whose viewers have nothing to do: every wake-up costs. */
const MAX_SLEEP_MS = 50;

export interface Paced {
  /** When all that has arrived by now has been told; one round of the event loop. */
  soon(act: () => void): void;
  /** How long until the crowd has something to do, at most `horizonMs`. */
  dueInMs(horizonMs: number): number;
  /** Does what is due. `lateMs`: how much later than asked for it was woken. False: that was the last time. */
  step(lateMs: number): boolean;
}

/** Wakes a worker when something is due, and not before. */
export class Pacer {
  private readonly paced: Paced;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wakeAtMs = 0;
  private isRunning = false;
  private isNudged = false;

  constructor(paced: Paced) {
    this.paced = paced;
  }

  start(atEpochMs: number): void {
    this.isRunning = true;
    this.sleep(Math.max(0, atEpochMs - epochMs()));
  }

  stop(): void {
    this.isRunning = false;
    clearTimeout(this.timer);
  }

  /**
   * The crowd has been told something, and what it does about that may be due before we wake. Looked at once for all that was told in one
   * round of the event loop.
   */
  nudge(): void {
    if (this.isNudged || !this.isRunning) return;
    this.isNudged = true;
    this.paced.soon(() => {
      this.isNudged = false;
      if (!this.isRunning) return;
      const sleepMs = this.sleepMs();
      if (epochMs() + sleepMs >= this.wakeAtMs) return;
      clearTimeout(this.timer);
      this.sleep(sleepMs);
    });
  }

  private wake(): void {
    if (!this.paced.step(Math.max(0, epochMs() - this.wakeAtMs))) return this.stop();
    // A step may have ended everything.
    if (this.isRunning) this.sleep(this.sleepMs());
  }

  private sleepMs(): number {
    // Timers take whole ms: woken a part of one too early, it would be woken twice. So floating-point dust counts for nothing.
    return Math.max(1, Math.ceil(Math.min(MAX_SLEEP_MS, this.paced.dueInMs(MAX_SLEEP_MS)) - 1e-3));
  }

  private sleep(ms: number): void {
    this.wakeAtMs = epochMs() + ms;
    this.timer = setTimeout(() => this.wake(), ms);
  }
}
