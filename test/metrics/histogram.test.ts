import { build } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { MAX_MS, RELATIVE_ERROR_BOUND, ROUNDING_ERROR_MS } from '../../sim/metrics/buckets.ts';
import { Histogram } from '../../sim/metrics/histogram.ts';
import { draws, uniform } from './random.ts';

const QUANTILES = [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1];
/** hdr-histogram-js with 3 digits reports the top of a bucket that is at most 1/1000 wide. */
const HDR_BOUND = 1 / 1000;

const DISTRIBUTIONS: Record<string, number[]> = {
  'uniform, 0 to 1 s': draws(20_000, 1, (u) => u() * 1000),
  'exponential, mean 40 ms': draws(20_000, 2, (u) => -Math.log(1 - u()) * 40),
  'lognormal with a long tail': draws(20_000, 3, (u) => Math.exp(3 + 1.5 * (u() + u() + u() + u() - 2) * 1.7)),
  'two peaks far apart': draws(20_000, 4, (u) => (u() < 0.98 ? 0.2 + u() * 0.1 : 30_000 + u() * 1000)),
  'every magnitude': draws(20_000, 5, (u) => 2 ** (31 * u()) / 1000),
  'one value': Array.from({ length: 1000 }, () => 12.345),
  'a single value': [977.123],
};

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe.each(Object.entries(DISTRIBUTIONS))('quantiles of %s', (_, values) => {
  const histogram = filled(values);
  const sorted = values.toSorted((a, b) => a - b);
  const boundMs = (trueMs: number): number =>
    trueMs * RELATIVE_ERROR_BOUND + ROUNDING_ERROR_MS * (1 + RELATIVE_ERROR_BOUND);

  it.each(QUANTILES)('are within the stated bound of the sorted values at %d', (q) => {
    const trueMs = sorted[Math.max(0, Math.ceil(q * sorted.length * (1 - 1e-15)) - 1)];
    expect(Math.abs(histogram.quantile(q) - trueMs)).toBeLessThanOrEqual(boundMs(trueMs));
  });

  it('agree with hdr-histogram-js within both bounds', () => {
    const oracle = build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: 2 ** 33,
      numberOfSignificantValueDigits: 3,
    });
    for (const value of values) oracle.recordValue(Math.round(value * 1000));
    expect(histogram.count).toBe(oracle.totalCount);
    expect(Math.abs(histogram.mean - oracle.mean / 1000)).toBeLessThanOrEqual(histogram.mean * HDR_BOUND);
    for (const q of QUANTILES.filter((each) => each > 0)) {
      const oracleMs = oracle.getValueAtPercentile(q * 100) / 1000;
      const allowedMs = boundMs(oracleMs) + oracleMs * HDR_BOUND + ROUNDING_ERROR_MS;
      expect(Math.abs(histogram.quantile(q) - oracleMs), `q ${q}`).toBeLessThanOrEqual(allowedMs);
    }
  });

  it('has exact count, minimum, maximum and mean, to the microsecond', () => {
    const us = values.map((value) => Math.round(value * 1000));
    expect(histogram.count).toBe(values.length);
    expect(histogram.min).toBe(Math.min(...us) / 1000);
    expect(histogram.max).toBe(Math.max(...us) / 1000);
    expect(histogram.mean).toBe(us.reduce((sum, each) => sum + each, 0) / us.length / 1000);
  });

  it('gives the share at or below a time, for a time at most 1/256 above', () => {
    for (const q of [0.1, 0.5, 0.9, 0.99]) {
      const atMs = sorted[Math.floor(q * (sorted.length - 1))];
      const share = (limitMs: number): number => sorted.filter((value) => value <= limitMs).length / sorted.length;
      expect(histogram.shareAtOrBelow(atMs)).toBeGreaterThanOrEqual(share(atMs - 2 * ROUNDING_ERROR_MS));
      expect(histogram.shareAtOrBelow(atMs)).toBeLessThanOrEqual(
        share(atMs * (1 + 2 * RELATIVE_ERROR_BOUND) + 2 * ROUNDING_ERROR_MS),
      );
    }
  });
});

