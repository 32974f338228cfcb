import { describe, expect, it } from 'vitest';
import type { CompiledScenario } from '../../../sim/crowd/compiled.ts';
import { makeAgents } from '../../../sim/plan/agents/agents.ts';
import { PRODUCT_FIELDS, type EngineRun, type PlanWindow } from '../../../sim/plan/engine.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { BUSY, compiled } from '../../crowd/help.ts';
import { sumOf } from './statistics.ts';

type More = Partial<ScenarioInput>;

const LIMITED: More = {
  backend: {
    endpoints: { view: { servers: 50 }, checkout: { servers: 2, queue: 20, timeout: '3s' } },
    fanout: { capacity: '500/s', perViewer: '5/s' },
  },
};

function busy(more: More = {}): CompiledScenario {
  return compiled({ ...BUSY, ...LIMITED, ...more });
}

function play(scenario: CompiledScenario, window: Partial<PlanWindow> = {}): EngineRun {
  return makeAgents(scenario, { fromMs: 0, untilMs: scenario.durationMs, ...window }).play(1, 2);
}

/** Rows and totals are numbers of 0 or more; viewers are those who have come and not gone. */
function expectSane({ bins, products, soldOutAfterMs, responseMs, failed, events }: EngineRun): void {
  for (const [name, row] of Object.entries(bins.rows)) {
    expect(row.length, name).toBe(bins.count);
    expect(
      row.findIndex((value) => !(value >= 0 && value < Infinity)),
      `first bad bin of ${name}`,
    ).toBe(-1);
  }
  for (const row of bins.stockLeft) expect(row.findIndex((left) => !(left >= 0))).toBe(-1);
  let present = 0;
  const { joins, leaves, viewers } = bins.rows;
  const wrong = viewers.findIndex((count, i) => (present += joins[i] - leaves[i]) !== count);
  expect(wrong, 'first bin whose viewers are not joins less leaves').toBe(-1);
  for (const field of PRODUCT_FIELDS)
    for (const value of products[field]) expect(value >= 0 && Number.isFinite(value), field).toBe(true);
  // NaN stands for "never" in these.
  for (const ms of [...products.soldOutAtMs, ...soldOutAfterMs]) expect(ms < 0).toBe(false);
  for (const times of responseMs) expect(times.refused).toBe(0);
  for (const count of failed) expect(count).toBeGreaterThanOrEqual(0);
  expect(Number.isInteger(events)).toBe(true);
}

const NOBODY: ScenarioInput['audience'] = { followers: { kind: 'push', size: 0, within: '3m' } };
const HOURS = 3_600_000;

