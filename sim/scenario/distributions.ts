import { KNOTS, survivalAtKnot } from '../crowd/quantile.ts';

/** A parsed distribution; values in ms (or in whatever unit the caller means). */
export type Dist = SimpleDist | { kind: 'mix'; parts: { share: number; dist: SimpleDist }[] };
export type SimpleDist =
  | { kind: 'fixed'; value: number }
  | { kind: 'exponential'; mean: number }
  | { kind: 'lognormal'; median: number; sigma: number }
  | { kind: 'quantiles'; points: { p: number; value: number }[] };

/**
 * Compiles a distribution to a quantile table. Values are rounded to single precision, so that a last bit in which two
 * versions of `Math.log` may differ does not change the table.
 */
export function toTable(dist: Dist): Float64Array {
  const table = new Float64Array(KNOTS);
  for (let i = 0; i < KNOTS; i++) {
    const value =
      dist.kind === 'mix' ? mixQuantile(dist.parts, survivalAtKnot(i)) : simpleQuantile(dist, survivalAtKnot(i));
    table[i] = Math.fround(Math.max(value, i > 0 ? table[i - 1] : 0));
  }
  return table;
}

/** Value that is exceeded with probability `s`, 0 < s <= 1. */
function simpleQuantile(dist: SimpleDist, s: number): number {
  if (dist.kind === 'fixed') return dist.value;
  if (dist.kind === 'exponential') return s >= 1 ? 0 : -Math.log(s) * dist.mean;
  if (dist.kind === 'lognormal') return s >= 1 ? 0 : dist.median * Math.exp(-dist.sigma * normalQuantile(s));
  return pointsQuantile(dist.points, s);
}

/** Straight lines between the points, from 0 at p0; beyond the last an exponential tail with the slope of the last line. */
function pointsQuantile(points: readonly { p: number; value: number }[], s: number): number {
  const u = 1 - s;
  let before = { p: 0, value: 0 };
  for (const point of points) {
    if (u <= point.p) {
      const width = point.p - before.p;
      return width > 0 ? before.value + ((u - before.p) / width) * (point.value - before.value) : point.value;
    }
    if (point !== points[points.length - 1]) before = point;
  }
  const last = points[points.length - 1];
  const perLog = (last.value - before.value) / (Math.log(1 - before.p) - Math.log(1 - last.p));
  return last.value + perLog * (Math.log(1 - last.p) - Math.log(s));
}

/** Share above `x`. */
function simpleSurvival(dist: SimpleDist, x: number): number {
  if (dist.kind === 'fixed') return x < dist.value ? 1 : 0;
  if (dist.kind === 'exponential') return Math.exp(-x / dist.mean);
  if (dist.kind === 'lognormal') {
    if (x <= 0) return 1;
    if (dist.sigma === 0) return x < dist.median ? 1 : 0;
    return normalSurvival(Math.log(x / dist.median) / dist.sigma);
  }
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (pointsQuantile(dist.points, middle) > x) low = middle;
    else high = middle;
  }
  return high;
}

/** By bisection; shares are normalised. */
function mixQuantile(parts: readonly { share: number; dist: SimpleDist }[], s: number): number {
  const total = parts.reduce((sum, part) => sum + part.share, 0);
  const survival = (x: number): number =>
    parts.reduce((sum, part) => sum + (part.share / total) * simpleSurvival(part.dist, x), 0);
  let low = 0;
  let high = Math.max(...parts.map((part) => simpleQuantile(part.dist, Math.min(s, 1))));
  for (let i = 0; i < 50 && high - low > 1e-6 * high; i++) {
    const middle = (low + high) / 2;
    if (survival(middle) > s) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * z with P(Z <= z) = p. Wichura's AS 241 (PPND7 refined by one Newton step of `normalSurvival` would not gain anything for
 * tables in single precision): relative accuracy about 1e-7.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    const top = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
    const bottom = ((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1;
    return (q * top) / bottom;
  }
  let r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  let z: number;
  if (r <= 5) {
    r -= 1.6;
    z =
      (((0.170238211 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
      ((0.1202113297 * r + 0.7370016425) * r + 1);
  } else {
    r -= 5;
    z =
      (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115) /
      ((0.012258202635 * r + 0.24197894225) * r + 1);
  }
  return q < 0 ? -z : z;
}

/** P(Z > z). Marsaglia's series (Journal of Statistical Software 11, 2004); a continued fraction in the far tail. */
export function normalSurvival(z: number): number {
  if (z < -8) return 1;
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  if (z > 4) {
    let fraction = z;
    for (let k = 40; k >= 1; k--) fraction = z + k / fraction;
    return density / fraction;
  }
  let sum = z;
  let term = z;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum) && i < 400; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 - density * sum;
}
