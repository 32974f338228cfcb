import { describe, expect, it } from 'vitest';
import { ArrivalStream } from '../../../sim/crowd/arrivals.ts';
import type { CompiledScenario } from '../../../sim/crowd/compiled.ts';
import { AgentRun } from '../../../sim/plan/agents/agent-run.ts';
import type { EngineRun } from '../../../sim/plan/engine.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { AT_ONCE, BUSY, compiled } from '../../crowd/help.ts';
import { PATIENT_BUYER } from '../help.ts';
import { meanWaitInServices } from './formulas.ts';
import { expectMean, expectNear, sumOf, upTo } from './statistics.ts';

type Endpoints = NonNullable<NonNullable<ScenarioInput['backend']>['endpoints']>;

const CHECKOUT = 2;
/** Served in 200 ms on average by 4 servers: 20 a second at most. */
const SERVERS = 4;
const CAPACITY_PER_SEC = 20;
const SERVICE = { mean: '200ms' } as const;

/** Viewers who all buy at once, one after the other; only the checkout takes time. */
function rush(perSec: number, checkout: Endpoints['checkout'], more: Partial<ScenarioInput> = {}): CompiledScenario {
  return compiled({
    name: 'rush',
    duration: '10m',
    personas: { buyer: PATIENT_BUYER },
    audience: { all: { kind: 'steady', rate: `${perSec}/s` } },
    products: { serum: { title: 'Serum', price: 'USD 10', stock: '1M' } },
    show: [{ at: 0, cue: 'pin', product: 'serum', interest: '100%' }],
    network: { rtt: 0 },
    backend: { ...AT_ONCE, endpoints: { ...AT_ONCE?.endpoints, checkout } },
    shop: { hold: '1h' },
    ...more,
  });
}

function play(scenario: CompiledScenario, seed = 1, fromMs = 0): EngineRun {
  return new AgentRun(scenario, { fromMs, untilMs: scenario.durationMs }).play(5, seed);
}

// Below saturation the mean response is that of M/M/c, service + C(c, a) / (c mu - lambda): it doubles at four fifths of the capacity and
// runs away beyond. Tolerance: 4 standard errors over the runs, each at most 4 %.
describe('the knee', () => {
  it.each([0.5, 0.8, 0.9])('mean response at %f of the capacity', (rho) => {
    const scenario = rush(
      rho * CAPACITY_PER_SEC,
      { servers: SERVERS, service: SERVICE },
      {
        personas: {
          buyer: { ...PATIENT_BUYER, dwell: '20s', timeout: '10m', funnel: { ...PATIENT_BUYER.funnel, pay: 0 } },
        },
      },
    );
    const event = new AgentRun(scenario, { fromMs: 60_000, untilMs: scenario.durationMs });
    const runs = upTo(16).map((seed) => event.play(5, seed).responseMs[CHECKOUT].mean);
    expectMean(runs, 200 * (1 + meanWaitInServices(SERVERS, rho * SERVERS)), 0.04);
  });
});

describe('a rush at one and a half times the capacity', () => {
  const PER_SEC = 1.5 * CAPACITY_PER_SEC;
  /** From when on it is as it stays. */
  const LATE_SEC = 300;

  // With a queue that only grows every wait is beyond the patience of viewers, so each asks three times; what is served is served
  // for nobody. Waiting times pass 2 s within seconds of the start.
  it('with a queue without end: everybody asks three times, and nothing is sold', () => {
    const { bins, failed, products } = play(rush(PER_SEC, { servers: SERVERS, service: SERVICE }), 1, LATE_SEC * 1000);
    const { checkoutRequests, clicks, orders } = bins.rows;
    const requests = sumOf(checkoutRequests, LATE_SEC);
    const buyers = sumOf(clicks, LATE_SEC);
    // Those who began before, less those who will go on after: of the same Poisson rate, and at most 10 s long.
    expectNear(requests, 3 * buyers, 2 * Math.sqrt(2 * 10 * PER_SEC), 'requests');
    expect(failed[CHECKOUT]).toBe(requests);
    expect(sumOf(orders, LATE_SEC)).toBe(0);
    expect(products.lostSlow[0]).toBeGreaterThan(0.95 * buyers);
  });

  // A backend that gives up early what it cannot serve in time keeps its servers at work for those who still wait: they are never idle,
  // and serve a Poisson number of mean capacity x time. Tolerance: 4 standard errors of that.
  it.each([
    ['gives up after a second', { timeout: '1s' }],
    ['refuses all but ten who wait', { queue: 10 }],
  ] as const)('with a backend that %s: it sells what it can serve', (_, limit) => {
    const { bins } = play(rush(PER_SEC, { servers: SERVERS, service: SERVICE, ...limit }));
    const { checkoutRequests, clicks, orders, failedRequests } = bins.rows;
    const sec = bins.count - LATE_SEC;
    const sold = sumOf(orders, LATE_SEC);
    expect(sumOf(checkoutRequests, LATE_SEC)).toBeGreaterThan(1.2 * sumOf(clicks, LATE_SEC));
    // Idle for less than 2 % of the time, by M/M/c with these limits at a load of 1.5 and more.
    expect(sold).toBeGreaterThan(0.98 * CAPACITY_PER_SEC * sec - 4 * Math.sqrt(CAPACITY_PER_SEC * sec));
    expect(sold).toBeLessThan(CAPACITY_PER_SEC * sec + 4 * Math.sqrt(CAPACITY_PER_SEC * sec));
    expect(sold + sumOf(failedRequests, LATE_SEC)).toBeGreaterThanOrEqual(
      sumOf(checkoutRequests, LATE_SEC) - 2 * PER_SEC,
    );
  });

  it('without retries asks once, and sells as much', () => {
    const patient = { ...PATIENT_BUYER, retry: { attempts: 0 } };
    const scenario = rush(
      PER_SEC,
      { servers: SERVERS, service: SERVICE, timeout: '1s' },
      { personas: { buyer: patient } },
    );
    const { bins, products } = play(scenario);
    expect(sumOf(bins.rows.checkoutRequests)).toBe(products.carted[0]);
    expectNear(sumOf(bins.rows.orders), CAPACITY_PER_SEC * 600, Math.sqrt(CAPACITY_PER_SEC * 600));
  });
});

