import { ENDPOINTS, type CompiledScenario } from '../../crowd/compiled.ts';
import { Histogram } from '../../metrics/histogram.ts';
import type { PlanRow } from '../../plan-result.ts';
import type { Bins } from '../bins.ts';
import type { Stream } from '../random.ts';
import { PRODUCT_FIELDS, type ProductField, type ProductTotals } from '../engine.ts';
import { UNIT_MS, UNITS_A_BIN, type Grid } from './grid.ts';

/** In units; what a queue lets out at once is not quite a moment. */
const MIN_SPREAD = 0.1;

/** What the shop counts, in bins and in all. */
export class Tally {
  readonly products: ProductTotals;
  readonly soldOutAfterMs: Float64Array;
  readonly responseMs: readonly Histogram[];
  readonly failed = new Float64Array(ENDPOINTS.length);
  readonly refused = new Float64Array(ENDPOINTS.length);
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
    this.refused.fill(0);
    this.requests = 0;
  }

  /** Counts in a cell, evenly over its bins. */
  add(row: PlanRow, cell: number, count: number): void {
    if (count === 0) return;
    const { from } = this.grid;
    const column = this.bins.rows[row];
    const first = Math.floor(from[cell] / UNITS_A_BIN);
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

  /**
   * Counts what happens to `count` requests of a cell `firstMs` after its beginning to `lastMs` after its end: of a product, in the
   * window alone. `stream` says who falls into it when it begins or ends in between.
   */
  note(
    field: ProductField,
    product: number,
    cell: number,
    count: number,
    firstMs: number,
    lastMs: number,
    stream: Stream,
  ): void {
    if (count === 0) return;
    const { bins } = this;
    const begin = this.grid.from[cell] + firstMs / UNIT_MS;
    const end = Math.max(begin + MIN_SPREAD, this.grid.from[cell + 1] + lastMs / UNIT_MS);
    const from = bins.from * UNITS_A_BIN;
    const until = bins.until * UNITS_A_BIN;
    let counted = count;
    if (begin < from || end > until) {
      const inside = Math.min(end, until) - Math.max(begin, from);
      counted = inside > 0 ? stream.binomial(count, inside / (end - begin)) : 0;
    }
    this.products[field][product] += counted;
  }

  /** The same for orders that are paid; they are put into their bins, too, and what lies outside of these is not counted. */
  sell(
    product: number,
    cell: number,
    orders: number,
    units: number,
    priceMinor: number,
    firstMs: number,
    lastMs: number,
    stream: Stream,
  ): void {
    const { bins, grid, products } = this;
    const { rows } = bins;
    const begin = grid.from[cell] + firstMs / UNIT_MS;
    const end = Math.max(begin + MIN_SPREAD, grid.from[cell + 1] + lastMs / UNIT_MS);
    const paid = { orders: 0, units: 0, minor: 0 };
    for (let bin = Math.floor(begin / UNITS_A_BIN); bin < bins.count && paid.orders < orders; bin++) {
      const next = (bin + 1) * UNITS_A_BIN;
      const rest = end - Math.max(begin, bin * UNITS_A_BIN);
      const left = orders - paid.orders;
      const here = next >= end ? left : stream.binomial(left, 1 - (end - next) / rest);
      if (here === 0) continue;
      const ordersBy = paid.orders + here;
      const unitsBy = ordersBy === orders ? units : Math.round((units * ordersBy) / orders);
      const minorBy = Math.round(unitsBy * priceMinor);
      rows.orders[bin] += here;
      rows.units[bin] += unitsBy - paid.units;
      rows.gmvMinor[bin] += minorBy - paid.minor;
      if (bin >= bins.from) {
        products.paid[product] += here;
        products.units[product] += unitsBy - paid.units;
        products.gmvMinor[product] += minorBy - paid.minor;
      }
      paid.orders = ordersBy;
      paid.units = unitsBy;
      paid.minor = minorBy;
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
