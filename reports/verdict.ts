/** The verdict in words: one for the band, one sentence for what it means, and a sign for those who cannot see colour. */

import type { RunResult, VerdictStatus } from '../sim/result.ts';

export interface VerdictWords {
  readonly word: string;
  readonly meaning: string;
  /** One character, in every common font. */
  readonly sign: string;
  readonly tone: 'good' | 'bad' | 'doubt';
}

const WORDS: Readonly<Record<VerdictStatus, VerdictWords>> = {
  passed: { word: 'Passed', meaning: 'Every threshold held and every invariant was kept.', sign: '✓', tone: 'good' },
  failed: { word: 'Failed', meaning: 'At least one threshold was crossed.', sign: '✗', tone: 'bad' },
  violated: {
    word: 'Violated',
    meaning: 'The backend broke an invariant: under load it was not right.',
    sign: '✗',
    tone: 'bad',
  },
  invalid: {
    word: 'Invalid',
    meaning: 'The generator could not keep up, so the figures say nothing about the backend.',
    sign: '!',
    tone: 'doubt',
  },
  interrupted: { word: 'Interrupted', meaning: 'The run was stopped before its end.', sign: '!', tone: 'doubt' },
  unreachable: { word: 'Unreachable', meaning: 'The target did not answer.', sign: '✗', tone: 'bad' },
};

export function verdictWords({ verdict, thresholds, invariants, partial }: RunResult): VerdictWords {
  const words = WORDS[verdict.status];
  // A worker that died, or a shard that is missing.
  if (verdict.status === 'invalid' && partial !== null)
    return { ...words, meaning: 'Not all of the crowd was played to the end, so the figures are those of a part.' };
  const crossed = thresholds.some((threshold) => threshold.status === 'fail');
  if (verdict.status === 'failed' && !crossed) {
    return {
      ...words,
      meaning: 'No threshold was crossed, but not everything that was asked for could be shown to hold.',
    };
  }
  return verdict.status === 'passed' ? { ...words, meaning: whatHeld(thresholds, invariants) ?? words.meaning } : words;
}

/** What a run that passed shows when it is less than everything: nobody must take that for a proof. */
function whatHeld(thresholds: RunResult['thresholds'], invariants: RunResult['invariants']): string | null {
  if (thresholds.length + invariants.length === 0)
    return 'The run came to its end. Nothing was checked: there are no thresholds and no invariants.';
  const unjudged = thresholds.filter(({ status }) => status === 'unknown').length;
  const unchecked = invariants.filter(({ status }) => status === 'unknown').length;
  if (unjudged + unchecked + (thresholds.length === 0 ? 1 : 0) === 0) return null;
  return [
    'Nothing that could be checked was wrong.',
    thresholds.length === 0 ? 'There are no thresholds.' : '',
    unjudged > 0 ? `${unjudged} of ${thresholds.length} thresholds could not be judged.` : '',
    unchecked > 0 ? `${unchecked} of ${invariants.length} invariants could not be checked at this backend.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

export type CheckStatus = 'pass' | 'fail' | 'unknown';

/** Threshold and invariant results: sign and word, so that colour is never alone. */
export const CHECK_SIGNS: Readonly<Record<CheckStatus, { readonly sign: string; readonly word: string }>> = {
  pass: { sign: '✓', word: 'pass' },
  fail: { sign: '✗', word: 'fail' },
  unknown: { sign: '?', word: 'unknown' },
};

/** `2 of 8 thresholds failed`, for headings. Empty when there are none. */
export function tally(checks: readonly { readonly status: CheckStatus }[], one: string, many: string): string {
  if (checks.length === 0) return '';
  const failed = checks.filter((check) => check.status === 'fail').length;
  const unknown = checks.filter((check) => check.status === 'unknown').length;
  const noun = checks.length === 1 ? one : many;
  if (failed + unknown === 0)
    return checks.length === 1 ? `1 ${one}, and it holds` : `all ${checks.length} ${many} hold`;
  const parts: string[] = [];
  if (failed > 0) parts.push(`${failed} failed`);
  if (unknown > 0) parts.push(`${unknown} unknown`);
  return `${parts.join(', ')} of ${checks.length} ${noun}`;
}
