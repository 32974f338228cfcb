/** Coupons, refunds, impatient thumbs and second devices: what some buyers do besides the four steps. */

import { describe, expect, it } from 'vitest';
import { couponMinor } from '../../sim/crowd/coupon.ts';
import { Crowd } from '../../sim/crowd/crowd.ts';
import { ANSWER, INTENT, type AnswerKind } from '../../sim/crowd/intents.ts';
import { Rows } from '../../sim/crowd/rows.ts';
import { Shoppers } from '../../sim/crowd/shoppers.ts';
import { doubleTaps, drawsCoupon, drawTraits, twoDevices } from '../../sim/crowd/viewer.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { BUSY, compiled, sorted, YesWorld } from './help.ts';

const DRAWS = 20_000;
const within4Sigma = (hits: number, n: number, p: number): void => {
  expect(Math.abs(hits - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)));
};

describe('habits that are drawn once a purchase', () => {
  const scenario = compiled({
    ...BUSY,
    audience: { browse: { kind: 'steady', rate: '120/min', personas: { fan: 1 } } },
    personas: { fan: { dwell: '1h', coupons: '30%', doubleTaps: '1%', twoDevices: '0.5%' } },
  });
  const [fan] = scenario.personas;
  const rows = new Rows(DRAWS);
  for (let i = 0; i < DRAWS; i++) drawTraits(rows, rows.take(), scenario, 0, i);
  const hits = (does: typeof drawsCoupon, cue = 3): boolean[] =>
    Array.from({ length: DRAWS }, (_, row) => does(rows, row, fan, cue));
  const count = (list: readonly boolean[]): number => list.filter(Boolean).length;

  it.each([
    ['coupons', drawsCoupon, 0.3],
    ['double taps', doubleTaps, 0.01],
    ['second devices', twoDevices, 0.005],
  ])('%s are as frequent as the persona says', (_, does, p) => {
    within4Sigma(count(hits(does)), DRAWS, p);
  });

  it('have nothing to do with each other, nor with another purchase of the same viewer', () => {
    const coupons = hits(drawsCoupon);
    const again = hits(drawsCoupon, 4);
    const taps = hits(doubleTaps);
    within4Sigma(count(coupons.map((yes, row) => yes && again[row])), DRAWS, 0.09);
    within4Sigma(count(coupons.map((yes, row) => yes && taps[row])), DRAWS, 0.003);
  });
});

