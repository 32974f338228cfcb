import { expect, it } from 'vitest';
import { NEVER } from '../../sim/crowd/wheel.ts';
import { AgentRun } from '../../sim/plan/agents/agent-run.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';

/** Everybody is there from the start, stays, and wants the mug of the drop at 60 s. */
const RUSH: ScenarioInput = {
  name: 'rush',
  duration: '10m',
  personas: {
    fan: {
      dwell: '20m',
      funnel: { click: '100%', cart: '100%', checkout: '100%', pay: '100%' },
      cardDeclined: 0,
      retry: { attempts: 0 },
      timeout: '5m',
    },
  },
  audience: { push: { kind: 'raid', at: 0, size: 1000, within: '5s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 100_000, perBuyer: 1 } },
  show: [{ at: '60s', cue: 'drop', product: 'mug', countdown: 0, price: 'USD 4' }],
};

it('a window that begins in the middle of a drop sees those who are on their way begin again, as its run does', () => {
  const scenario = compiled(RUSH);
  const fromMs = 63_000;
  const { snapshot } = warmStart(scenario, fromMs);
  const onTheWay = [...snapshot.shopAtMs].filter((dueMs) => dueMs !== NEVER).length;
  expect(onTheWay).toBeGreaterThan(300);
  const play = (restarts: boolean) =>
    new AgentRun(scenario, { fromMs, untilMs: scenario.durationMs, restarts }).play(scenario.seedHi, scenario.seedLo);
  const clicks = (run: ReturnType<typeof play>): number =>
    run.bins.rows.clicks.subarray(run.bins.from).reduce((sum, n) => sum + n, 0);
  const again = play(true);
  expect(clicks(again)).toBe(onTheWay);
  // Nobody has bought yet, by the books of a run that begins here: the limit of one a buyer stops nobody.
  expect(again.products.paid[0]).toBe(onTheWay);
  expect(clicks(play(false))).toBeLessThan(onTheWay / 2);
});

it('what is served after the drop has closed is refused, and what is served after a price cue has the new price', () => {
  const slow = { endpoints: { cart: { servers: 2, service: '100ms' } } };
  const until = (show: ScenarioInput['show']) => {
    const scenario = compiled({ ...RUSH, show, backend: slow });
    return new AgentRun(scenario, { fromMs: 0, untilMs: scenario.durationMs }).play(1, 2);
  };
  // Twenty a second: what is served between the first click and the close at 70 s.
  const closed = until([{ at: '60s', cue: 'drop', product: 'mug', countdown: 0, for: '10s' }]);
  expect(closed.products.carted[0]).toBeGreaterThan(140);
  expect(closed.products.carted[0]).toBeLessThanOrEqual(200);
  expect(closed.products.lostSoldOut[0]).toBe(closed.products.clicked[0] - closed.products.carted[0]);
  const cheaper = until([
    { at: '60s', cue: 'drop', product: 'mug', countdown: 0, price: 'USD 4' },
    { at: '75s', cue: 'price', product: 'mug', price: 'USD 1', interest: 0 },
  ]);
  const atFour = (cheaper.products.gmvMinor[0] - 100 * cheaper.products.units[0]) / 300;
  expect(cheaper.products.units[0]).toBe(cheaper.products.clicked[0]);
  expect(atFour).toBeGreaterThan(240);
  expect(atFour).toBeLessThanOrEqual(300);
});

it('nobody is shown a drop whose units are gone', () => {
  const flash: ScenarioInput = {
    ...RUSH,
    audience: { ...RUSH.audience, late: { kind: 'steady', from: '60s', to: '70s', rate: '100/s' } },
    show: [{ at: '60s', cue: 'drop', product: 'mug', countdown: 0, units: 5 }],
    shop: { hold: '5m' },
  };
  const scenario = compiled(flash);
  const run = new AgentRun(scenario, { fromMs: 0, untilMs: scenario.durationMs }).play(3, 4);
  const goneMs = run.soldOutAfterMs[0];
  expect(goneMs).toBeLessThan(6000);
  // Those who came before it was gone, and not a second's worth more.
  const before = run.bins.rows.viewers[59];
  const newcomers = run.products.clicked[0] - before;
  expect(newcomers).toBeLessThan((goneMs / 1000) * 100 + 4 * Math.sqrt(goneMs / 10) + 10);
});
