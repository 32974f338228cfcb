import type { Stream } from '../random.ts';

/** Cells that a lane looks ahead at first; a power of two. */
const CELLS_AT_FIRST = 256;

/** Of `n`, those that chance picks with probability `p`. Nobody costs no draw. */
export function part(stream: Stream, n: number, p: number): number {
  return n > 0 ? stream.binomial(n, p) : 0;
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
  /** How long ago they took this step for the first time, in the mean; 0 unless they try again. */
  sinceMs = 0;
  /** A ring by cell, of a power of two. */
  private due = new Float64Array(CELLS_AT_FIRST);
  private ahead = 0;
  /** No cell after this one has anything due. */
  private last = -1;
  /** The last cell that is over for this lane. */
  private over = -1;

  constructor(sizes: number) {
    this.waiting = new Float64Array(sizes);
    this.out = new Float64Array(sizes);
  }

  /** Makes room for what is due so many cells ahead of the one that is played. */
  reserve(cells: number): void {
    const { due, last } = this;
    // One more for what is put off to the next cell.
    if (cells < due.length) return;
    let length = due.length;
    while (length <= cells) length *= 2;
    this.due = new Float64Array(length);
    for (let k = Math.max(0, last - due.length + 1); k <= last; k++)
      this.due[k & (length - 1)] = due[k & (due.length - 1)];
  }

  /** `due`, in cell `cell`, of those that `add` counts. `reserve` comes first. */
  expect(cell: number, due: number): void {
    const at = cell > this.over ? cell : this.over + 1;
    this.due[at & (this.due.length - 1)] += due;
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
    const mask = this.due.length - 1;
    this.close(cell);
    const due = this.due[cell & mask];
    this.due[cell & mask] = 0;
    this.outTotal = 0;
    if (due < grain && cell < this.last) {
      this.due[(cell + 1) & mask] += due;
      return 0;
    }
    const share = cell >= this.last ? 1 : due < this.ahead ? due / this.ahead : 1;
    this.ahead = Math.max(0, this.ahead - due);
    for (let size = 0; size < out.length; size++) {
      const n = waiting[size];
      const k = part(stream, n, share);
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
    for (let k = cell + 1; k <= this.last; k++) this.due[k & (this.due.length - 1)] = 0;
    this.ahead = 0;
    this.last = cell;
  }
}
