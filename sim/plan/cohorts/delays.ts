import { survivalAt } from '../../crowd/quantile.ts';

/** A distribution of delays as masses at equal distances: `mass[i]` at `startMs + i * GRID_MS`. */
export interface Delays {
  readonly startMs: number;
  readonly mass: Float64Array;
}

export const GRID_MS = 20;
/** So much, and what lies beyond ten minutes, is put to the last mass. */
const TAIL = 1e-4;
const LONGEST_MS = 600_000;

/** What is rarer than `tail` is put to the last mass. */
export function delaysOf(table: Float64Array, tail = TAIL): Delays {
  const mass: number[] = [];
  let above = 1;
  for (let atMs = GRID_MS; ; atMs += GRID_MS) {
    const beyond = survivalAt(table, atMs);
    const isLast = beyond < tail || atMs >= LONGEST_MS;
    mass.push(isLast ? above : above - beyond);
    if (isLast) return { startMs: GRID_MS / 2, mass: Float64Array.from(mass) };
    above = beyond;
  }
}

/** One delay after another. */
export function sumOfDelays(a: Delays, b: Delays): Delays {
  const mass = new Float64Array(a.mass.length + b.mass.length - 1);
  for (let j = 0; j < b.mass.length; j++) {
    const share = b.mass[j];
    if (share < 1e-12) continue;
    for (let i = 0; i < a.mass.length; i++) mass[i + j] += share * a.mass[i];
  }
  return { startMs: a.startMs + b.startMs, mass };
}

/** Ages are taken together in so many groups. */
const AGE_GROUPS = 400;

/** One delay after another, for ages: the second is taken in no more than that many groups. */
export function sumOfAges(a: Delays, b: Delays): Delays {
  const width = Math.ceil(b.mass.length / AGE_GROUPS);
  const mass = new Float64Array(b.mass.length);
  for (let i = 0; i < b.mass.length; i++) {
    const middle = i - (i % width) + ((width - 1) >> 1);
    mass[Math.min(b.mass.length - 1, middle)] += b.mass[i];
  }
  return sumOfDelays(a, { startMs: b.startMs, mass });
}

/** Delays of those only who are still there when they are over; they add up to less than 1. */
export function endured({ startMs, mass }: Delays, longerThan: (ageMs: number) => number): Delays {
  return { startMs, mass: mass.map((share, i) => share * longerThan(startMs + i * GRID_MS)) };
}

/**
 * The next delay of those who came `age` ago and are still there: each of its masses times the share that is there at its end.
 * Ages count from the arrival, so the newly arrived are far less patient than those who have stayed.
 */
export function enduredAfter(age: Delays, next: Delays, longerThan: (ageMs: number) => number): Delays {
  const length = age.mass.length + next.mass.length - 1;
  const startMs = age.startMs + next.startMs;
  const there = Float64Array.from({ length }, (_, i) => longerThan(startMs + i * GRID_MS));
  const width = Math.ceil(age.mass.length / AGE_GROUPS);
  const groups = Math.floor(age.mass.length / width);
  const came = new Float64Array(groups);
  for (let i = 0; i < age.mass.length; i++) came[Math.min(groups - 1, Math.floor(i / width))] += age.mass[i];
  const middle = (width - 1) >> 1;
  let first = 0;
  for (let g = 0; g < groups; g++) first += came[g] * longerThan(age.startMs + (g * width + middle) * GRID_MS);
  const mass = next.mass.map((share, k) => {
    if (share < 1e-12 || first <= 0) return 0;
    let sum = 0;
    for (let g = 0; g < groups; g++) sum += came[g] * there[g * width + middle + k];
    return (share * sum) / first;
  });
  return { startMs: next.startMs, mass };
}

/** The longest that it can take. */
export function endMs({ startMs, mass }: Delays): number {
  return startMs + (mass.length - 1) * GRID_MS;
}

export function meanMs({ startMs, mass }: Delays): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < mass.length; i++) {
    total += mass[i];
    sum += mass[i] * (startMs + i * GRID_MS);
  }
  return total > 0 ? sum / total : 0;
}

/** Share that is over within a time. */
export function shareWithin({ startMs, mass }: Delays, ms: number): number {
  let sum = 0;
  for (let i = 0; i < mass.length && startMs + i * GRID_MS <= ms; i++) sum += mass[i];
  return sum;
}

/** The distribution function: each mass is spread over its part of the grid. */
export function distributionOf({ startMs, mass }: Delays): (ms: number) => number {
  const below = new Float64Array(mass.length + 1);
  for (let i = 0; i < mass.length; i++) below[i + 1] = below[i] + mass[i];
  return (ms) => {
    const at = (ms - startMs) / GRID_MS + 0.5;
    if (at <= 0) return 0;
    if (at >= mass.length) return below[mass.length];
    const i = Math.floor(at);
    return below[i] + mass[i] * (at - i);
  };
}