describe('edge values', () => {
  it('is NaN when empty', () => {
    const empty = new Histogram();
    expect(empty.count).toBe(0);
    for (const value of [empty.min, empty.max, empty.mean, empty.quantile(0.5), empty.shareAtOrBelow(1)])
      expect(value).toBeNaN();
  });

  it('counts negative values as 0, too large ones as the largest, and refuses NaN', () => {
    const histogram = filled([-3, -Infinity, NaN, 1e12, Infinity]);
    expect([histogram.count, histogram.refused]).toEqual([4, 1]);
    expect([histogram.min, histogram.max]).toEqual([0, MAX_MS]);
    expect(histogram.quantile(0.5)).toBe(0);
    expect(Math.abs(histogram.quantile(0.75) - MAX_MS)).toBeLessThanOrEqual(MAX_MS * RELATIVE_ERROR_BOUND);
    expect(histogram.quantile(1)).toBe(MAX_MS);
    expect(histogram.mean).toBe(MAX_MS / 2);
  });

  it('takes the nearest rank even where q times n is not exact in floating point', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i + 1) / 1000);
    // 0.07 * 100 is 7.000000000000001: rounded up as it is, that would be rank 8.
    expect(filled(values).quantile(0.07)).toBe(0.007);
    for (let rank = 1; rank <= 100; rank++) expect(filled(values).quantile(rank / 100)).toBe(rank / 1000);
  });

  it('holds more than 2^32 values in one bucket', () => {
    const histogram = new Histogram();
    histogram.recordMany(0.25, 2 ** 32);
    histogram.recordMany(0.25, 5);
    histogram.recordMany(7, 1);
    expect(histogram.count).toBe(2 ** 32 + 6);
    expect(histogram.toSparse().counts).toEqual([2 ** 32 + 5, 1]);
    expect(histogram.quantile(0.999999)).toBe(0.25);
  });

  it('records a value many times as if one by one, and nothing for 0 times', () => {
    const many = new Histogram();
    many.recordMany(3.3, 4);
    many.recordMany(99, 0);
    many.recordMany(NaN, 2);
    expect(many.toSparse()).toEqual(filled([3.3, 3.3, 3.3, 3.3, NaN, NaN]).toSparse());
  });

  it('is empty after a reset, and as good as new', () => {
    const values = DISTRIBUTIONS['every magnitude'];
    const histogram = filled(values);
    histogram.reset();
    expect(histogram.toSparse()).toEqual(new Histogram().toSparse());
    histogram.record(5);
    expect(histogram.toSparse()).toEqual(filled([5]).toSparse());
  });
});

describe('merging', () => {
  const values = [...DISTRIBUTIONS['lognormal with a long tail'], ...DISTRIBUTIONS['every magnitude'], -1, NaN];

  it('is exact however the values are split and in whatever order the parts come', () => {
    const whole = filled(values).toSparse();
    const u = uniform(99);
    for (let round = 0; round < 20; round++) {
      const parts = Array.from({ length: 1 + Math.floor(u() * 9) }, () => new Histogram());
      for (const value of values) parts[Math.floor(u() * parts.length)].record(value);
      parts.sort(() => u() - 0.5);
      const merged = new Histogram();
      for (const part of parts) {
        if (u() < 0.5) merged.merge(part);
        else merged.addSparse(part.toSparse());
      }
      expect(merged.toSparse()).toEqual(whole);
    }
  });

  it('is associative, and leaves what it takes from alone', () => {
    const [a, b, c] = [0, 1, 2].map((part) => values.filter((_, i) => i % 3 === part));
    const left = filled(a);
    left.merge(filled(b));
    left.merge(filled(c));
    const right = filled(b);
    const last = filled(c);
    right.merge(last);
    const first = filled(a);
    first.merge(right);
    expect(first.toSparse()).toEqual(left.toSparse());
    expect(last.toSparse()).toEqual(filled(c).toSparse());
  });

  it('survives JSON and structured clone, empty or not', () => {
    for (const histogram of [filled(values), new Histogram()]) {
      const sparse = histogram.toSparse();
      expect(JSON.parse(JSON.stringify(sparse))).toEqual(sparse);
      expect(Histogram.fromSparse(structuredClone(sparse)).toSparse()).toEqual(sparse);
    }
    const merged = filled([4]);
    merged.addSparse(new Histogram().toSparse());
    expect([merged.min, merged.max]).toEqual([4, 4]);
  });

  it.each([
    ['a bucket beyond the last', { buckets: [0, 6400], counts: [1, 1] }],
    ['a fractional bucket', { buckets: [0.5], counts: [1] }],
    ['a negative count', { buckets: [1], counts: [-1] }],
    ['lengths that differ', { buckets: [1, 2], counts: [1] }],
  ])('refuses %s and adds nothing', (_, wrong) => {
    const histogram = filled([1]);
    const sparse = { ...wrong, sumUs: 1, minUs: 1, maxUs: 1, refused: 0 };
    expect(() => histogram.addSparse(sparse)).toThrow(RangeError);
    expect(histogram.toSparse()).toEqual(filled([1]).toSparse());
  });
});
