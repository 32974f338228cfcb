import { epochMs } from '../../live/clock.ts';

/** How often the loop is looked at: a fraction of any stall that matters. */
const EVERY_MS = 50;

/**
 * The longest time for which an event loop stood still. It has a timer of its own, because the work of the crowd itself is
 * part of a stall, and because a run that drains still measures.
 */
export class Beats {
  private timer: NodeJS.Timeout | undefined;
  private dueAtMs = 0;
  private longestMs = 0;
  private longestAtMs = 0;

  /** What was due before this epoch time does not count; it may lie in the past, when we heard of it late. */
  start(fromEpochMs: number): void {
    this.dueAtMs = fromEpochMs;
    this.timer = setInterval(() => this.beat(), EVERY_MS);
  }

  stop(): void {
    this.beat();
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** Since the last call; `atMs` is epoch time. A stall that still lasts counts as far as it has come; what comes after `stop` does not. */
  take(): { stallMs: number; atMs: number } {
    if (this.timer !== undefined) this.beat();
    const taken = { stallMs: this.longestMs, atMs: this.longestAtMs };
    this.longestMs = 0;
    return taken;
  }

  private beat(): void {
    const nowMs = epochMs();
    const lateMs = nowMs - this.dueAtMs;
    if (lateMs > this.longestMs) {
      this.longestMs = lateMs;
      this.longestAtMs = this.dueAtMs;
    }
    // Before the first moment that counts, that stays the next.
    if (lateMs >= -EVERY_MS) this.dueAtMs = Math.max(this.dueAtMs, nowMs + EVERY_MS);
  }
}
