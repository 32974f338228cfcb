import { describe, expect, it } from 'vitest';
import { Stream } from '../../sim/plan/random.ts';

const N = 40_000;

function moments(next: () => number, n = N): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const x = next();
    sum += x;
    squares += x * x;
  }
  return { mean: sum / n, variance: squares / n - (sum / n) ** 2 };
}

/** Probabilities of 0, 1, 2, ... successes. */
function binomialLaw(n: number, p: number): number[] {
  const law: number[] = [];
  let log = n * Math.log1p(-p);
  for (let k = 0; k <= n && law.length < 4000; k++) {
    law.push(Math.exp(log));
    log += Math.log((((n - k) / (k + 1)) * p) / (1 - p));
  }
  return law;
}

function poissonLaw(mean: number): number[] {
  const law: number[] = [];
  let log = -mean;
  for (let k = 0; k < mean + 12 * Math.sqrt(mean) + 20; k++) {
    law.push(Math.exp(log));
    log += Math.log(mean / (k + 1));
  }
  return law;
}

/** Largest distance between the distribution of draws and a law. */
function distance(next: () => number, law: readonly number[]): number {
  const counts = new Float64Array(law.length + 1);
  for (let i = 0; i < N; i++) counts[Math.min(law.length, next())]++;
  let most = 0;
  let drawn = 0;
  let meant = 0;
  for (let k = 0; k < law.length; k++) {
    drawn += counts[k] / N;
    meant += law[k];
    most = Math.max(most, Math.abs(drawn - meant));
  }
  return most;
}

/** What a true law exceeds once in a thousand, and the error that `random.ts` admits to. */
const BOUND = 1.95 / Math.sqrt(N) + 0.001;

describe('a stream', () => {
  it('gives the same numbers again, and others under another seed or number', () => {
    const of = (hi: number, lo: number, number: number): number[] => {
      const stream = new Stream(hi, lo, number);
      return Array.from({ length: 20 }, () => stream.poisson(50));
    };
    expect(of(1, 2, 3)).toEqual(of(1, 2, 3));
    for (const other of [of(2, 2, 3), of(1, 3, 3), of(1, 2, 4)]) expect(other).not.toEqual(of(1, 2, 3));
  });

  it('takes one draw for every variate, so that runs stay in step', () => {
    const after = (first: (stream: Stream) => number): number => {
      const stream = new Stream(5, 6, 7);
      first(stream);
      return stream.uniform();
    };
    const next = after((stream) => stream.uniform());
    expect(after((stream) => stream.poisson(0))).toBe(next);
    expect(after((stream) => stream.poisson(3))).toBe(next);
    expect(after((stream) => stream.poisson(1e6))).toBe(next);
    expect(after((stream) => stream.binomial(0, 0.5))).toBe(next);
    expect(after((stream) => stream.binomial(1e9, 0.9999))).toBe(next);
    expect(after((stream) => stream.gamma(3, 1))).toBe(next);
  });

  it('grows with the mean at the same draw', () => {
    for (let number = 0; number < 200; number++) {
      const at = (mean: number): number => new Stream(1, 1, number).poisson(mean);
      const among = (n: number): number => new Stream(1, 1, number).binomial(n, 0.3);
      for (const mean of [0.2, 5, 17.9, 18.1, 400, 5000]) expect(at(mean * 1.3)).toBeGreaterThanOrEqual(at(mean));
      for (const n of [2, 30, 59, 61, 1000]) expect(among(n + 10)).toBeGreaterThanOrEqual(among(n));
    }
  });

  it('has normal numbers of mean 0 and variance 1, tails included', () => {
    const stream = new Stream(1, 2, 3);
    const { mean, variance } = moments(() => stream.normal());
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(N));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / N));
    let beyond = 0;
    for (let i = 0; i < 10 * N; i++) if (Math.abs(stream.normal()) > 3) beyond++;
    expect(beyond / (10 * N)).toBeGreaterThan(0.0027 * 0.85);
    expect(beyond / (10 * N)).toBeLessThan(0.0027 * 1.15);
  });

  it.each([0.01, 0.7, 4, 17.9, 18.1, 60, 1500])('has Poisson counts of mean %d', (mean) => {
    const stream = new Stream(8, 9, 10);
    const found = moments(() => stream.poisson(mean));
    expect(Math.abs(found.mean - mean)).toBeLessThan(4.5 * Math.sqrt(mean / N));
    expect(Math.abs(found.variance / mean - 1)).toBeLessThan(5 * Math.sqrt((2 + 1 / mean) / N));
    expect(distance(() => stream.poisson(mean), poissonLaw(mean))).toBeLessThan(BOUND);
  });

  it.each([
    [1, 0.3],
    [7, 0.5],
    [20, 0.95],
    [100, 0.02],
    [40, 0.46],
    [90, 0.79],
    [1000, 0.03],
    [3000, 0.6],
  ])('has binomial counts of %d by %d', (n, p) => {
    const stream = new Stream(3, 1, 4);
    const variance = n * p * (1 - p);
    const found = moments(() => stream.binomial(n, p));
    expect(Math.abs(found.mean - n * p)).toBeLessThan(4.5 * Math.sqrt(variance / N));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(5 * Math.sqrt((2 + 1 / variance) / N));
    expect(distance(() => stream.binomial(n, p), binomialLaw(n, p))).toBeLessThan(BOUND);
  });

  it('stays within 0 and n, in whole numbers, whatever it is asked', () => {
    const stream = new Stream(2, 7, 1);
    for (const n of [0, 1, 2, 17, 1000, 1e9]) {
      for (const p of [0, 1e-12, 1e-6, 0.01, 0.5, 0.99, 1 - 1e-9, 1, 1.0000001, NaN, -1]) {
        for (let i = 0; i < 50; i++) {
          const k = stream.binomial(n, p);
          expect(Number.isInteger(k) && k >= 0 && k <= n).toBe(true);
        }
      }
      expect(stream.binomial(n, 0)).toBe(0);
      expect(stream.binomial(n, 1)).toBe(n);
    }
    for (const mean of [0, -1, NaN, 1e-12, 17.99, 18, 1e9]) {
      for (let i = 0; i < 50; i++) {
        const k = stream.poisson(mean);
        expect(Number.isInteger(k) && k >= 0).toBe(true);
      }
    }
  });

  it('splits all of n by shares', () => {
    const stream = new Stream(1, 5, 9);
    const into = new Float64Array(3);
    const sums = [0, 0, 0];
    for (let i = 0; i < 5000; i++) {
      stream.multinomial(100, [1, 2, 5], into);
      expect(into[0] + into[1] + into[2]).toBe(100);
      for (let k = 0; k < 3; k++) sums[k] += into[k];
    }
    [12.5, 25, 62.5].forEach((mean, k) => expect(Math.abs(sums[k] / 5000 - mean)).toBeLessThan(0.3));
  });

  it('has sums of positive amounts with the mean and the deviation asked for', () => {
    const stream = new Stream(1, 5, 9);
    const { mean, variance } = moments(() => stream.gamma(40, 12));
    expect(Math.abs(mean - 40)).toBeLessThan(0.3);
    expect(Math.abs(variance / 144 - 1)).toBeLessThan(0.05);
    expect(stream.gamma(0, 1)).toBe(0);
  });
});
