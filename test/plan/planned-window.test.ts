import { expect, it } from 'vitest';
import { planWindow } from '../../sim/plan/planned-window.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';
import { IdealWorld } from './ideal-world.ts';

const EVENT: ScenarioInput = {
  name: 'event',
  duration: '10m',
  personas: { guest: { dwell: { mean: '1m' }, likes: 0, gifts: 0 } },
  audience: { feed: { kind: 'steady', rate: '2/s' } },
};

it('plans the window alone: joins are Poisson, in a band of 95 %', async () => {
  const planned = await planWindow(
    compiled(EVENT),
    { fromMs: 300_000, untilMs: 360_000 },
    new AbortController().signal,
  );
  const { joins, peakViewers, orders } = planned!.counts;
  // Poisson of mean 120: 99 and 142 are its quantiles; of 200 runs the estimates spread by some 2.
  expect(Math.abs(joins.p025 - 99)).toBeLessThan(6);
  expect(Math.abs(joins.p975 - 142)).toBeLessThan(6);
  expect(Math.abs(joins.p50 - 120)).toBeLessThan(4);
  // M/G/infinity: 2 a second times a minute are 120 at once; the peak of a minute lies above.
  expect(peakViewers.p50).toBeGreaterThan(120);
  expect(peakViewers.p975).toBeLessThan(180);
  expect(orders).toEqual({ p025: 0, p50: 0, p975: 0 });
  expect(planned!.series).toMatchObject({ stepMs: 1000, startMs: 300_000, length: 60 });
  const { viewers } = planned!.series.rows;
  expect(viewers.p50).toHaveLength(60);
  viewers.p50.forEach((middle, step) => {
    expect(viewers.p025[step]).toBeLessThan(middle);
    expect(viewers.p975[step]).toBeGreaterThan(middle);
  });
});

it('is nothing when it was stopped', async () => {
  expect(await planWindow(compiled(EVENT), { fromMs: 0, untilMs: 60_000 }, AbortSignal.abort())).toBeNull();
});

it('does not hang on when the window begins: in the middle of a second too', async () => {
  const planned = await planWindow(
    compiled(EVENT),
    { fromMs: 300_700, untilMs: 330_700 },
    new AbortController().signal,
  );
  expect(Math.abs(planned!.counts.joins.p50 - 60)).toBeLessThan(4);
  expect(planned!.series).toMatchObject({ startMs: 300_700, length: 30 });
});

it('says what the crowd of the run itself would do: by its own seed, not by luck', async () => {
  const never = new AbortController().signal;
  const window = { fromMs: 300_000, untilMs: 360_000 };
  const [first, again, other] = await Promise.all(
    ['7', '7', '8'].map(async (seed) => (await planWindow(compiled(EVENT, { seed }), window, never))!.sameCrowd!),
  );
  const { counts } = new IdealWorld(compiled(EVENT, { seed: '7' })).play();
  expect(first.joins).toBe(counts.enter.subarray(300, 360).reduce((sum, n) => sum + n, 0));
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});