// Without jitter a buyer who comes at t asks at t, t + 1 s and t + 3 s (1 s, then doubled), so from the arrivals alone it is known who
// is refused by an outage of 20 s, how often, and who gives up. No tolerance.
describe('an outage', () => {
  const [FROM_MS, FOR_MS] = [60_000, 20_000];
  const ASKS_AT_MS = [0, 1000, 3000];
  const scenario = rush(10, AT_ONCE?.endpoints?.checkout, {
    duration: '3m',
    show: [
      { at: 0, cue: 'pin', product: 'serum', interest: '100%' },
      { at: '60s', cue: 'outage', endpoint: 'checkout', for: '20s' },
    ],
  });
  const { bins, products, failed } = play(scenario, 9);
  const refusals = comesAtMs(9).map((atMs) => {
    const asks = ASKS_AT_MS.map((afterMs) => isOut(atMs + afterMs));
    const inTime = asks.indexOf(false);
    return inTime === -1 ? asks.length : inTime;
  });

  function isOut(atMs: number): boolean {
    return atMs >= FROM_MS && atMs < FROM_MS + FOR_MS;
  }

  function comesAtMs(seed: number): number[] {
    const times: number[] = [];
    const arrivals = new ArrivalStream(scenario.sources[0], seed, 5, scenario.tables[scenario.chat.exponentialTable]);
    for (; arrivals.atMs < scenario.durationMs; arrivals.next()) times.push(arrivals.atMs);
    return times;
  }

  it('refuses everything in its time, and nothing else', () => {
    expect(failed[CHECKOUT]).toBe(sumOf(refusals));
    const { failedRequests, checkoutRequests } = bins.rows;
    for (let sec = 0; sec < bins.count; sec++)
      expect(failedRequests[sec]).toBe(isOut(sec * 1000) ? checkoutRequests[sec] : 0);
    expect(sumOf(failedRequests)).toBeGreaterThan(300);
  });

  it('loses those whose every try falls into it; a retry after it succeeds', () => {
    expect(products.lostSlow[0]).toBe(refusals.filter((n) => n === ASKS_AT_MS.length).length);
    expect(products.paid[0]).toBe(refusals.filter((n) => n < ASKS_AT_MS.length).length);
    expect(refusals.filter((n) => n === 1 || n === 2).length).toBeGreaterThan(10);
  });
});

