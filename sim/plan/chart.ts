import type { PlanRow } from '../plan-result.ts';
import { PLAN_ROW_NAMES, PLAN_ROWS } from '../plan-result.ts';
import { BIN_MS, type Bins } from './bins.ts';
import type { PlanWindow } from './engine.ts';

/** More steps than this no chart can show. */
export const MAX_STEPS = 600;

/** How the seconds of a window are gathered into steps of a chart. */
export interface ChartSteps {
  /** A whole number of seconds. */
  readonly stepMs: number;
  readonly startMs: number;
  readonly length: number;
}

export function chartSteps({ fromMs, untilMs }: PlanWindow): ChartSteps {
  const bins = Math.max(1, Math.ceil((untilMs - fromMs) / BIN_MS));
  const binsPerStep = Math.ceil(bins / MAX_STEPS);
  return { stepMs: binsPerStep * BIN_MS, startMs: fromMs, length: Math.ceil(bins / binsPerStep) };
}

/** All rows of a run one after the other, in the order of `PLAN_ROW_NAMES`, each of `length` steps. */
export function reduceRows(bins: Bins, steps: ChartSteps): Float32Array {
  const out = new Float32Array(PLAN_ROW_NAMES.length * steps.length);
  PLAN_ROW_NAMES.forEach((name, i) => {
    reduceRow(bins, bins.rows[name], PLAN_ROWS[name].of, steps, out.subarray(i * steps.length, (i + 1) * steps.length));
  });
  return out;
}

/** Units left of the tracked products, one product after the other. */
export function reduceStock(bins: Bins, steps: ChartSteps): Float32Array {
  const out = new Float32Array(bins.stockLeft.length * steps.length);
  bins.stockLeft.forEach((row, i) => {
    reduceRow(bins, row, 'level', steps, out.subarray(i * steps.length, (i + 1) * steps.length));
  });
  return out;
}

type RowKind = (typeof PLAN_ROWS)[PlanRow]['of'];

/** Counts become means per second, levels are those at the end of the step, peaks the most in it. */
function reduceRow(
  bins: Bins,
  row: Float64Array,
  kind: RowKind,
  { stepMs, length }: ChartSteps,
  out: Float32Array,
): void {
  const binsPerStep = stepMs / BIN_MS;
  for (let step = 0; step < length; step++) {
    const from = bins.from + step * binsPerStep;
    const until = Math.min(from + binsPerStep, bins.until);
    if (kind === 'level') out[step] = row[until - 1];
    else if (kind === 'peak') out[step] = maxOf(row, from, until);
    else out[step] = sumOf(row, from, until) / (until - from);
  }
}

export function sumOf(row: Float64Array, from: number, until: number): number {
  let sum = 0;
  for (let i = from; i < until; i++) sum += row[i];
  return sum;
}

export function maxOf(row: Float64Array, from: number, until: number): number {
  let most = 0;
  for (let i = from; i < until; i++) if (row[i] > most) most = row[i];
  return most;
}
