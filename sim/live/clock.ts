// Asking for it costs as much as asking for the time. k6 has no `performance`.
const ORIGIN_MS = typeof performance === 'undefined' ? 0 : performance.timeOrigin;

/**
 * Wall-clock epoch in ms, with fractions where the engine has them (k6 has whole ms); processes on one machine agree on it to well under a
 * millisecond.
 */
export const epochMs: () => number =
  typeof performance === 'undefined' ? () => Date.now() : () => ORIGIN_MS + performance.now();

/** Event time: how far the event has come, tied to the wall clock by the moment at which the window began. */
export class EventClock {
  private readonly fromMs: number;
  private startedAtEpochMs = NaN;

  constructor(fromMs: number) {
    this.fromMs = fromMs;
  }

  start(epoch: number): void {
    this.startedAtEpochMs = epoch;
  }

  /** Before `start`, the beginning of the window. */
  now(): number {
    return this.at(epochMs());
  }

  /** How long until that event time; before `start`, nobody knows: a good while. */
  msUntil(eventMs: number): number {
    if (Number.isNaN(this.startedAtEpochMs)) return Infinity;
    return this.startedAtEpochMs + eventMs - this.fromMs - epochMs();
  }

  /** Event time of an epoch time. */
  at(epoch: number): number {
    if (Number.isNaN(this.startedAtEpochMs)) return this.fromMs;
    // The start lies a moment ahead when it is announced.
    return this.fromMs + Math.max(0, epoch - this.startedAtEpochMs);
  }
}
