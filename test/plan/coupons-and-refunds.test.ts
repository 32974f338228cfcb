/** Money that coupons take off, in both engines, and units that refunds bring back, in the one that plays them. */

import { describe, expect, it } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { NEVER } from '../../sim/crowd/wheel.ts';
import { makeAgents } from '../../sim/plan/agents/agents.ts';
import { makeCohorts } from '../../sim/plan/cohorts/cohorts.ts';
import { formulasOf } from '../../sim/plan/formulas.ts';
import { knobsOf } from '../../sim/plan/knobs.ts';
import type { Figures } from '../../sim/plan/summary.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { AT_ONCE, BUSY, compiled } from '../crowd/help.ts';
import { engineOf, expectAgreement, FIGURES, total, whole } from './engine-means.ts';
import { expectNear } from './closed-forms/statistics.ts';
import { PATIENT_BUYER, smallEvent } from './help.ts';
import { BUSY_AND_PLENTY, IdealWorld } from './ideal-world.ts';

/** Everybody who comes buys a serum at USD 19.99, and one in so many enters its coupon. */
function shop(coupons: string, off: string, more: Partial<ScenarioInput> = {}, buyer: object = {}): CompiledScenario {
  return compiled({
    name: 'coupons',
    duration: '2m',
    personas: { buyer: { ...PATIENT_BUYER, coupons, ...buyer } },
    audience: { all: { kind: 'steady', rate: '50/s' } },
    products: { serum: { title: 'Serum', price: 'USD 19.99', stock: '1M', coupon: { code: 'LIVE', off } } },
    show: [{ at: 0, cue: 'drop', product: 'serum', countdown: 0 }],
    network: { rtt: 0 },
    backend: AT_ONCE,
    ...more,
  });
}

describe('GMV with a coupon', () => {
  it('that everybody enters is the price less the discount, rounded as the shop rounds it', () => {
    const scenario = shop('100%', '29%');
    const { paid, gmvMinor } = engineOf(scenario, makeAgents).play(1, 1).products;
    expect(paid[0]).toBeGreaterThan(5000);
    // 29 % of 1999 is 579.71.
    expect(gmvMinor[0]).toBe(paid[0] * (1999 - 579));
    const cohorts = engineOf(scenario, makeCohorts).play(1, 1).products;
    expect(Math.abs(cohorts.gmvMinor[0] / cohorts.paid[0] - 1999 * 0.71)).toBeLessThan(0.1);
  });

  it('that some enter is what the binomial of coupons says', () => {
    const { paid, gmvMinor } = engineOf(shop('30%', '10%'), makeAgents).play(1, 1).products;
    const [n] = paid;
    // A coupon takes 199 off: 10 % of 1999, rounded down.
    expectNear(gmvMinor[0], n * (1999 - 0.3 * 199), 199 * Math.sqrt(n * 0.3 * 0.7), 'gmv');
  });

  it('is the full price where nobody enters it, and where the product has none', () => {
    for (const make of [makeAgents, makeCohorts]) {
      const nobody = engineOf(shop('0%', '50%'), make).play(1, 1).products;
      const products = { serum: { title: 'Serum', price: 'USD 19.99', stock: '1M' } };
      const none = engineOf(shop('100%', '50%', { products }), make).play(1, 1).products;
      for (const { paid, gmvMinor } of [nobody, none]) expect(gmvMinor[0]).toBe(paid[0] * 1999);
    }
  });

  it('is the same by cohorts and by agents, with several personas, sizes of orders and prices', () => {
    const [fan, guest] = [BUSY.personas.fan, BUSY.personas.guest];
    const scenario = compiled({
      ...BUSY,
      personas: { fan: { ...fan, coupons: '60%' }, guest: { ...guest, coupons: '10%' } },
      products: { serum: { title: 'Serum', price: 'CNY 199', stock: 600, coupon: { code: 'LIVE', off: '40%' } } },
      show: [...(BUSY.show ?? []), { at: '3m20s', cue: 'price', product: 'serum', price: 'CNY 149', interest: '100%' }],
    });
    expectAgreement(scenario, FIGURES, 100, 0.015);
  });

  it('is in the formula and among the assumptions that are varied', () => {
    const plain = smallEvent();
    const product = { title: 'Serum', price: 'USD 29.00', stock: 100, coupon: { code: 'LIVE', off: '20%' } } as const;
    const coupons = smallEvent({
      products: { serum: product },
      personas: { fan: { dwell: { median: '10m', sigma: 1 }, coupons: '50%', refunds: { share: '4%', after: '1m' } } },
    });
    const gmvOf = (input: ScenarioInput): number => {
      const scenario = compiled(input);
      return formulasOf(scenario, whole(scenario), {} as Figures)[1].value;
    };
    expect(gmvOf(coupons) / gmvOf(plain)).toBeCloseTo(0.9, 3);
    const pathsOf = (input: ScenarioInput): string[] =>
      knobsOf(scenarioWithTitle.parse(input), 0.2).map(({ path }) => path);
    const more = ['personas.*.coupons', 'personas.*.refunds.share', 'products.serum.coupon.off'];
    expect(
      pathsOf(coupons)
        .filter((path) => !pathsOf(plain).includes(path))
        .toSorted(),
    ).toEqual(more);
  });
});

