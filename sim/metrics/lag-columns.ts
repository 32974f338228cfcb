/**
 * Percentiles of every second. They need the merged histogram of all workers, which is too big to keep for hours, so
 * only the last `OPEN_SECONDS` are kept as histograms, in a ring; older ones are kept as their percentiles.
 */

import { Histogram, type SparseHistogram } from './histogram.ts';

/** A report later than this finds its second closed. Workers report every second, so it was stuck for that long. */
export const OPEN_SECONDS = 16;

const NOBODY = -1;

export class LagColumns {
  private readonly quantiles: readonly number[];
  /** One column for each quantile. NaN: nothing was measured. */
  private readonly columns: readonly Float64Array[];
  private readonly ring = Array.from({ length: OPEN_SECONDS }, () => new Histogram());
  /** Which second a slot of the ring holds, and whether it has values that its columns do not know of. */
  private readonly owner = new Int32Array(OPEN_SECONDS).fill(NOBODY);
  private readonly stale = new Uint8Array(OPEN_SECONDS);

  /** `quantiles` are 0 to 1, ascending; the maximum is quantile 1. */
  constructor(quantiles: readonly number[], seconds: number) {
    this.quantiles = quantiles;
    this.columns = quantiles.map(() => new Float64Array(seconds).fill(NaN));
  }

  /**
   * Adds one worker's values to a second. False when the second is closed: then a maximum is still right, but the other
   * percentiles do not hold these values.
   */
  add(second: number, sparse: SparseHistogram): boolean {
    if (sparse.buckets.length === 0) return true;
    const slot = second % OPEN_SECONDS;
    if (this.owner[slot] > second) {
      this.raiseMaximum(second, sparse.maxUs / 1000);
      return false;
    }
    if (this.owner[slot] < second) {
      this.settle(slot);
      this.ring[slot].reset();
      this.owner[slot] = second;
    }
    this.ring[slot].addSparse(sparse);
    this.stale[slot] = 1;
    return true;
  }

  /** In ms, for the quantile of that number; null when nothing was measured. */
  at(quantileIndex: number, second: number): number | null {
    const slot = second % OPEN_SECONDS;
    if (this.owner[slot] === second) this.settle(slot);
    const value = this.columns[quantileIndex][second];
    return value === value ? value : null;
  }

  private settle(slot: number): void {
    if (this.stale[slot] === 0) return;
    this.stale[slot] = 0;
    const second = this.owner[slot];
    for (let i = 0; i < this.quantiles.length; i++)
      this.columns[i][second] = this.ring[slot].quantile(this.quantiles[i]);
  }

  private raiseMaximum(second: number, maxMs: number): void {
    const last = this.quantiles.length - 1;
    if (this.quantiles[last] === 1 && !(this.columns[last][second] >= maxMs)) this.columns[last][second] = maxMs;
  }
}
