import { describe, expect, it } from 'vitest';
import { ArrivalStream } from '../../sim/crowd/arrivals.ts';
import { compiled, fano, ksBound, ksDistance } from './help.ts';

const scenario = compiled({
  name: 'arrivals',
  duration: '1h',
  personas: { guest: { dwell: { mean: '5m' } } },
  audience: {
    flat: { kind: 'steady', rate: '10/s' },
    push: { kind: 'push', size: 20_000, within: '10m' },
  },
});

function arrivals(source: number, seed: number): number[] {
  const { sources, tables, chat } = scenario;
  const stream = new ArrivalStream(sources[source], seed, 0, tables[chat.exponentialTable]);
  const times: number[] = [];
  for (; stream.atMs < Infinity; stream.next()) times.push(stream.atMs);
  return times;
}

describe('arrivals', () => {
  it('are as many as the source says, with the spread of a Poisson process', () => {
    const counts = Array.from({ length: 60 }, (_, seed) => arrivals(0, seed).length);
    const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1);
    // Standard errors: sqrt(36000 / 60) for the mean; the variance over the mean has one of sqrt(2 / 59).
    expect(Math.abs(mean - 36_000)).toBeLessThan(4 * Math.sqrt(36_000 / 60));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 59));
  });

  it('are independent in short windows (Fano factor 1) and evenly spread (KS)', () => {
    const times = arrivals(0, 11);
    expect(Math.abs(fano(times, 1000, 0, 3_600_000) - 1)).toBeLessThan(4 * Math.sqrt(2 / 3600));
    expect(ksDistance(times, (t) => t / 3_600_000)).toBeLessThan(ksBound(times.length));
  });

  it('follow the curve of a push: 90 % within the time named', () => {
    const times = arrivals(1, 3);
    const within = times.filter((t) => t <= 600_000).length / times.length;
    expect(within).toBeCloseTo(0.9, 1);
    const cdf = (t: number): number => Math.min(1, (1 - Math.exp((-t / 600_000) * Math.log(10))) / (1 - 0.001));
    expect(ksDistance(times, cdf)).toBeLessThan(ksBound(times.length) + 0.002);
  });

  it('come in order', () => {
    const times = arrivals(1, 5);
    expect(times.every((t, i) => i === 0 || t >= times[i - 1])).toBe(true);
  });
});
