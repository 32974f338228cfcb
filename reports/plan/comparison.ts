/** Two scenarios under the same randomness, figure by figure. The terminal and the page show the same rows. */

import { FIGURES } from '../../sim/plan-result.ts';
import type { Comparison, FigureName, PlanResult } from '../../sim/plan-result.ts';
import { ABSENT } from '../format.ts';
import { FIGURE_GROUPS } from './groups.ts';
import { differenceBand, differenceNumber, excludesZero, figureNumber } from './words.ts';

export interface ComparedFigure {
  readonly name: FigureName;
  readonly label: string;
  readonly here: string;
  readonly there: string;
  readonly difference: string;
  readonly range: string;
  /** The band of the difference lies on one side of zero; `null` when there is no difference to speak of. */
  readonly differs: boolean | null;
}

export function comparedFigures(plan: PlanResult, other: Comparison): ComparedFigure[] {
  const { currency } = plan.scenario;
  return FIGURE_GROUPS.flatMap(({ names }) => names).map((name) => {
    const difference = other.difference[name];
    // Yuan minus dollars is no amount of money.
    const comparable = FIGURES[name].unit !== 'minor' || currency === other.currency;
    return {
      name,
      label: labelOf(name),
      here: figureNumber(name, plan.figures[name].p50, currency),
      there: figureNumber(name, other.figures[name].p50, other.currency),
      difference: comparable ? differenceNumber(name, difference.p50, currency) : ABSENT,
      range: comparable ? differenceBand(name, difference, currency) : 'two currencies',
      differs: comparable ? excludesZero(difference) : null,
    };
  });
}

/** What is counted a second says so: its numbers stand without their unit. */
function labelOf(name: FigureName): string {
  const { label, unit } = FIGURES[name];
  return unit === '/s' ? `${label}, /s` : label;
}

/** The other scenario by what a person calls it. */
export function otherName({ title, name }: Comparison): string {
  return title === '' ? name : title;
}

/** In words, what the mark of a row means and how many have it. */
export function comparedInWords(rows: readonly ComparedFigure[]): string {
  const differing = rows.filter(({ differs }) => differs).length;
  return `${differing} of ${rows.length} beyond chance: the band of the difference excludes 0`;
}
