import { describe, expect, it } from 'vitest';
import { keyA, keyB, draw } from '../../sim/crowd/rng.ts';
import { KNOTS, quantile, survivalAt, survivalAtKnot } from '../../sim/crowd/quantile.ts';
import { normalQuantile, normalSurvival, toTable, type Dist } from '../../sim/scenario/distributions.ts';
import { ksBound, ksDistance } from './help.ts';

const N = 40_000;
const samples = (table: Float64Array): number[] =>
  Array.from({ length: N }, (_, i) => quantile(table, draw(keyA(77, 5, i), keyB(3, 5, i), 3, 0)));

const cases: { name: string; dist: Dist; mean: number; cdf: (x: number) => number }[] = [
  { name: 'exponential', dist: { kind: 'exponential', mean: 6000 }, mean: 6000, cdf: (x) => 1 - Math.exp(-x / 6000) },
  {
    name: 'lognormal',
    dist: { kind: 'lognormal', median: 900, sigma: 0.5 },
    mean: 900 * Math.exp(0.125),
    cdf: (x) => 1 - normalSurvival(Math.log(x / 900) / 0.5),
  },
  {
    name: 'mix',
    dist: {
      kind: 'mix',
      parts: [
        { share: 0.45, dist: { kind: 'exponential', mean: 6000 } },
        { share: 0.55, dist: { kind: 'lognormal', median: 60_000, sigma: 1.2 } },
      ],
    },
    mean: 0.45 * 6000 + 0.55 * 60_000 * Math.exp(0.72),
    cdf: (x) => 0.45 * (1 - Math.exp(-x / 6000)) + 0.55 * (1 - normalSurvival(Math.log(x / 60_000) / 1.2)),
  },
];

describe('quantile tables', () => {
  it.each(cases)('$name: the draws have the distribution (KS), the mean and the quantiles', ({ dist, mean, cdf }) => {
    const table = toTable(dist);
    const drawn = samples(table);
    expect(ksDistance(drawn, cdf)).toBeLessThan(ksBound(N));
    // The mean by the table itself, without sampling noise: cells by their probability.
    let exact = 0;
    for (let i = 0; i + 1 < KNOTS; i++)
      exact += ((table[i] + table[i + 1]) / 2) * (survivalAtKnot(i) - survivalAtKnot(i + 1));
    expect(Math.abs(exact / mean - 1)).toBeLessThan(0.002);
    for (const u of [0.1, 0.5, 0.9, 0.99, 0.9999])
      expect(cdf(quantile(table, Math.floor(u * 2 ** 32)))).toBeCloseTo(u, 4);
  });

  it('goes through given quantiles, from 0 and on with a tail', () => {
    const table = toTable({
      kind: 'quantiles',
      points: [
        { p: 0.1, value: 33 },
        { p: 0.5, value: 461 },
        { p: 0.9, value: 2575 },
        { p: 0.99, value: 6493 },
      ],
    });
    const at = (u: number): number => quantile(table, Math.floor(u * 2 ** 32));
    expect(at(0)).toBeCloseTo(0, 3);
    expect(at(0.1) / 33).toBeCloseTo(1, 1);
    expect(at(0.5) / 461).toBeCloseTo(1, 2);
    expect(at(0.9) / 2575).toBeCloseTo(1, 2);
    expect(at(0.99) / 6493).toBeCloseTo(1, 2);
    expect(at(0.999)).toBeGreaterThan(6493);
  });

  it('is monotone at both ends and everywhere between', () => {
    const table = toTable(cases[2].dist);
    let before = -1;
    for (let u = 0; u < 2 ** 32; u += 2 ** 20 - 1) {
      const value = quantile(table, u);
      expect(value).toBeGreaterThanOrEqual(before);
      before = value;
    }
    expect(quantile(table, 0)).toBeCloseTo(table[0], 3);
    expect(quantile(table, 2 ** 32 - 1)).toBe(table[KNOTS - 1]);
  });

  it('survivalAt undoes quantile', () => {
    const table = toTable(cases[1].dist);
    for (const u of [0.01, 0.3, 0.5, 0.8, 0.99, 0.9999]) {
      expect(survivalAt(table, quantile(table, Math.floor(u * 2 ** 32)))).toBeCloseTo(1 - u, 6);
    }
    expect([survivalAt(table, -1), survivalAt(table, 1e12)]).toEqual([1, 0]);
  });

  it('has the normal distribution right', () => {
    for (const [p, z] of [
      [0.975, 1.959963984540054],
      [0.9999, 3.719016485455709],
      [1e-9, -5.997807015],
      [0.5, 0],
    ]) {
      expect(normalQuantile(p)).toBeCloseTo(z, 5);
    }
    for (const z of [-6, -1.5, 0, 0.3, 2, 3.99, 4.01, 6]) expect(normalQuantile(normalSurvival(z))).toBeCloseTo(-z, 4);
  });
});
