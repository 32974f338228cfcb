import { FlashcrowdError } from '../../sim/errors.ts';

export interface PlannedScenarios {
  readonly scenario: string;
  readonly compareWith: string | undefined;
}

/**
 * `plan a --compare b` and `plan --compare a b` mean the same: the first one is the plan, the other stands beside it.
 *
 * @throws FlashcrowdError BAD_USAGE when there are too few or too many
 */
export function plannedScenarios(
  argument: string | undefined,
  compare: readonly string[] | undefined,
): PlannedScenarios {
  const named = [...(argument === undefined ? [] : [argument]), ...(compare ?? [])];
  const wanted = compare ? 2 : 1;
  if (named.length === wanted) return { scenario: named[0], compareWith: named[1] };
  const expected = compare ? 'two scenarios: plan a.ts --compare b.ts' : 'a scenario: plan a.ts';
  const message =
    named.length === 0
      ? 'no scenario is named'
      : `${named.length === 1 ? 'one scenario is' : `${named.length} scenarios are`} named: ${named.join(', ')}`;
  throw new FlashcrowdError('BAD_USAGE', 'cannot tell what to plan', [
    { path: compare ? '--compare' : '', message, expected },
  ]);
}
