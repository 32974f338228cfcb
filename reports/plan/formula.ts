import type { FormulaCheck } from '../../sim/plan-result.ts';
import { brief } from '../format.ts';
import { signedPercent } from './words.ts';

/** How far the simulated median lies from the formula: `+6.1 %`; in words when the formula gives nothing to compare with. */
export function againstFormula({ value, simulated }: FormulaCheck): string {
  if (value === 0) return simulated.p50 === 0 ? 'both nothing' : 'no comparison';
  const ratio = simulated.p50 / value;
  // A percentage of thousands is read wrongly.
  if (ratio > 10) return `${brief(Math.round(ratio))} times as much`;
  return signedPercent(Number((ratio - 1).toFixed(3)));
}