describe('an event', () => {
  it('with nobody', () => {
    const run = play(busy({ audience: NOBODY }));
    expectSane(run);
    expect(run.events).toBe(0);
    expect(sumOf(run.bins.rows.viewers)).toBe(0);
    expect([...run.soldOutAfterMs].every(Number.isNaN)).toBe(true);
    expect(run.bins.stockLeft[0][200]).toBe(5000);
  });

  it('with nothing on the shelf', () => {
    const run = play(busy({ products: { serum: { title: 'Serum', price: 'CNY 199', stock: 0 } } }));
    expectSane(run);
    expect(run.products.clicked[0]).toBeGreaterThan(0);
    expect([run.products.carted[0], run.products.units[0], run.products.gmvMinor[0]]).toEqual([0, 0, 0]);
    expect(run.products.lostSoldOut[0]).toBeGreaterThan(0);
    expect(run.products.soldOutAtMs[0]).toBeNaN();
  });

  it('with no products', () => {
    const run = play(busy({ products: {}, show: [{ at: '1m', cue: 'call', say: '1' }] }));
    expectSane(run);
    expect(run.bins.stockLeft).toEqual([]);
    expect(sumOf(run.bins.rows.chatSent)).toBeGreaterThan(0);
  });

  it('without a show', () => {
    const run = play(busy({ show: [] }));
    expectSane(run);
    expect(sumOf(run.bins.rows.clicks)).toBe(0);
  });

  it.each(['1ms', '500ms', '1s', '1500ms'])('of %s', (duration) => {
    const show: ScenarioInput['show'] = [{ at: 0, cue: 'drop', product: 'serum', countdown: 0 }];
    const scenario = busy({ duration, show, audience: { all: { kind: 'steady', size: 500 } } });
    const run = play(scenario);
    expectSane(run);
    expect(run.bins.count).toBe(Math.ceil(scenario.durationMs / 1000));
    expect(sumOf(run.bins.rows.joins)).toBeGreaterThan(400);
  });

  it('of 48 hours', () => {
    const run = play(
      busy({
        duration: '48h',
        audience: { all: { kind: 'steady', rate: '10/min' } },
        show: [{ at: '1h', every: '3h', cue: 'drop', product: 'serum', units: 100, for: '10m' }],
      }),
    );
    expectSane(run);
    expect(run.bins.count).toBe(48 * 3600);
    const joins = sumOf(run.bins.rows.joins);
    expect(Math.abs(joins - 28_800)).toBeLessThan(4 * Math.sqrt(28_800));
    expect(run.products.paid[0]).toBeGreaterThan(0);
  });

  it('whose viewers stay for longer than it lasts', () => {
    const run = play(busy({ personas: { fan: { dwell: '7d' }, guest: { dwell: { median: '7d', sigma: 5 } } } }));
    expectSane(run);
    expect(run.bins.rows.viewers[599]).toBeGreaterThan(0.8 * sumOf(run.bins.rows.joins));
  });

  it('whose viewers are gone at once', () => {
    const run = play(busy({ personas: { fan: { dwell: 0 }, guest: { dwell: '1ms' } } }));
    expectSane(run);
    expect(Math.max(...run.bins.rows.viewers)).toBeLessThanOrEqual(1);
  });
});

describe('a window', () => {
  const scenario = busy();
  const whole = play(scenario);
  const wholeRows = structuredClone(whole.bins.rows);

  it.each([
    [200_000, 260_000],
    [0, 500],
    [180_250, 180_750],
    [181_500, 182_000],
    [599_500, 600_000],
  ])('from %i to %i ms', (fromMs, untilMs) => {
    const run = play(scenario, { fromMs, untilMs });
    expectSane(run);
    const { bins } = run;
    expect(bins.until - bins.from).toBe(Math.ceil((untilMs - fromMs) / 1000));
    expect(bins.originMs + bins.from * 1000).toBe(fromMs);
    expect(bins.until).toBe(bins.count);
  });

  it('in the middle is what it is in the whole event', () => {
    const { bins } = play(scenario, { fromMs: 200_000, untilMs: 260_000 });
    for (const [name, row] of Object.entries(bins.rows)) {
      const isLate = name === 'orders' || name === 'units' || name === 'gmvMinor';
      const until = isLate ? 250 : 260;
      expect(row.subarray(0, until), name).toEqual(wholeRows[name as keyof typeof wholeRows].subarray(0, until));
    }
  });

  it('that begins within a second counts the same crowd', () => {
    const { joins, leaves, viewers } = play(scenario, { fromMs: 180_250, untilMs: 300_250 }).bins.rows;
    const until = play(scenario, { fromMs: 0, untilMs: 300_250 }).bins.rows;
    expect([sumOf(joins), sumOf(leaves)]).toEqual([sumOf(until.joins), sumOf(until.leaves)]);
    expect(viewers[viewers.length - 1]).toBe(until.viewers[until.viewers.length - 1]);
  });

  it('can lie at the end of two days', () => {
    const long = busy({ duration: '48h', show: [], audience: { all: { kind: 'steady', from: '47h', rate: '1/s' } } });
    const run = play(long, { fromMs: 48 * HOURS - 60_250, untilMs: 48 * HOURS - 250 });
    expectSane(run);
    expect(sumOf(run.bins.rows.joins, run.bins.from)).toBeGreaterThan(20);
  });
});
