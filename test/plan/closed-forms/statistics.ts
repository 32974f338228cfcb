import { expect } from 'vitest';

/**
 * How far a sampled figure may lie from its closed form: four standard errors. A true hypothesis fails that once in 16,000
 * (normal) to once in 3,000 (Student's t of 30 samples), and the seeds are fixed; so a failure is a change of the model.
 */
const STANDARD_ERRORS = 4;

export function meanOf(samples: readonly number[]): number {
  return samples.reduce((sum, x) => sum + x, 0) / samples.length;
}

export function varianceOf(samples: readonly number[]): number {
  const mean = meanOf(samples);
  return samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (samples.length - 1);
}

/** A figure whose standard error theory gives. */
export function expectNear(observed: number, expected: number, standardError: number, what = ''): void {
  const off = Math.abs(observed - expected);
  expect(off, `${what} ${observed} for ${expected}, s.e. ${standardError}`).toBeLessThanOrEqual(
    STANDARD_ERRORS * standardError,
  );
}

/**
 * The mean of independent runs, with the standard error that they show themselves. That error must be at most the share `atMost`
 * of what is expected: a test that cannot see a difference proves nothing.
 */
export function expectMean(runs: readonly number[], expected: number, atMost: number, what = ''): void {
  const standardError = Math.sqrt(varianceOf(runs) / runs.length);
  expect(standardError, `${what}: standard error`).toBeLessThanOrEqual(atMost * expected);
  expectNear(meanOf(runs), expected, standardError, what);
}

/**
 * Counts of Poisson variables of one mean: (n - 1) variance / mean is chi-square with n - 1 degrees of freedom (Fisher 1925), whose
 * standard deviation is sqrt(2 (n - 1)).
 */
export function expectPoissonDispersion(counts: readonly number[], what = ''): void {
  expectNear(varianceOf(counts) / meanOf(counts), 1, Math.sqrt(2 / (counts.length - 1)), `${what} dispersion`);
}

export function sumOf(counts: ArrayLike<number>, from = 0, until = counts.length): number {
  let sum = 0;
  for (let i = from; i < until; i++) sum += counts[i];
  return sum;
}

/** 0 to n - 1. */
export function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