// A purchase ends in one way: paid, sold out, or given up. What the backend answers too late is no end; the viewer asks again.
describe('a purchase that is answered too late', () => {
  const slow = { servers: SERVERS, service: SERVICE };
  const endpoints = (one: 'cart' | 'checkout' | 'pay') => ({
    backend: { ...AT_ONCE, endpoints: { ...AT_ONCE?.endpoints, [one]: slow } },
  });

  it('is lost to stock or to slowness once, however often the shelf was found empty', () => {
    const products = { serum: { title: 'Serum', price: 'USD 10', stock: 50 } };
    const { products: of } = play(rush(30, undefined, { products, ...endpoints('cart') }));
    expect(of.paid[0] + of.lostSoldOut[0] + of.lostSlow[0]).toBeLessThanOrEqual(of.clicked[0]);
    expect(of.lostSlow[0]).toBeGreaterThan(0.9 * of.clicked[0]);
  });

  it('is not lost when it was paid', () => {
    const scenario = rush(30, undefined, endpoints('pay'));
    const { products: of } = play(scenario);
    // The endpoint is busy to the end, and serves every payment with its two retries: a third of what it serves is a sale.
    expectNear(of.paid[0], (CAPACITY_PER_SEC * scenario.durationMs) / 1000 / 3, 0.01 * of.paid[0]);
    expect(of.paid[0] + of.lostSlow[0]).toBeLessThanOrEqual(of.clicked[0]);
  });

  it.each([
    ['checkout', 'checkedOut'],
    ['pay', 'paid'],
  ] as const)('has lost its units when the %s begins after the hold', (endpoint, done) => {
    // The queue grows by lambda - C, so the wait is the hold at t = hold x C / (lambda - C), and lambda t came until then. The queue at t
    // has a variance of (lambda + C) t, which moves that number by lambda / (lambda - C) standard deviations.
    const [perSec, holdSec] = [30, 20];
    const once = { buyer: { ...PATIENT_BUYER, retry: { attempts: 0 } } };
    const scenario = rush(perSec, undefined, { shop: { hold: `${holdSec}s` }, personas: once, ...endpoints(endpoint) });
    const growth = perSec - CAPACITY_PER_SEC;
    const atSec = (holdSec * CAPACITY_PER_SEC) / growth;
    const error = (perSec / growth) * Math.sqrt((perSec + CAPACITY_PER_SEC) * atSec);
    expectNear(play(scenario).products[done][0], perSec * atSec, error);
  });
});

describe('conservation', () => {
  const SCARCE: Partial<ScenarioInput> = {
    duration: '5m',
    products: {
      serum: { title: 'Serum', price: 'CNY 199', stock: 400 },
      mug: { title: 'Mug', price: 'CNY 19', stock: 90 },
    },
    show: [
      { at: '20s', cue: 'pin', product: 'mug', interest: '100%' },
      { at: '1m', cue: 'drop', product: 'serum', units: 150 },
      { at: '2m', cue: 'outage', endpoint: 'all', for: '10s' },
      { at: '3m', cue: 'drop', product: 'serum', for: '20s' },
      { at: '4m', cue: 'restock', product: 'mug', units: 30 },
    ],
    shop: { hold: '15s' },
  };
  const slow = { servers: 2, service: { mean: '300ms' } } as const;
  const WORLDS: [string, ScenarioInput['backend']][] = [
    ['fast', AT_ONCE],
    ['slow', { endpoints: { view: slow, cart: slow, checkout: slow, pay: slow } }],
    ['strict', { endpoints: { cart: { ...slow, queue: 5 }, checkout: { ...slow, timeout: '2s' }, pay: slow } }],
  ];
  const impatient = { timeout: '2s', retry: { attempts: 3, backoff: '500ms' } } as const;
  const personas = {
    fan: { ...BUSY.personas.fan, ...impatient },
    guest: { ...BUSY.personas.guest, ...impatient, funnel: BUSY.personas.fan.funnel },
  };

  describe.each(WORLDS)('in a backend that is %s', (_, backend) => {
    const scenario = compiled({ ...BUSY, ...SCARCE, personas, backend });
    const event = new AgentRun(scenario, { fromMs: 0, untilMs: scenario.durationMs });
    const seeds = upTo(8);

    it('has clicks, carts, checkouts and orders of ever fewer, and each purchase ends once at most', () => {
      for (const seed of seeds) {
        const { clicked, carted, checkedOut, paid, units, lostSoldOut, lostSlow } = event.play(5, seed).products;
        for (const product of [0, 1]) {
          const steps = [clicked, carted, checkedOut, paid].map((counts) => counts[product]);
          expect(steps).toEqual([...steps].sort((a, b) => b - a));
          expect(units[product]).toBeGreaterThanOrEqual(paid[product]);
          const ended = paid[product] + lostSoldOut[product] + lostSlow[product];
          expect(ended, `of ${steps[0]} purchases`).toBeLessThanOrEqual(steps[0]);
        }
      }
    });

    it('has every unit on the shelf, or sold, once the holds are over', () => {
      for (const seed of seeds) {
        const { products, bins } = event.play(5, seed);
        event.shelves.releaseAll();
        expect([...event.shelves.left]).toEqual([400 - products.units[0], 90 + 30 - products.units[1]]);
        for (const row of bins.stockLeft) expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
        expect(sumOf(products.units)).toBeGreaterThan(0);
      }
    });
  });
});
