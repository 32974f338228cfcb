import { describe, expect, it } from 'vitest';
import { makeCohorts } from '../../sim/plan/cohorts/cohorts.ts';
import type { EngineRun } from '../../sim/plan/engine.ts';
import { PLAN_ROW_NAMES } from '../../sim/plan-result.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { BUSY, compiled } from '../crowd/help.ts';
import { engineOf, expectAgreement, FIGURES, meanOf, peak, sum, total } from './engine-means.ts';

/** A flat audience that has long settled: 20 a second who stay 2 minutes on average. */
const STEADY: ScenarioInput = {
  name: 'steady',
  duration: '30m',
  personas: { fan: { dwell: { mix: [{ share: '100%', mean: '2m' }] }, likes: '3/min', gifts: '0/min' } },
  audience: { flow: { kind: 'steady', rate: '20/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 1000 } },
  show: [],
  chat: { rate: '0.5/min' },
};

/** Everybody is there when a big drop opens, and wants it. */
const RUSH: ScenarioInput = {
  name: 'rush',
  duration: '6m',
  personas: {
    fan: {
      dwell: '6m',
      funnel: { click: '100%', cart: '100%', checkout: '100%', pay: '100%' },
      cardDeclined: 0,
      retry: { attempts: 2, backoff: '1s' },
      timeout: '3s',
    },
  },
  audience: { push: { kind: 'push', size: 20_000, within: '5s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 100_000 } },
  show: [{ at: '1m', cue: 'drop', product: 'mug', interest: '100%', countdown: 0 }],
};

describe('a run of cohorts', () => {
  const scenario = compiled(BUSY);
  const engine = engineOf(scenario);

  it('is the same under the same seed, whatever was played before, and another under another', () => {
    const rowsOf = (run: EngineRun): number[][] => PLAN_ROW_NAMES.map((row) => [...run.bins.rows[row]]);
    const first = rowsOf(engine.play(1, 2));
    expect(rowsOf(engine.play(3, 4))).not.toEqual(first);
    expect(rowsOf(engine.play(1, 2))).toEqual(first);
    expect(rowsOf(engineOf(scenario).play(1, 2))).toEqual(first);
  });

  it('counts in whole numbers that add up', () => {
    const run = engine.play(5, 6);
    const { rows } = run.bins;
    for (const name of PLAN_ROW_NAMES) {
      if (name === 'waitMs' || name === 'chatLagMs') continue;
      expect(
        rows[name].every((value) => Number.isInteger(value) && value >= 0),
        name,
      ).toBe(true);
    }
    let there = 0;
    for (let bin = 0; bin < run.bins.count; bin++) {
      there += rows.joins[bin] - rows.leaves[bin];
      expect(rows.viewers[bin]).toBe(there);
    }
    const { clicked, carted, checkedOut, paid, units } = run.products;
    expect(clicked[0]).toBeGreaterThan(carted[0]);
    expect(carted[0]).toBeGreaterThan(checkedOut[0]);
    expect(checkedOut[0]).toBeGreaterThan(paid[0]);
    expect(units[0]).toBeGreaterThan(paid[0]);
    expect(total(run, 'orders')).toBe(paid[0]);
    expect(total(run, 'units')).toBe(units[0]);
    expect(total(run, 'gmvMinor')).toBe(units[0] * 19_900);
    const requests = (['viewRequests', 'cartRequests', 'checkoutRequests', 'payRequests'] as const).map((row) =>
      total(run, row),
    );
    const talk = total(run, 'chatSent') + total(run, 'likeBatches');
    expect(run.events).toBe(total(run, 'joins') + total(run, 'leaves') + talk + sum(requests));
    expect(run.responseMs.map((histogram) => histogram.count)).toEqual(requests);
  });

  it('has windows that begin in the middle', () => {
    const run = makeCohorts(scenario, { fromMs: 181_500, untilMs: 240_500 }).play(1, 1);
    expect(run.bins.originMs).toBe(-500);
    expect(run.bins.rows.viewers[run.bins.from]).toBeGreaterThan(300);
    expect(sum(run.bins.rows.orders.subarray(run.bins.from))).toBeGreaterThan(50);
    expect(run.responseMs[0].count).toBeLessThan(total(run, 'viewRequests'));
  });
});

describe('against closed forms', () => {
  const scenario = compiled(STEADY);

  it('joins are Poisson', () => {
    const { rows } = engineOf(scenario).play(9, 9).bins;
    const mean = total(engineOf(scenario).play(9, 9), 'joins') / rows.joins.length;
    const variance = sum(rows.joins.map((n) => (n - mean) ** 2)) / rows.joins.length;
    expect(Math.abs(mean - 20)).toBeLessThan(4 * Math.sqrt(20 / rows.joins.length));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / rows.joins.length));
  });

  it('the present are Poisson too, about what arrivals and stays make of them (M/G/infinity)', () => {
    const engine = engineOf(scenario);
    const at = Array.from({ length: 400 }, (_, i) => engine.play(i, 17).bins.rows.viewers[1700]);
    const mean = sum(at) / at.length;
    const variance = sum(at.map((n) => (n - mean) ** 2)) / at.length;
    expect(Math.abs(mean - 2400)).toBeLessThan(4 * Math.sqrt(2400 / 400));
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 400));
  });

  it('viewers follow the expected audience, from the first minute on', () => {
    const busy = compiled(BUSY);
    const engine = engineOf(busy);
    const moments = [20, 60, 150, 300, 500];
    const means = moments.map(() => 0);
    for (let i = 0; i < 60; i++) {
      const { viewers } = engine.play(i, 3).bins.rows;
      moments.forEach((sec, k) => (means[k] += viewers[sec - 1] / 60));
    }
    moments.forEach((sec, k) => {
      const expected = busy.audience[Math.round((sec * 1000) / busy.audienceStepMs) - 1];
      expect(Math.abs(means[k] - expected)).toBeLessThan(4 * Math.sqrt(expected / 60) + 0.005 * expected);
    });
  });

  it("Little's law: who is there is who comes times how long they stay", () => {
    const run = engineOf(scenario).play(4, 4);
    const settled = run.bins.rows.viewers.subarray(600);
    const perSec = sum(run.bins.rows.joins.subarray(600)) / settled.length;
    expect(Math.abs(sum(settled) / settled.length / (perSec * 120) - 1)).toBeLessThan(0.03);
  });

  it('likes and chat are rates times the time that viewers spend', () => {
    const { likes, chat, time } = meanOf(scenario, makeCohorts, 40, {
      likes: (run) => total(run, 'likeBatches'),
      chat: (run) => total(run, 'chatSent'),
      time: (run) => total(run, 'viewers') / 60,
    });
    expect(Math.abs(likes.mean / ((time.mean * 3) / 5) - 1)).toBeLessThan(0.005);
    expect(Math.abs(chat.mean / (time.mean * 0.5) - 1)).toBeLessThan(Math.max(0.01, (4 * chat.error) / chat.mean));
  });
});

