import { epochMs } from '../../live/clock.ts';

/** Time as players have it. Tests bring their own. */
export interface Timers {
  /** Epoch ms with fractions: the stream's own dates are of the same clock. */
  now(): number;
  after(delayMs: number, run: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

/** None of them keeps the process alive. */
export const realTimers: Timers = {
  now: epochMs,
  after(delayMs, run) {
    const timer = setTimeout(run, Math.max(0, Math.ceil(delayMs))).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
