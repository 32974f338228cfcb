/** When a run ends by itself because the target breaks down under it: a load test should find that, not go on with it. */

import type { AbortLimits } from '../targets/index.ts';

/** Fewer than this are no rate: the last viewer of a night whose line is bad ends no run. */
const FEWEST_TRIES = 20;

/** Of one kind of tries. Fed once a second. A second in which nothing was tried says nothing: it neither counts nor breaks the row. */
export class AbortRule {
  private readonly limits: AbortLimits;
  private readonly what: string;
  private sinceMs: number | null = null;
  private tries = 0;
  private failures = 0;

  /** `what` was tried: `joins`. */
  constructor(limits: AbortLimits, what: string) {
    this.limits = limits;
    this.what = what;
  }

  /** `nowMs`: at the end of the second. The reason to stop, in words; null: go on. */
  second(nowMs: number, tries: number, failures: number): string | null {
    if (tries === 0) return null;
    if (failures / tries <= this.limits.errorShare) {
      this.sinceMs = null;
      this.tries = 0;
      this.failures = 0;
      return null;
    }
    this.sinceMs ??= nowMs - 1000;
    this.tries += tries;
    this.failures += failures;
    const lastedMs = nowMs - this.sinceMs;
    if (lastedMs < this.limits.forMs || this.tries < FEWEST_TRIES) return null;
    return this.words(lastedMs);
  }

  private words(lastedMs: number): string {
    const share = Math.round((100 * this.failures) / this.tries);
    const limit = Math.round(100 * this.limits.errorShare);
    return `the target breaks down: ${share} % of ${this.tries} ${this.what} failed in the last ${Math.round(lastedMs / 1000)} s (the limit is ${limit} %)`;
  }
}