/** Buyers who pay in the first seconds, and give some of it back after half a minute. */
const GIVING_BACK: ScenarioInput = {
  name: 'giving-back',
  duration: '2m',
  personas: {
    fan: {
      dwell: '1h',
      chat: 0,
      likes: 0,
      gifts: 0,
      reaction: '1s',
      think: '1s',
      retry: { attempts: 2, backoff: '1s', jitter: 0 },
      funnel: { click: '100%', cart: '100%', checkout: '100%', pay: '100%' },
      refunds: { share: '20%', after: '30s' },
    },
  },
  audience: { all: { kind: 'push', size: 20_000, within: '1s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: '10M' } },
  show: [{ at: '5s', cue: 'pin', product: 'mug', interest: '100%' }],
  network: { rtt: '40ms' },
};
const changed = (fan: object, more: Partial<ScenarioInput> = {}): ScenarioInput => ({
  ...GIVING_BACK,
  ...more,
  personas: { fan: { ...GIVING_BACK.personas.fan, ...fan } },
});

describe('refunds', () => {
  const scenario = compiled(GIVING_BACK);
  const { trace, crowd } = new YesWorld(scenario).play(1000);
  const paidAt = new Map(trace.filter(({ kind }) => kind === INTENT.pay).map((one) => [one.viewer, one.dueMs]));
  const refunds = trace.filter(({ kind }) => kind === INTENT.refund);

  it('are as frequent as the persona says', () => {
    expect(paidAt.size).toBeGreaterThan(15_000);
    within4Sigma(refunds.length, paidAt.size, 0.2);
  });

  it('come once, after the delay and a round trip, as a first try of the same product', () => {
    expect(new Set(refunds.map(({ viewer }) => viewer)).size).toBe(refunds.length);
    for (const { viewer, dueMs, arg, arg2 } of refunds)
      expect([dueMs - (paidAt.get(viewer) ?? NaN), arg, arg2]).toEqual([30_040, 0, 0]);
  });

  it('are the same for the same seed, in any number of shards, and others for another', () => {
    const shards = [0, 1, 2].map((shard) => new YesWorld(scenario, shard, 3).play(700).trace);
    expect(sorted(shards.flat())).toEqual(sorted(trace));
    const other = new YesWorld(compiled(GIVING_BACK, { seed: '2' })).play(1000);
    expect(other.crowd.reactionDigest.hex()).not.toBe(crowd.reactionDigest.hex());
  });

  it('are not made by who has left by then, and who will have left is free to buy again', () => {
    const show = ['5s', '20s'].map((at) => ({ at, cue: 'pin' as const, product: 'mug', interest: '100%' }));
    const leaving = changed({ dwell: '30s', refunds: { share: '100%', after: '30s' } }, { show });
    const count = (kind: number): number => done.trace.filter((one) => one.kind === kind).length;
    const done = new YesWorld(compiled(leaving)).play(500);
    expect(count(INTENT.refund)).toBe(0);
    expect(count(INTENT.pay)).toBe(2 * paidAt.size);
  });

  it('leave all else as it is when there are none, whatever the other habits are', () => {
    const habits = { coupons: '100%', doubleTaps: '100%', twoDevices: '100%', refunds: { share: 0, after: '1s' } };
    const fan = { ...BUSY.personas.fan, ...habits };
    const plain = new YesWorld(compiled(BUSY)).play(1000);
    const same = new YesWorld(compiled({ ...BUSY, personas: { ...BUSY.personas, fan } })).play(1000);
    expect(sorted(same.trace)).toEqual(sorted(plain.trace));
    expect(same.crowd.reactionDigest.state()).toEqual(plain.crowd.reactionDigest.state());
  });
});

describe('a buyer who will give it back', () => {
  /** One viewer, who is shown the mug by two pins; refunds are answered as told. Kinds and attempts after the second view. */
  function playOne(answers: AnswerKind, secondPinAt: string): [string, number][] {
    const pins = ['5s', secondPinAt].map((at) => ({ at, cue: 'pin' as const, product: 'mug', interest: '100%' }));
    const input = changed(
      { refunds: { share: '100%', after: '30s' } },
      { audience: { all: { kind: 'push', size: 100, within: '1s' } }, show: pins, network: { rtt: 0 } },
    );
    const scenario = compiled(input);
    const done: [string, number][] = [];
    const names = new Map(Object.entries(INTENT).map(([name, kind]) => [kind as number, name]));
    const crowd = new Crowd(
      scenario,
      {
        intent: (kind, row, dueMs, _, arg2) => {
          if (kind < INTENT.view || kind === INTENT.leave) return;
          if (row === 0) done.push([names.get(kind) ?? '', arg2]);
          const answer = kind === INTENT.refund ? answers : ANSWER.ok;
          crowd.answer(row, crowd.rows.generation[row], kind, answer, dueMs);
        },
      },
      { shard: 0, shards: 1 },
    );
    scenario.cues.forEach(({ atMs }, cue) => {
      crowd.step(atMs);
      crowd.cue(0, cue, atMs);
    });
    crowd.step(scenario.durationMs - 1);
    return done;
  }
  const ONE_PURCHASE: [string, number][] = [
    ['view', 0],
    ['cart', 0],
    ['checkout', 0],
    ['pay', 0],
  ];

  it('begins no other purchase until then', () => {
    expect(playOne(ANSWER.ok, '20s')).toEqual([...ONE_PURCHASE, ['refund', 0]]);
  });

  it.each([
    ['yes', ANSWER.ok],
    ['no', ANSWER.no],
  ])('is through with it after a %s, and buys again', (_, answer) => {
    expect(playOne(answer, '60s')).toEqual([...ONE_PURCHASE, ['refund', 0], ...ONE_PURCHASE, ['refund', 0]]);
  });

  it('asks again when the answer is no answer, as often as with other steps', () => {
    const refund = [0, 1, 2].map((attempt): [string, number] => ['refund', attempt]);
    expect(playOne(ANSWER.unsure, '60s')).toEqual([...ONE_PURCHASE, ...refund, ...ONE_PURCHASE, ...refund]);
  });

  it('forgets about it when purchases begin again in another world', () => {
    const scenario = compiled(changed({ refunds: { share: '100%', after: '30s' } }));
    const kinds: number[] = [];
    const shoppers = new Shoppers(scenario, {
      intent: (kind, row, dueMs) => {
        kinds.push(kind);
        shoppers.answer(row, kind, ANSWER.ok, dueMs);
      },
    });
    const row = shoppers.admit(0, 0, 3_600_000);
    shoppers.cue(row, 0, 5000);
    shoppers.advance(20_000);
    expect(kinds).toEqual([INTENT.view, INTENT.cart, INTENT.checkout, INTENT.pay]);
    expect(shoppers.shopDueMs(row)).toBe(-1);
    shoppers.restartPurchases();
    shoppers.advance(110_000);
    expect(kinds).toHaveLength(4);
  });
});

it.each([
  [1990, 0.1, 199],
  [100, 0.29, 29],
  [199, 0.29, 57],
  [1, 0.999, 0],
  [5, 1, 5],
])('a coupon takes off whole minor units, rounded down: %i x %f', (amountMinor, offShare, offMinor) => {
  expect(couponMinor(amountMinor, offShare)).toBe(offMinor);
});
