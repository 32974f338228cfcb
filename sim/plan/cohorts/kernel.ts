import { GRID_MS, type Delays } from './delays.ts';
import { UNIT_MS, type Grid } from './grid.ts';

/** How far ahead, in cells, anybody looks: more than an hour of seconds. What is further is put to the last. */
export const HORIZON = 4096;
/** In units; a queue that empties as fast as time goes by answers all of a cell at once. */
const MIN_SPREAD = 0.1;

/** Delays in the form in which cells need them: the integral of their distribution function, at whole units. */
export interface Kernel {
  /** `integral[y]`: of the share that is over, from 0 to y units. From the last entry on it grows by `total` a unit. */
  readonly integral: Float64Array;
  /** Share that is ever over: the others leave first. */
  readonly total: number;
  /** What was computed last: of those who start in `cell`, the share that is over in it and in each of the next. */
  readonly recent: { cell: number; count: number; readonly shares: Float64Array };
}

export function makeKernel({ startMs, mass }: Delays): Kernel {
  const units = Math.ceil((startMs + mass.length * GRID_MS) / UNIT_MS) + 1;
  const integral = new Float64Array(units + 1);
  let total = 0;
  let moment = 0;
  let i = 0;
  for (let y = 0; y <= units; y++) {
    for (; i < mass.length && startMs + i * GRID_MS < y * UNIT_MS; i++) {
      total += mass[i];
      moment += (mass[i] * (startMs + i * GRID_MS)) / UNIT_MS;
    }
    integral[y] = total * y - moment;
  }
  return { integral, total, recent: { cell: -1, count: 0, shares: new Float64Array(HORIZON) } };
}

/**
 * Fills `recent` for those who start evenly in `cell`, `first` units after its beginning to `last` units after its end. Those who do
 * not wait share it: most flows of a cell do.
 */
export function sharesOf(kernel: Kernel, first: number, last: number, cell: number, grid: Grid): Kernel['recent'] {
  const { recent } = kernel;
  const isPlain = first === 0 && last === 0;
  if (isPlain && recent.cell === cell) return recent;
  recent.cell = isPlain ? cell : -1;
  recent.count = isPlain ? fillPlain(kernel, cell, grid) : fill(kernel, first, last, cell, grid);
  return recent;
}

/** At whole units no interpolation is needed. */
function fillPlain({ integral, total, recent }: Kernel, cell: number, { from, count }: Grid): number {
  const { shares } = recent;
  const end = integral.length - 1;
  const atEnd = integral[end];
  const start = from[cell];
  const width = from[cell + 1] - start;
  const cells = Math.min(HORIZON - 1, count - cell);
  let before = 0;
  for (let k = 0; k < cells; k++) {
    const y = from[cell + k + 1] - start;
    const z = y - width;
    const upper = y < end ? integral[y] : atEnd + (y - end) * total;
    const over = z <= 0 ? upper : upper - (z < end ? integral[z] : atEnd + (z - end) * total);
    shares[k] = (over - before) / width;
    before = over;
    if (z >= end) return k + 1;
  }
  if (cells === HORIZON - 1) shares[cells - 1] += total - before / width;
  return cells;
}

function fill(kernel: Kernel, first: number, last: number, cell: number, { from, count }: Grid): number {
  const { shares } = kernel.recent;
  const end = kernel.integral.length - 1;
  const start = from[cell] + first;
  // Waits draw them apart, or together.
  const width = Math.max(MIN_SPREAD, from[cell + 1] + last - start);
  const cells = Math.min(HORIZON - 1, count - cell);
  let before = 0;
  for (let k = 0; k < cells; k++) {
    const y = from[cell + k + 1] - start;
    const over = (integralAt(kernel, y) - integralAt(kernel, y - width)) / width;
    shares[k] = over - before;
    before = over;
    if (y - width >= end) return k + 1;
  }
  if (cells === HORIZON - 1) shares[cells - 1] += kernel.total - before;
  return cells;
}

/** Of the integral at any place, in units. */
function integralAt({ integral, total }: Kernel, y: number): number {
  if (y <= 0) return 0;
  const last = integral.length - 1;
  if (y >= last) return integral[last] + (y - last) * total;
  const i = Math.floor(y);
  return integral[i] + (integral[i + 1] - integral[i]) * (y - i);
}
