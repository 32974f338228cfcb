import type { Band, Fan } from '../plan-result.ts';

/** No figure needs more than twelve digits; the rest is the noise of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Linear between order statistics (type 7 of Hyndman and Fan, 1996). `sorted` ascends and is not empty. */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
}

/** The band of what was counted in the runs; NaN is left out, and `null` when there is nothing else. */
export function bandOrNull(values: Iterable<number>): Band | null {
  const sorted = Float64Array.from(values)
    .filter((value) => Number.isFinite(value))
    .sort();
  if (sorted.length === 0) return null;
  const at = (q: number): number => tidy(quantileOf(sorted, q));
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  return { p025: at(0.025), p05: at(0.05), p50: at(0.5), p95: at(0.95), p975: at(0.975), mean: tidy(mean) };
}

const NOTHING: Band = { p025: 0, p05: 0, p50: 0, p95: 0, p975: 0, mean: 0 };

/** As `bandOrNull`, with zeros when nothing was counted in any run. */
export function bandOf(values: Iterable<number>): Band {
  return bandOrNull(values) ?? NOTHING;
}

/** The fan of one row: `rows` holds it for each run, from `offset` on. */
export function fanOf(rows: readonly Float32Array[], offset: number, length: number): Fan {
  const p05: number[] = [];
  const p50: number[] = [];
  const p95: number[] = [];
  const column = new Float32Array(rows.length);
  for (let step = 0; step < length; step++) {
    for (let run = 0; run < rows.length; run++) column[run] = rows[run][offset + step];
    column.sort();
    p05.push(toThousandths(quantileOf(column, 0.05)));
    p50.push(toThousandths(quantileOf(column, 0.5)));
    p95.push(toThousandths(quantileOf(column, 0.95)));
  }
  return { p05, p50, p95 };
}

/** What a chart can show, and no more: the file holds tens of thousands of these. */
function toThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
