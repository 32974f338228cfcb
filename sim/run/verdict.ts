import { EXIT, type ExitCode } from '../errors.ts';
import type { RunResult, ThresholdResult, VerdictStatus } from '../result.ts';

/** How a run came to its end. */
export type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'target_lost'; readonly atMs: number }
  | { readonly kind: 'nobody_let_in' }
  | { readonly kind: 'worker_died'; readonly shard: number; readonly how: string }
  | { readonly kind: 'breakdown'; readonly why: string }
  | { readonly kind: 'threshold'; readonly thresholds: readonly string[] }
  | { readonly kind: 'crashed'; readonly message: string }
  /** Of a merged run: shards are missing, or their recordings break off. */
  | { readonly kind: 'shards_incomplete'; readonly why: string };

interface Facts {
  readonly ending: Ending;
  readonly thresholds: readonly ThresholdResult[];
  readonly invariants: RunResult['invariants'];
  /** Why the generator could not keep up; empty when it could. */
  readonly unhealthy: readonly string[];
  /** Thresholds of an invalid run are judged all the same; it never passes. */
  readonly allowInvalid: boolean;
  /** What the show and its crowd lacked: cues that the backend did not take, viewers it did not let in. */
  readonly missing: readonly string[];
  /** Why some invariants cannot be checked at this backend, ever, in their own words: that is no news, and fails no run. */
  readonly beyond: readonly string[];
  /** Thresholds about windows that were not played, as written: they are not judged. */
  readonly outside: ReadonlySet<string>;
}

/**
 * One verdict from all findings. A violated invariant is a fact, whatever else happened. Then comes what ended the run early; then an
 * unhealthy generator, which makes figures worthless (unless it is allowed: then a threshold that failed comes before it); then
 * thresholds and what was missing. Unknown is no pass, but for what the backend cannot show.
 */
export function judge(facts: Facts): RunResult['verdict'] {
  const { ending, thresholds, invariants, unhealthy, missing, outside, allowInvalid, beyond } = facts;
  const invalid = isInvalid(ending, unhealthy);
  const violated = invariants.filter((one) => one.status === 'fail').map((one) => `${one.title}: ${one.detail}`);
  const missed = thresholds.filter((one) => one.status === 'fail').map(notMet);
  // Those of an invalid run are not judged at all: a note says so once.
  const unjudged = thresholds
    .filter((one) => one.status === 'unknown' && !outside.has(one.metric) && (!invalid || allowInvalid))
    .map(notJudged);
  const unchecked = notChecked(
    invariants.filter(({ status, detail }) => status === 'unknown' && !beyond.some((why) => detail.includes(why))),
  );
  const findings = [...violated, ...unhealthy, ...missing, ...missed, ...unjudged, ...unchecked];
  const verdict = (status: VerdictStatus, exitCode: ExitCode) => ({
    status,
    exitCode,
    reasons: [...endingReason(ending), ...findings],
  });
  if (violated.length > 0) return verdict('violated', EXIT.invariantViolated);
  if (ending.kind === 'interrupted') return verdict('interrupted', EXIT.interrupted);
  if (ending.kind === 'target_lost' || ending.kind === 'nobody_let_in')
    return verdict('unreachable', EXIT.targetUnreachable);
  if (invalid && !(allowInvalid && missed.length > 0)) return verdict('invalid', EXIT.runInvalid);
  if (ending.kind === 'threshold' || ending.kind === 'breakdown') return verdict('failed', EXIT.thresholdsFailed);
  if (missing.length + missed.length + unjudged.length + unchecked.length > 0)
    return verdict('failed', EXIT.thresholdsFailed);
  return verdict('passed', EXIT.passed);
}

/** A part of the crowd is missing. */
const BROKEN: ReadonlySet<Ending['kind']> = new Set(['worker_died', 'crashed', 'shards_incomplete']);

/** The figures are those of the generator. */
export function isInvalid(ending: Ending, unhealthy: readonly string[]): boolean {
  return BROKEN.has(ending.kind) || unhealthy.length > 0;
}

/** As they stand in the result of a run whose figures say nothing about the backend. */
export function leftUnjudged(thresholds: readonly ThresholdResult[]): ThresholdResult[] {
  return thresholds.map((threshold) => ({ ...threshold, status: 'unknown', observed: null }));
}

/** Why it ended early, in a sentence; none: it did not. */
export function endingReason(ending: Ending): string[] {
  switch (ending.kind) {
    case 'complete':
      return [];
    case 'interrupted':
      return ['Stopped by a signal before its end.'];
    case 'target_lost':
      return ['The target stopped answering.'];
    case 'nobody_let_in':
      return ['The target answers, but let no further viewer in before the window.'];
    case 'worker_died':
      return [`Worker ${ending.shard} died: ${ending.how}.`];
    case 'crashed':
      return [`The generator failed: ${ending.message}.`];
    case 'shards_incomplete':
      return [`Not all of the crowd was played: ${ending.why}.`];
    case 'breakdown':
      return [`Ended early: ${ending.why}.`];
    case 'threshold':
      return [`Ended early by ${ending.thresholds.join(', ')}.`];
  }
}

function notMet({ metric, expression, observed }: ThresholdResult): string {
  return `${metric}: ${expression} is not met (${observed === null ? 'unknown' : Math.round(observed * 1000) / 1000})`;
}

/** One sentence for all that are unknown for the same reason: books that cannot be read leave a dozen. */
function notChecked(unknown: RunResult['invariants']): string[] {
  const details = [...new Set(unknown.map(({ detail }) => detail))];
  return details.map((detail) => {
    const alike = unknown.filter((one) => one.detail === detail);
    if (alike.length > 1) return `${alike.length} invariants could not be checked: ${detail}`;
    return `${alike[0].title}: could not be checked. ${detail}`;
  });
}

function notJudged({ metric, expression }: ThresholdResult): string {
  return `${metric}: ${expression} could not be judged, nothing was measured`;
}
