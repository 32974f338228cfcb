import { describe, expect, it } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { makeAgents } from '../../sim/plan/agents/agents.ts';
import { makeCohorts } from '../../sim/plan/cohorts/cohorts.ts';
import type { EngineRun } from '../../sim/plan/engine.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { AT_ONCE, BUSY, compiled } from '../crowd/help.ts';
import { engineOf, expectAgreement, type Figures, meanOf, peak, PRODUCT, sum, total } from './engine-means.ts';
import { PATIENT_BUYER } from './help.ts';

describe('cohorts and agents', () => {
  it('agree when viewers react or think for minutes, on how many buy and on when', () => {
    const funnel = { click: '50%', cart: '60%', checkout: '90%', pay: '90%' } as const;
    const persona = { dwell: '3h', likes: 0, gifts: 0, cardDeclined: 0, funnel } as const;
    const slow = [{ think: { median: '4m', sigma: 0.2 } }, { reaction: { median: '6m', sigma: 0.2 } }];
    for (const habits of slow) {
      const scenario = compiled({
        name: 'slow',
        duration: '60m',
        personas: { fan: { ...persona, ...habits } },
        audience: { push: { kind: 'push', size: 2000, within: '20s' } },
        products: { mug: { title: 'Mug', price: 'USD 5', stock: '10M' } },
        show: [{ at: '1m', cue: 'pin', product: 'mug', interest: '100%' }],
        chat: { rate: '0.001/min' },
        shop: { hold: '50m' },
      });
      const meanSec = (run: EngineRun): number =>
        run.bins.rows.orders.reduce((by, n, sec) => by + n * sec, 0) / total(run, 'orders');
      expectAgreement(scenario, { ...PRODUCT, meanSec }, 12, 0.02);
    }
  });

  it('agree on every figure of a product in a window in the middle', () => {
    const scenario = compiled({
      ...BUSY,
      products: { serum: { title: 'Serum', price: 'CNY 199', stock: 130 } },
      show: [
        { at: '2m', cue: 'pin', product: 'serum' },
        { at: '2m5s', cue: 'outage', endpoint: 'cart', for: '12s' },
        { at: '3m', cue: 'pin', product: 'serum', interest: '90%' },
      ],
    });
    const window = { fromMs: 124_500, untilMs: 190_000 };
    const rows: Figures = Object.fromEntries(
      (['orders', 'units', 'gmvMinor'] as const).map((row) => [
        row,
        (run: EngineRun) => sum(run.bins.rows[row].subarray(run.bins.from)),
      ]),
    );
    expectAgreement(scenario, { ...PRODUCT, ...rows }, 120, 0.02, window);
    const run = makeCohorts(scenario, window).play(1, 1);
    expect(rows.orders(run)).toBe(run.products.paid[0]);
    expect(rows.units(run)).toBe(run.products.units[0]);
    expect(rows.gmvMinor(run)).toBe(run.products.gmvMinor[0]);
    expect(run.products.lostSoldOut[0]).toBeGreaterThan(10);
    expect(run.products.lostSlow[0]).toBeGreaterThan(10);
  });

  it('agree on how much runs of sixty thousand views differ', () => {
    const scenario = compiled({
      name: 'many',
      duration: '50s',
      personas: {
        fan: {
          dwell: { mix: [{ share: '100%', mean: '2h' }] },
          likes: 0,
          gifts: 0,
          cardDeclined: 0,
          funnel: { click: '50%', cart: '60%', checkout: '90%', pay: '90%' },
        },
      },
      audience: { push: { kind: 'push', size: 60_000, within: '10s' } },
      products: { mug: { title: 'Mug', price: 'USD 5', stock: '10M' } },
      show: [{ at: '12s', cue: 'pin', product: 'mug', interest: '100%' }],
      chat: { rate: '0.001/min' },
    });
    const figures: Figures = {
      paid: (run) => run.products.paid[0],
      paidOfClicked: (run) => run.products.paid[0] / run.products.clicked[0],
      peakOrders: (run) => peak(run, 'orders'),
      peakClicks: (run) => peak(run, 'clicks'),
    };
    const agents = meanOf(scenario, makeAgents, 25, figures);
    const cohorts = meanOf(scenario, makeCohorts, 200, figures);
    for (const name of Object.keys(figures)) {
      const ratio = cohorts[name].sd / agents[name].sd;
      expect(Math.abs(Math.log(ratio)), `${name}: ${ratio}`).toBeLessThanOrEqual(Math.log(1.25));
    }
  });
});