describe('cohorts and agents', () => {
  it('agree on the means of an event that keeps its stock', () => expectAgreement(compiled(BUSY)));

  it('agree when batches are gone in seconds, come back from carts, and buyers are limited', () => {
    const scarce = compiled({
      ...BUSY,
      products: { serum: { title: 'Serum', price: 'CNY 199', stock: 400, perBuyer: 2 } },
      show: [
        { at: '90s', every: '90s', until: '8m', cue: 'drop', product: 'serum', units: 60, for: '1m' },
        { at: '30s', cue: 'call', say: '1' },
        { at: '7m', cue: 'price', product: 'serum', price: 'CNY 99' },
      ],
      shop: { hold: '20s' },
    });
    expectAgreement(scarce, {
      ...FIGURES,
      soldOutAfterMs: (run) => {
        const gone = [...run.soldOutAfterMs].filter((ms) => !Number.isNaN(ms));
        return sum(gone) / gone.length;
      },
      drops: (run) => [...run.soldOutAfterMs].filter((ms) => !Number.isNaN(ms)).length,
    });
  });

  it('agree in two rooms with cues of their own', () => {
    const rooms = compiled({
      ...BUSY,
      rooms: { left: { title: 'Left' }, right: { title: 'Right' } },
      audience: {
        followers: { kind: 'push', size: 1500, within: '3m', room: 'left', personas: { fan: 1 } },
        browse: { kind: 'steady', rate: '240/min', room: 'right', personas: { guest: 1 } },
      },
      show: [
        { at: '1m', cue: 'pin', product: 'serum', room: 'left' },
        { at: '2m', cue: 'pin', product: 'serum', room: 'right', interest: '90%' },
        { at: '3m', cue: 'drop', product: 'serum', units: 5000, for: '3m', room: 'left' },
      ],
    });
    expectAgreement(rooms, { ...FIGURES, deliveries: (run) => total(run, 'deliveries') });
  });
});

