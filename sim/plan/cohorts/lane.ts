import type { Stream } from '../random.ts';
import { HORIZON } from './kernel.ts';

const MASK = HORIZON - 1;

/** More than this many at once are as many as expected: their scatter is below two percent. */
const EVEN_FROM = 4000;
/** The same in a crowd of many cells' worth, and for the moments at which they act: that evens out from cell to cell. */
export const EVEN_IN_CROWD_FROM = 1000;
const EVEN_IN_TIME_FROM = 1000;
const EVEN_IN_TIME_IN_CROWD_FROM = 100;

/** Of `n`, those that chance picks with probability `p`. */
export function part(stream: Stream, n: number, p: number, evenFrom = EVEN_FROM): number {
  if (n <= 0) return 0;
  const expected = n * p;
  return expected > evenFrom ? Math.min(n, Math.round(expected)) : stream.binomial(n, p);
}

/**
 * Those who will do the same thing next, each after a delay of its own: how many they are, and how many are expected in each of the cells
 * to come. Each cell takes its part of them by chance; in the end all have come.
 */
export class Lane {
  /** By number of units in the order (one slot as long as that is open). */
  readonly waiting: Float64Array;
  /** Those of the cell that was drawn last. */
  readonly out: Float64Array;
  outTotal = 0;
  total = 0;
  /** Mean price of a unit in their carts. */
  priceMinor = 0;
  private readonly due = new Float64Array(HORIZON);
  private ahead = 0;
  /** No cell after this one has anything due. */
  private last = -1;
  /** The last cell that is over for this lane. */
  private over = -1;

  constructor(sizes: number) {
    this.waiting = new Float64Array(sizes);
    this.out = new Float64Array(sizes);
  }

  /** `due`, in cell `cell`, of those that `add` counts. */
  expect(cell: number, due: number): void {
    const at = cell > this.over ? cell : this.over + 1;
    this.due[at & MASK] += due;
    this.ahead += due;
    if (at > this.last) this.last = at;
  }

  /** What is expected in this cell or before comes in the next. */
  close(cell: number): void {
    if (cell > this.over) this.over = cell;
  }

  add(size: number, count: number): void {
    this.waiting[size] += count;
    this.total += count;
  }

  /**
   * Those who act in this cell, into `out`. Every cell must be drawn, in order, while anybody waits. Fewer than `grain` expected are
   * left to the next cell.
   */
  draw(cell: number, grain: number, stream: Stream): number {
    const { out, waiting } = this;
    this.close(cell);
    const due = this.due[cell & MASK];
    this.due[cell & MASK] = 0;
    this.outTotal = 0;
    if (due < grain && cell < this.last) {
      this.due[(cell + 1) & MASK] += due;
      return 0;
    }
    const share = cell >= this.last ? 1 : due < this.ahead ? due / this.ahead : 1;
    this.ahead = Math.max(0, this.ahead - due);
    for (let size = 0; size < out.length; size++) {
      const n = waiting[size];
      const k = part(stream, n, share, grain > 0 ? EVEN_IN_TIME_IN_CROWD_FROM : EVEN_IN_TIME_FROM);
      out[size] = k;
      waiting[size] = n - k;
      this.outTotal += k;
    }
    this.total -= this.outTotal;
    if (this.total === 0) this.clear(cell);
    return this.outTotal;
  }

  /** Nobody waits: what is still expected after `cell` will not come. */
  clear(cell: number): void {
    for (let k = cell + 1; k <= this.last; k++) this.due[k & MASK] = 0;
    this.ahead = 0;
    this.last = cell;
  }
}
