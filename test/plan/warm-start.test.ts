import { describe, expect, it } from 'vitest';
import { INTENT } from '../../sim/crowd/intents.ts';
import { NEVER } from '../../sim/crowd/wheel.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { AT_ONCE, BUSY, compiled, sorted, YesWorld } from '../crowd/help.ts';
import type { TracedIntent } from '../crowd/yes-world.ts';

/** Everybody comes in the first seconds, stays to the end, and buys what is shown to them. */
const EAGER: ScenarioInput = {
  name: 'eager',
  duration: '5m',
  personas: {
    fan: {
      dwell: '5m',
      funnel: { click: '100%', cart: '100%', checkout: '100%', pay: '100%' },
      cardDeclined: 0,
    },
  },
  audience: { push: { kind: 'push', size: 200, within: '5s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 100_000 } },
};

const drop = (at: string, more: object = {}) =>
  ({ at, cue: 'drop', product: 'mug', interest: '100%', countdown: 0, ...more }) as const;
const eager = (show: ScenarioInput['show'], more: Partial<ScenarioInput> = {}) => compiled({ ...EAGER, show, ...more });

describe('the shop before the window', () => {
  const show = [drop('30s'), drop('90s'), drop('150s')];
  const soldWith = (perBuyer: number | null): number => {
    const scenario = eager(show, {
      products: { mug: { title: 'Mug', price: 'USD 5', stock: 100_000, perBuyer } },
      audience: { push: { kind: 'push', size: 200, within: '5s' } },
    });
    return 100_000 - warmStart(scenario, 220_000).stockLeft[0];
  };

  it('sells nobody more than the limit per buyer', () => {
    const present = warmStart(eager(show), 220_000).snapshot.count;
    expect(present).toBeGreaterThan(100);
    expect(soldWith(null)).toBe(3 * present);
    expect(soldWith(2)).toBe(2 * present);
    expect(soldWith(1)).toBe(present);
  });

  it('refuses an order that would go beyond the limit, whole', () => {
    const threes = eager(show, {
      products: { mug: { title: 'Mug', price: 'USD 5', stock: 100_000, perBuyer: 4 } },
      personas: { fan: { ...EAGER.personas.fan, units: { 3: 1 } } },
    });
    const { snapshot, stockLeft } = warmStart(threes, 220_000);
    expect(100_000 - stockLeft[0]).toBe(3 * snapshot.count);
  });

  it('sells no more than a batch, and no more than there is', () => {
    const batches = eager([drop('30s', { units: 7, for: '30s' }), drop('90s', { units: 11 })]);
    expect(warmStart(batches, 220_000).stockLeft[0]).toBe(100_000 - 18);
    const scarce = eager([drop('30s', { units: 50 })], { products: { mug: { title: 'M', price: 'USD 5', stock: 9 } } });
    expect(warmStart(scarce, 220_000).stockLeft[0]).toBe(0);
  });

  it('has the price in force, whether a drop or a price cue set it last', () => {
    const scenario = eager([
      drop('30s', { price: 'USD 4' }),
      { at: '60s', cue: 'price', product: 'mug', price: 'USD 3' },
      drop('90s', { price: 'USD 2' }),
      drop('120s'),
    ]);
    const priceAt = (atMs: number): number => warmStart(scenario, atMs).priceMinor[0];
    expect([30_000, 30_001, 60_000, 60_001, 90_001, 120_001].map(priceAt)).toEqual([500, 400, 400, 300, 200, 200]);
  });
});

describe('the cues that stand', () => {
  const idsAt = (scenario: ReturnType<typeof compiled>, atMs: number): string[] =>
    warmStart(scenario, atMs).standingCues.map((cue) => scenario.cues[cue].id);

  it('are the last pin and the open drop, until it closes', () => {
    const scenario = eager([
      { at: '10s', cue: 'pin', product: 'mug', interest: 0 },
      { at: '20s', cue: 'pin', product: 'mug', interest: 0 },
      { at: '25s', cue: 'call', say: '1' },
      drop('30s', { units: 5000, for: '60s' }),
    ]);
    expect(idsAt(scenario, 15_000)).toEqual(['pin:mug#1']);
    expect(idsAt(scenario, 30_000)).toEqual(['pin:mug#2']);
    expect(idsAt(scenario, 30_001)).toEqual(['pin:mug#2', 'drop:mug#1']);
    expect(idsAt(scenario, 90_000)).toEqual(['pin:mug#2', 'drop:mug#1']);
    expect(idsAt(scenario, 90_001)).toEqual(['pin:mug#2']);
  });

  it('do not include a drop whose batch is sold, but one whose shelf is empty: a restock may fill it', () => {
    const batch = eager([drop('30s', { units: 5 })]);
    expect(idsAt(batch, 31_000)).toEqual(['drop:mug#1']);
    expect(idsAt(batch, 120_000)).toEqual([]);
    expect(warmStart(batch, 120_000).offeredUnits).toEqual([0]);
    const shelf = eager([drop('30s')], { products: { mug: { title: 'Mug', price: 'USD 5', stock: 5 } } });
    expect(idsAt(shelf, 120_000)).toEqual(['drop:mug#1']);
    expect(warmStart(shelf, 120_000).stockLeft).toEqual([0]);
  });
});

describe('a warm start in the middle of reactions', () => {
  const scenario = compiled({ ...BUSY, backend: AT_ONCE });
  const whole = new YesWorld(scenario).play(1000);

  /** What is still done of what was set off before `atMs`: no more cues are given. */
  function resumed(atMs: number): TracedIntent[] {
    const world = new YesWorld(scenario, 0, 1, atMs);
    world.crowd.restore(warmStart(scenario, atMs).snapshot, () => undefined);
    for (let t = atMs; t < atMs + 30_000; t += 1000) world.crowd.step(t + 999);
    return world.trace;
  }

  it('keeps those who are about to open the page a second after the opening, at the moments they would have', () => {
    const atMs = 181_000;
    const before = (one: TracedIntent): boolean => one.dueMs < atMs;
    // A purchase that has begun begins again: those are another matter.
    const begun = new Set(
      whole.trace.filter((one) => one.kind === INTENT.view && before(one)).map((one) => one.viewer),
    );
    const isPending = (one: TracedIntent): boolean =>
      one.kind === INTENT.view && one.dueMs >= atMs && one.dueMs < atMs + 30_000 && !begun.has(one.viewer);
    const due = whole.trace.filter(isPending);
    const entered = new Set(
      whole.trace.filter((one) => one.kind === INTENT.enter && before(one)).map((one) => one.viewer),
    );
    const ofThePresent = due.filter((one) => entered.has(one.viewer));
    expect(ofThePresent.filter((one) => one.arg2 === 0).length).toBeGreaterThan(30);
    expect(ofThePresent.some((one) => one.arg2 === -1)).toBe(true);
    expect(sorted(resumed(atMs).filter(isPending))).toEqual(sorted(ofThePresent));
  });

  it('has those who had opened it go on buying, from the page', () => {
    const atMs = 183_000;
    const { snapshot } = warmStart(scenario, atMs);
    const trace = resumed(atMs);
    const onTheWay = [...snapshot.shopAtMs].filter((due) => due !== NEVER);
    expect(onTheWay.length).toBeGreaterThan(30);
    expect(Math.min(...onTheWay)).toBeGreaterThanOrEqual(atMs);
    const views = trace.filter((one) => one.kind === INTENT.view && one.arg2 === 0);
    const leaving = trace.filter((one) => one.kind === INTENT.leave).length;
    expect(views.length).toBeGreaterThanOrEqual(onTheWay.length - leaving);
    expect(views.length).toBeLessThanOrEqual(onTheWay.length);
    expect(trace.filter((one) => one.kind === INTENT.pay).length).toBeGreaterThan(0);
  });

  it('keeps the answers to a call that are on the way', () => {
    const atMs = 121_000;
    const isAnswer = (one: TracedIntent): boolean =>
      one.kind === INTENT.chat && one.arg < 0 && one.dueMs >= atMs && one.dueMs < atMs + 30_000;
    const due = whole.trace.filter(isAnswer);
    expect(due.length).toBeGreaterThan(20);
    expect(sorted(resumed(atMs).filter(isAnswer))).toEqual(sorted(due));
  });
});

describe('raids', () => {
  it('of one moment are different people, who come at different times', () => {
    const scenario = compiled({
      ...EAGER,
      show: [
        { at: '30s', cue: 'raid', size: 40, from: 'Ana' },
        { at: '30s', cue: 'raid', size: 40, from: 'Ben' },
      ],
    });
    const entered = new YesWorld(scenario).play(1000).trace.filter((one) => one.kind === INTENT.enter);
    const [ana, ben] = ['raid0@30000', 'raid1@30000'].map((source) =>
      entered.filter((one) => one.viewer.startsWith(`${source}-`)).map((one) => one.dueMs),
    );
    expect(ana.length).toBeGreaterThan(20);
    expect(ben.length).toBeGreaterThan(20);
    expect(Math.min(...ana, ...ben)).toBeGreaterThanOrEqual(30_000);
    expect(ana.slice(0, 20)).not.toEqual(ben.slice(0, 20));
    expect(new Set(entered.map((one) => one.viewer)).size).toBe(entered.length);
  });
});

describe('a show of more cues than 16 bits can number', () => {
  const CALLS = ['1', '2', '3'].map((say) => ({ at: '0s', every: '1s', cue: 'call', say, response: 0 }) as const);
  const scenario = compiled({
    ...EAGER,
    duration: '10000s',
    audience: { late: { kind: 'steady', from: '9900s', rate: '10/min' } },
    show: [...CALLS, { at: '0s', every: '1s', cue: 'pin', product: 'mug' }],
  });

  it('is told to the viewers to its end, each cue once', () => {
    expect(scenario.cues.length).toBeGreaterThan(32_767);
    const atMs = 9_990_000;
    const { snapshot, standingCues } = warmStart(scenario, atMs);
    const last = scenario.cues.findLastIndex((cue) => cue.atMs < atMs);
    expect(last).toBeGreaterThan(32_767);
    expect(snapshot.count).toBeGreaterThan(5);
    expect(standingCues).toHaveLength(1);
    expect(scenario.cues[standingCues[0]]).toMatchObject({ kind: 'pin', atMs: atMs - 1000 });
    expect(new Set(snapshot.lastCue)).toEqual(new Set([last]));
  });

  it('sets off purchases of the product that was shown', () => {
    const { snapshot } = warmStart(scenario, 9_990_000);
    const buying = [...snapshot.shopCue].filter((_, i) => snapshot.shopAtMs[i] !== NEVER);
    expect(buying.length).toBeGreaterThan(3);
    for (const cue of buying) expect(scenario.cues[cue]).toMatchObject({ kind: 'pin', product: 0 });
    const world = new YesWorld(scenario, 0, 1, 9_990_000);
    world.crowd.restore(snapshot, () => undefined);
    for (let t = 9_990_000; t < 10_000_000; t += 1000) world.crowd.step(t + 999);
    expect(world.trace.filter((one) => one.kind === INTENT.view && one.arg === 0).length).toBeGreaterThan(3);
  });
});
