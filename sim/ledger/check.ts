import type { Books } from './books.ts';
import type { History } from './history.ts';

/** What a checker finds. A verdict is pass, fail or unknown: never pass by default. */
export interface CheckResult {
  readonly id: string;
  readonly title: string;
  readonly status: 'pass' | 'fail' | 'unknown';
  /** Units, orders or messages in violation. `null` when unknown. */
  readonly violations: number | null;
  /** What would have been right, with figures: `0 to 500 units sold`, `each of 312 paid orders known to its buyer`. */
  readonly acceptable: string;
  /** One sentence with the figures, for people. */
  readonly detail: string;
  /** One line a violation, the first ones only (EVIDENCE_AT_MOST). */
  readonly evidence: readonly string[];
  /** The first violations in full: what happened around each, in order of time. */
  readonly cases: readonly EvidenceCase[];
}

export interface EvidenceCase {
  /** Which order, which viewer. */
  readonly title: string;
  readonly timeline: readonly {
    /** Event time; `null` when the books do not say. */
    readonly atMs: number | null;
    readonly text: string;
  }[];
}

/** A result holds so many lines of evidence of each check, and so many cases: a broken shop breaks everything. */
export const EVIDENCE_AT_MOST = 20;
export const CASES_AT_MOST = 5;

/** What one checker promises. Pure: history and books in, findings out. */
export interface Checker {
  /** Part of the public interface: `no_oversell`. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the docs: what is compared with what, and what widens the acceptable set. */
  readonly promise: string;
  /** `null`: there is nothing in this event to check (no limit per buyer, no coupon), so it is not listed. */
  check(history: History, books: Books | null): CheckResult | null;
}

/**
 * What the backend did that no invariant forbids, and that an engineer wants to hear of: errors in bursts, slow answers, refusals
 * under a status of success. Listed beside the invariants; thresholds decide whether a run fails.
 */
export interface IncidentResult {
  readonly id: string;
  readonly title: string;
  /** 0: none seen. `null`: the history cannot say. */
  readonly count: number | null;
  readonly detail: string;
  readonly evidence: readonly string[];
}

export interface IncidentWatch {
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the docs: what counts, and from which bound on. */
  readonly meaning: string;
  watch(history: History, books: Books | null): IncidentResult;
}