describe('an endpoint that viewers wait for', () => {
  /** Thirty buyers a second, and one endpoint that serves twenty. */
  const choked = (endpoint: string, more: Partial<ScenarioInput> = {}): CompiledScenario =>
    compiled({
      name: 'choked',
      duration: '3m',
      personas: { buyer: PATIENT_BUYER },
      audience: { all: { kind: 'steady', rate: '30/s' } },
      products: { serum: { title: 'Serum', price: 'USD 10', stock: '1M' } },
      show: [{ at: 0, cue: 'pin', product: 'serum', interest: '100%' }],
      network: { rtt: 0 },
      backend: {
        ...AT_ONCE,
        endpoints: { ...AT_ONCE?.endpoints, [endpoint]: { servers: 4, service: { mean: '200ms' } } },
      },
      shop: { hold: '1h' },
      ...more,
    });

  it('loses a purchase once, and not when it was paid though nobody heard of it', () => {
    const few = { products: { serum: { title: 'Serum', price: 'USD 10', stock: 50 } } };
    const scenarios = { few: choked('cart', few), pay: choked('pay'), checkout: choked('checkout') };
    const runs = Object.fromEntries(
      Object.entries(scenarios).map(([name, scenario]) => [name, engineOf(scenario).play(5, 1)]),
    );
    for (const [name, { products, bins }] of Object.entries(runs)) {
      const { clicked, paid, lostSoldOut, lostSlow, gmvMinor } = products;
      expect(paid[0] + lostSoldOut[0] + lostSlow[0], name).toBeLessThanOrEqual(clicked[0]);
      expect(sum(bins.rows.orders), name).toBe(paid[0]);
      expect(sum(bins.rows.gmvMinor), name).toBe(gmvMinor[0]);
    }
    expect(runs.few.products.paid[0]).toBe(50);
    expect(runs.few.products.lostSoldOut[0]).toBeLessThan(150);
    expect(runs.few.products.lostSlow[0]).toBeGreaterThan(0.9 * runs.few.products.clicked[0]);
    expect(runs.pay.products.lostSlow[0]).toBe(0);
    // Twenty a second, of whom each asks three times.
    expect(Math.abs(runs.checkout.products.checkedOut[0] / ((180 * 20) / 3) - 1)).toBeLessThan(0.2);
  });

  it('lets holds run out in its queue', () => {
    const once = { shop: { hold: '20s' }, personas: { buyer: { ...PATIENT_BUYER, retry: { attempts: 0 } } } } as const;
    const { checkedOut, clicked, lostSlow } = engineOf(choked('checkout', once)).play(5, 1).products;
    // The wait grows by half a second a second, so for some 40 s orders are in time; they are served for 60.
    expect(Math.abs(checkedOut[0] / (60 * 20) - 1)).toBeLessThan(0.35);
    expect(lostSlow[0]).toBeGreaterThan(0.9 * clicked[0]);
  });

  it('makes some wait below its capacity, as long as Pollaczek and Khinchine say, and agents wait', () => {
    for (const [rate, servers] of [
      ['8/s', 1],
      ['35/s', 4],
    ] as const) {
      const scenario = compiled({
        name: 'below',
        products: { mug: { title: 'Mug', price: 'USD 5', stock: '10M' } },
        chat: { rate: '0.001/min' },
        duration: '12m',
        personas: {
          fan: {
            dwell: '10m',
            chat: 0,
            likes: 0,
            gifts: 0,
            taps: 1,
            timeout: '60s',
            funnel: { click: '100%', cart: 0 },
          },
        },
        audience: { flow: { kind: 'steady', rate } },
        show: [{ at: '1s', cue: 'pin', product: 'mug', interest: '100%' }],
        backend: { endpoints: { view: { servers, service: { mean: '100ms' } } } },
      });
      const figures = {
        mean: (run: EngineRun) => run.responseMs[0].mean,
        p95: (run: EngineRun) => run.responseMs[0].quantile(0.95),
      };
      const agents = meanOf(scenario, makeAgents, 10, figures);
      const cohorts = meanOf(scenario, makeCohorts, 30, figures);
      for (const name of ['mean', 'p95'] as const) {
        const error = 3.5 * Math.hypot(agents[name].error, cohorts[name].error);
        const apart = Math.abs(cohorts[name].mean - agents[name].mean);
        expect(apart, `${rate}: ${name} ${cohorts[name].mean} for ${agents[name].mean}`).toBeLessThan(
          0.15 * agents[name].mean + error,
        );
      }
    }
  });
});