describe('refunds in a plan by agents', () => {
  const GIVEN_BACK = { refunds: { share: '100%', after: '10s' } };

  it('put the unit on the shelf again, and take nothing off GMV', () => {
    // One serum, and somebody new every 20 ms: it is sold, given back ten seconds later, and sold again.
    const products = { serum: { title: 'Serum', price: 'USD 19.99', stock: 1 } };
    const scenario = shop('0%', '10%', { products, duration: '95s' }, GIVEN_BACK);
    const run = engineOf(scenario, makeAgents).play(1, 1);
    // Newcomers are shown what is for sale when a second begins: it is sold every 11 seconds.
    expect(run.products.paid[0]).toBe(9);
    expect(run.products.gmvMinor[0]).toBe(9 * 1999);
    // The last one is given back after the end.
    expect(total(run, 'payRequests')).toBe(9 + 8);
    expect(engineOf(scenario, makeCohorts).play(1, 1).products.paid[0]).toBe(1);
  });

  it('are requests to the endpoint of payments, second by second those of the crowd', () => {
    // The ideal world declines no cards.
    const refunds = { share: '50%', after: { median: '20s', sigma: 1 } } as const;
    const fan = { ...BUSY.personas.fan, cardDeclined: 0, refunds };
    const guest = { ...BUSY.personas.guest, cardDeclined: 0 };
    const scenario = compiled({ ...BUSY_AND_PLENTY, personas: { fan, guest } });
    const { counts } = new IdealWorld(scenario).play();
    const { rows } = engineOf(scenario, makeAgents).play(scenario.seedHi, scenario.seedLo).bins;
    expect(counts.refund.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(30);
    expect(rows.payRequests).toEqual(counts.pay.map((n, bin) => n + counts.refund[bin]));
    expect(rows.orders).toEqual(counts.pay);
  });

  it('that the shop does not answer are tried again, and are no lost sales', () => {
    const outage = { at: '5s', cue: 'outage', endpoint: 'pay', for: '1m55s' } as const;
    const scenario = shop(
      '0%',
      '10%',
      {
        audience: { all: { kind: 'push', size: 300, within: '1s' } },
        show: [{ at: '2s', cue: 'pin', product: 'serum', interest: '100%' }, outage],
      },
      GIVEN_BACK,
    );
    const run = engineOf(scenario, makeAgents).play(1, 1);
    const [paid] = run.products.paid;
    expect(paid).toBeGreaterThan(200);
    expect(run.products.lostSlow[0]).toBe(0);
    expect(run.refused[3]).toBe(3 * paid);
    expect(run.bins.stockLeft[0].at(-1)).toBe(1_000_000 - paid);
  });

  it('do not make anybody buy again after a warm start', () => {
    const scenario = shop('0%', '10%', {}, { refunds: { share: '100%', after: '1m' } });
    const { snapshot } = warmStart(scenario, 30_000);
    expect(snapshot.count).toBeGreaterThan(1000);
    // Whoever has come has paid, and waits to give it back.
    expect(snapshot.shopAtMs.filter((atMs) => atMs !== NEVER).length).toBeLessThan(5);
  });
});
