/**
 * Quantile tables: a distribution as knots of its quantile function, dense where the upper tail needs it.
 *
 * Knot i stands at survival probability s = 2^-(e+1) * (1 + f), where e = floor(i / 64) is the octave and
 * f = 1 - (i mod 64) / 64: 64 linear cells for the lower half, 64 for the next quarter, 64 for the next eighth ...
 *
 *     u: 0 ........... 1/2 ....... 3/4 .... 7/8 .. 15/16 .. 1 - 2^-28
 *        |  64 cells   |  64 cells  |  64    |  64   | ...
 *
 * A draw is one `clz32`, one look-up and one linear interpolation. The table is made once, in Node, and is then the
 * same numbers everywhere.
 */

export const CELLS_AN_OCTAVE = 64;
export const OCTAVES = 28;
export const KNOTS = OCTAVES * CELLS_AN_OCTAVE + 1;

/** Survival probability (1 - u) at knot `i`. */
export function survivalAtKnot(i: number): number {
  const octave = Math.floor(i / CELLS_AN_OCTAVE);
  const f = 1 - (i % CELLS_AN_OCTAVE) / CELLS_AN_OCTAVE;
  let s = (1 + f) / 2;
  for (let k = 0; k < octave; k++) s /= 2;
  return s;
}

/** The value at a draw: 32 bits, of which 0 is the lowest and -1 the highest. */
export function quantile(table: Float64Array, bits: number): number {
  look(table, bits);
  return found[0];
}

/** The value as a whole number: rounded, and at most 2^31 - 1. */
export function quantileInt(table: Float64Array, bits: number): number {
  look(table, bits);
  return found[0] < 2147483646 ? (found[0] + 0.5) | 0 : 2147483647;
}

/**
 * Where `look` leaves what it found. A function that is too large to be inlined boxes the number that it returns, and a step of
 * the crowd allocates nothing.
 */
const found = new Float64Array(1);

function look(table: Float64Array, bits: number): void {
  const v = ~bits;
  const octave = Math.clz32(v);
  if (octave >= OCTAVES) {
    found[0] = table[KNOTS - 1];
    return;
  }
  // What follows the leading one of v is the place in the octave: 6 bits of it count cells from above, 26 the way into the cell.
  const place = (v << octave) << 1;
  const i = octave * CELLS_AN_OCTAVE + CELLS_AN_OCTAVE - 1 - (place >>> 26);
  const below = place & 0x3ffffff;
  if (below === 0) found[0] = table[i + 1];
  else found[0] = table[i] + (table[i + 1] - table[i]) * ((0x4000000 - below) / 0x4000000);
}

/** Share of the distribution above `x`: the inverse of `quantile`, by bisection over the knots. */
export function survivalAt(table: Float64Array, x: number): number {
  if (x < table[0]) return 1;
  if (x >= table[KNOTS - 1]) return 0;
  let low = 0;
  let high = KNOTS - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[middle] <= x) low = middle;
    else high = middle;
  }
  const span = table[high] - table[low];
  const f = span > 0 ? (x - table[low]) / span : 0;
  const sLow = survivalAtKnot(low);
  return sLow + (survivalAtKnot(high) - sLow) * f;
}
