import { EXIT, type ExitCode } from '../errors.ts';
import type { RunResult, ThresholdResult, VerdictStatus } from '../result.ts';

/** How a run came to its end. */
export type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'target_lost'; readonly atMs: number }
  | { readonly kind: 'worker_died'; readonly shard: number; readonly how: string }
  | { readonly kind: 'threshold'; readonly thresholds: readonly string[] }
  | { readonly kind: 'crashed'; readonly message: string };

interface Facts {
  readonly ending: Ending;
  readonly thresholds: readonly ThresholdResult[];
  readonly invariants: RunResult['invariants'];
  /** Why the generator could not keep up; empty when it could. */
  readonly unhealthy: readonly string[];
  /** Keys of thresholds about windows that were not played: they are not judged. */
  readonly outside: ReadonlySet<string>;
}

/**
 * One verdict from all findings. What ended the run comes first; a violated invariant stands whatever the generator did; an
 * unhealthy generator makes figures worthless, so it goes before thresholds. Unknown is no pass.
 */
export function judge({ ending, thresholds, invariants, unhealthy, outside }: Facts): RunResult['verdict'] {
  const violated = invariants
    .filter((invariant) => invariant.status === 'fail')
    .map((invariant) => `${invariant.title}: ${invariant.detail}`);
  const missed = thresholds
    .filter((one) => one.status === 'fail')
    .map((one) => `${one.metric}: ${one.expression} is not met (${figure(one.observed)})`);
  const unjudged = thresholds
    .filter((one) => one.status === 'unknown' && !outside.has(one.metric))
    .map((one) => `${one.metric}: ${one.expression} could not be judged, nothing was measured`);
  const unchecked = invariants
    .filter((invariant) => invariant.status === 'unknown')
    .map((invariant) => `${invariant.title}: could not be checked. ${invariant.detail}`);
  const findings = [...violated, ...unhealthy, ...missed, ...unjudged, ...unchecked];
  const verdict = (status: VerdictStatus, exitCode: ExitCode, first: readonly string[] = []) => ({
    status,
    exitCode,
    reasons: [...first, ...findings],
  });
  if (ending.kind === 'interrupted')
    return verdict('interrupted', EXIT.interrupted, ['Stopped by a signal before its end.']);
  if (ending.kind === 'target_lost')
    return verdict('unreachable', EXIT.targetUnreachable, ['The target stopped answering.']);
  if (violated.length > 0) return verdict('violated', EXIT.invariantViolated);
  if (ending.kind === 'worker_died')
    return verdict('invalid', EXIT.runInvalid, [`Worker ${ending.shard} died: ${ending.how}.`]);
  if (ending.kind === 'crashed')
    return verdict('invalid', EXIT.runInvalid, [`The generator failed: ${ending.message}.`]);
  if (unhealthy.length > 0) return verdict('invalid', EXIT.runInvalid);
  if (missed.length + unjudged.length + unchecked.length > 0) return verdict('failed', EXIT.thresholdsFailed);
  return verdict('passed', EXIT.passed);
}

function figure(value: number | null): string {
  return value === null ? 'unknown' : String(Math.round(value * 1000) / 1000);
}