describe('a backend that cannot keep up', () => {
  it('makes viewers wait, try again and give up', () => {
    const slow = compiled({
      ...RUSH,
      backend: { endpoints: { checkout: { servers: 20, service: { median: '40ms', sigma: 0.2 } } } },
    });
    const run = engineOf(slow).play(1, 1);
    const asked = run.products.carted[0];
    expect(peak(run, 'waitMs')).toBeGreaterThan(10_000);
    expect(run.failed[2]).toBeGreaterThan(asked);
    expect(total(run, 'checkoutRequests')).toBeGreaterThan(2 * asked);
    expect(run.products.lostSlow[0]).toBeGreaterThan(0.5 * asked);
    expect(run.responseMs[2].max).toBeLessThanOrEqual(3001);
    expect(run.products.paid[0]).toBeLessThan(0.5 * asked);
  });

  it('refuses what its queue has no place for, and gives up what waits too long', () => {
    const of = (more: object): EngineRun =>
      engineOf(
        compiled({
          ...RUSH,
          backend: { endpoints: { view: { servers: 20, service: { median: '40ms', sigma: 0.2 }, ...more } } },
        }),
      ).play(2, 2);
    const short = of({ queue: 100 });
    expect(peak(short, 'waitMs')).toBeLessThan(300);
    expect(short.failed[0]).toBeGreaterThan(10_000);
    const impatient = of({ timeout: '1s' });
    expect(peak(impatient, 'waitMs')).toBeLessThan(1100);
    expect(impatient.responseMs[0].quantile(0.9)).toBeGreaterThan(950);
  });

  it('is out for a while: requests are refused and tried again, and what comes after is served', () => {
    const show = [...(RUSH.show ?? []), { at: '1m', cue: 'outage', endpoint: 'pay', for: '2m' } as const];
    const run = engineOf(compiled({ ...RUSH, show })).play(3, 3);
    expect(run.products.checkedOut[0]).toBeGreaterThan(10_000);
    expect(total(run, 'payRequests')).toBe(run.failed[3] + run.products.paid[0]);
    expect(run.products.lostSlow[0]).toBeGreaterThan(0.9 * run.products.checkedOut[0]);
    // The units go back when the orders have run out.
    expect(run.bins.stockLeft[0][run.bins.count - 1]).toBe(100_000 - run.products.units[0]);
  });

  it('brings cues late when the fan-out is behind, and a viewer is sent no more than the limit', () => {
    const behind = compiled({ ...BUSY, backend: { fanout: { capacity: '300/s', perViewer: '2/s' } } });
    const run = engineOf(behind).play(1, 1);
    expect(peak(run, 'chatLagMs')).toBeGreaterThan(1000);
    const { deliveries, viewers } = run.bins.rows;
    deliveries.forEach((n, bin) => expect(n).toBeLessThanOrEqual(2 * viewers[bin]));
  });
});

describe('odd events', () => {
  function expectSane(run: EngineRun): void {
    for (const name of PLAN_ROW_NAMES)
      expect(
        run.bins.rows[name].every((value) => value >= 0 && value < Infinity),
        name,
      ).toBe(true);
    for (const [field, column] of Object.entries(run.products))
      if (field !== 'soldOutAtMs') for (const value of column) expect(value >= 0).toBe(true);
    expect(run.events).toBeGreaterThanOrEqual(0);
  }
  const play = (input: ScenarioInput): EngineRun => {
    const run = engineOf(compiled(input)).play(1, 2);
    expectSane(run);
    return run;
  };

  it('nobody comes', () => {
    const run = play({ ...BUSY, audience: { push: { kind: 'push', size: 0, within: '1m' } } });
    expect(run.events).toBe(0);
    expect(run.responseMs[0].count).toBe(0);
  });

  it('there is nothing to sell', () => {
    const run = play({ ...BUSY, products: { serum: { title: 'Serum', price: 'CNY 199', stock: 0 } } });
    expect(run.products.clicked[0]).toBeGreaterThan(100);
    expect(run.products.carted[0]).toBe(0);
    expect(run.products.lostSoldOut[0]).toBeGreaterThan(50);
    expect(run.products.soldOutAtMs[0]).toBeNaN();
  });

  it('lasts a second, or two days', () => {
    const second = play({ ...BUSY, duration: '1s', show: [] });
    expect(second.bins.count).toBe(1);
    expect(second.bins.rows.joins[0]).toBeGreaterThan(0);
    const days = play({
      ...BUSY,
      duration: '48h',
      audience: { browse: { kind: 'steady', rate: '30/min' } },
      show: [{ at: '1h', every: '1h', cue: 'pin', product: 'serum' }],
    });
    expect(Math.abs(total(days, 'joins') / (48 * 1800) - 1)).toBeLessThan(0.02);
    expect(days.products.paid[0]).toBeGreaterThan(100);
  });

  it('has ten million at once', () => {
    const run = play({
      ...STEADY,
      audience: { flow: { kind: 'steady', rate: '100k/s' } },
      show: [{ at: '15m', cue: 'drop', product: 'mug', interest: '100%' }],
    });
    expect(Math.abs(peak(run, 'viewers') / 12e6 - 1)).toBeLessThan(0.01);
    expect(run.products.carted[0]).toBeGreaterThanOrEqual(1000);
    expect(run.soldOutAfterMs.some((ms) => ms > 100 && ms < 5000)).toBe(true);
  });
});
