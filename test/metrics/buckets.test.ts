import { describe, expect, it } from 'vitest';
import {
  BUCKETS,
  MAX_MS,
  MAX_US,
  RELATIVE_ERROR_BOUND,
  bucketOf,
  microseconds,
  middleOf,
} from '../../sim/metrics/buckets.ts';
import { uniform } from './random.ts';

/** Both sides of every place where the width of the buckets changes, and the ends. */
const EDGES_US = [
  0,
  1,
  255,
  256,
  511,
  ...Array.from({ length: 23 }, (_, i) => [-1, 0, 1].map((d) => 2 ** (i + 9) + d)).flat(),
  MAX_US,
];

describe('buckets', () => {
  it('uses all of its buckets and none beyond', () => {
    expect(bucketOf(0)).toBe(0);
    expect(bucketOf(MAX_US)).toBe(BUCKETS - 1);
  });

  it('is within its bound on every edge and on random values', () => {
    const u = uniform(7);
    const random = Array.from({ length: 20_000 }, () => (u() * 2 ** (32 * u())) >>> 0);
    for (const us of [...EDGES_US, ...random]) {
      expect(Math.abs(middleOf(bucketOf(us)) - us)).toBeLessThanOrEqual(us * RELATIVE_ERROR_BOUND);
    }
  });

  it('is exact to the microsecond below 512 us', () => {
    for (let us = 0; us < 512; us++) expect(middleOf(bucketOf(us))).toBe(us);
  });

  it('never puts a larger value into a lower bucket, and every middle into its own', () => {
    for (let i = 1; i < EDGES_US.length; i++)
      expect(bucketOf(EDGES_US[i])).toBeGreaterThanOrEqual(bucketOf(EDGES_US[i - 1]));
    for (let bucket = 0; bucket < BUCKETS; bucket++) expect(bucketOf(Math.floor(middleOf(bucket)))).toBe(bucket);
  });

  it('rounds to whole microseconds within 0 and 2^32 - 1', () => {
    expect(microseconds(1.2344)).toBe(1234);
    expect(microseconds(1.2346)).toBe(1235);
    expect(microseconds(-5)).toBe(0);
    expect(microseconds(-Infinity)).toBe(0);
    expect(microseconds(2 ** 31 / 1000)).toBe(2 ** 31);
    expect(microseconds(MAX_MS)).toBe(MAX_US);
    expect(microseconds(MAX_MS - 0.0004)).toBe(MAX_US);
    expect(microseconds(1e300)).toBe(MAX_US);
    expect(microseconds(Infinity)).toBe(MAX_US);
  });
});
