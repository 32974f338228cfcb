import { ENDPOINTS, type CompiledScenario } from '../../crowd/compiled.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { PlanRow } from '../../plan-result.ts';
import type { Bins } from '../bins.ts';
import { PRODUCT_FIELDS, type ProductField, type ProductTotals } from '../engine.ts';
import { UNITS_A_BIN, type Grid } from './grid.ts';

/** What the shop counts, in bins and in all. */
export class Tally {
  readonly products: ProductTotals;
  readonly soldOutAfterMs: Float64Array;
  readonly responseMs: readonly Histogram[];
  readonly failed = new Float64Array(ENDPOINTS.length);
  requests = 0;
  private readonly bins: Bins;
  private readonly grid: Grid;

  constructor(scenario: CompiledScenario, bins: Bins, grid: Grid) {
    const column = (): Float64Array => new Float64Array(scenario.products.length);
    this.bins = bins;
    this.grid = grid;
    this.products = {
      ...(Object.fromEntries(PRODUCT_FIELDS.map((field) => [field, column()])) as Record<ProductField, Float64Array>),
      soldOutAtMs: column(),
    };
    this.soldOutAfterMs = new Float64Array(scenario.cues.length);
    this.responseMs = ENDPOINTS.map(() => new Histogram());
  }

  reset(): void {
    for (const field of PRODUCT_FIELDS) this.products[field].fill(0);
    this.products.soldOutAtMs.fill(NaN);
    this.soldOutAfterMs.fill(NaN);
    for (const histogram of this.responseMs) histogram.reset();
    this.failed.fill(0);
    this.requests = 0;
  }

  /** Counts in a cell, evenly over its bins, `laterBins` on. */
  add(row: PlanRow, cell: number, count: number, laterBins = 0): void {
    if (count === 0) return;
    const { from } = this.grid;
    const column = this.bins.rows[row];
    const first = Math.floor(from[cell] / UNITS_A_BIN) + laterBins;
    const width = Math.max(1, Math.floor((from[cell + 1] - from[cell]) / UNITS_A_BIN));
    if (width === 1) {
      if (first < column.length) column[first] += count;
      return;
    }
    let done = 0;
    for (let k = 0; k < width && first + k < column.length; k++) {
      const upTo = Math.floor(((k + 1) * count + ((first * 7) % width)) / width);
      const by = k === width - 1 ? count : Math.min(count, upTo);
      column[first + k] += by - done;
      done = by;
    }
  }

  /** The longest of a cell. */
  longest(row: PlanRow, cell: number, value: number): void {
    const { from } = this.grid;
    const column = this.bins.rows[row];
    const last = Math.ceil(from[cell + 1] / UNITS_A_BIN);
    for (let bin = Math.floor(from[cell] / UNITS_A_BIN); bin < last; bin++)
      if (value > column[bin]) column[bin] = value;
  }

  isInWindow(cell: number): boolean {
    return Math.floor(this.grid.from[cell] / UNITS_A_BIN) >= this.bins.from;
  }
}
