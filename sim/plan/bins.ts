import { STAY_BIN_MS } from '../crowd/stay.ts';
import type { PlanRow } from '../plan-result.ts';
import { PLAN_ROW_NAMES } from '../plan-result.ts';
import type { PlanWindow } from './engine.ts';
import { TRACKED_PRODUCTS } from './engine.ts';

/** Width of a bin. Peaks "per second" are peaks of bins. */
export const BIN_MS = STAY_BIN_MS;

/**
 * What happens in every second of the event. Bin i covers `originMs + i * 1000` up to the next. The origin lies at or before 0, so
 * that a window which begins in the middle of a second begins a bin.
 */
export class Bins {
  readonly originMs: number;
  readonly count: number;
  /** First bin of the window, and the one after its last. */
  readonly from: number;
  readonly until: number;
  /** Counts in the bin; `viewers` and `chatLagMs` at its end, `waitMs` the most in it. */
  readonly rows: Readonly<Record<PlanRow, Float64Array>>;
  /** By product, the first few: units that can be bought at the end of the bin. */
  readonly stockLeft: readonly Float64Array[];

  constructor({ fromMs, untilMs }: PlanWindow, products: number) {
    const phase = fromMs % BIN_MS;
    this.originMs = phase === 0 ? 0 : phase - BIN_MS;
    this.from = Math.floor((fromMs - this.originMs) / BIN_MS);
    this.until = this.count = Math.max(this.from + 1, Math.ceil((untilMs - this.originMs) / BIN_MS));
    const row = (): Float64Array => new Float64Array(this.count);
    this.rows = Object.fromEntries(PLAN_ROW_NAMES.map((name) => [name, row()])) as Record<PlanRow, Float64Array>;
    this.stockLeft = Array.from({ length: Math.min(products, TRACKED_PRODUCTS) }, row);
  }

  /** The bin of a moment; may lie outside. */
  at(eventMs: number): number {
    return Math.floor((eventMs - this.originMs) / BIN_MS);
  }

  clear(): void {
    for (const row of Object.values(this.rows)) row.fill(0);
    for (const row of this.stockLeft) row.fill(0);
  }
}
