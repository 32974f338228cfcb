import { describe, expect, it } from 'vitest';
import { ArrivalStream } from '../../../sim/crowd/arrivals.ts';
import type { CompiledScenario } from '../../../sim/crowd/compiled.ts';
import { AgentRun } from '../../../sim/plan/agents/agent-run.ts';
import type { EngineRun } from '../../../sim/plan/engine.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { AT_ONCE, compiled } from '../../crowd/help.ts';
import { AT_ONCE_BUYER } from '../help.ts';
import { erlangB } from './formulas.ts';
import { expectMean, expectNear, meanOf, sumOf, varianceOf } from './statistics.ts';

type More = Pick<ScenarioInput, 'duration'> & Partial<ScenarioInput>;

/** One product, dropped at the start, and viewers who see it the moment they come. */
function shop(stock: number, persona: object, more: More): CompiledScenario {
  return compiled({
    name: 'stock-out',
    personas: { buyer: { ...AT_ONCE_BUYER, ...persona } },
    audience: { all: { kind: 'steady', rate: '5/s' } },
    products: { serum: { title: 'Serum', price: 'USD 10', stock } },
    show: [{ at: 0, cue: 'drop', product: 'serum', countdown: 0 }],
    network: { rtt: 0 },
    backend: AT_ONCE,
    ...more,
  });
}

function playAll(
  scenario: CompiledScenario,
  runs: number,
  look: (run: EngineRun, seed: number, event: AgentRun) => void,
) {
  const event = new AgentRun(scenario, { fromMs: 0, untilMs: scenario.durationMs });
  for (let seed = 1; seed <= runs; seed++) look(event.play(3, seed), seed, event);
}

// S units, viewers at rate lambda of whom each buys with probability p. Viewers until the last unit: negative binomial, mean S / p, variance
// S (1 - p) / p^2. Time: Erlang, mean S / (lambda p), variance S / (lambda p)^2 (Feller I, VI.8 and II, I.3). Tolerance: 4 standard
// errors; that of a sample variance is variance x sqrt((2 + excess) / runs), excess 6 / S + p^2 / (S (1 - p)) and 6 / S.
describe.each([
  [40, 0.3],
  [10, 0.8],
  [150, 0.9],
])('a drop of %i units that each viewer buys with probability %f', (units, p) => {
  const PER_SEC = 5;
  const RUNS = 600;
  const scenario = shop(units, { funnel: { ...AT_ONCE_BUYER.funnel, cart: p } }, { duration: '90s' });
  const secs: number[] = [];
  const viewers: number[] = [];
  /** Product gone after the drop, ms; units sold; least left. */
  const stock: number[][] = [];
  playAll(scenario, RUNS, ({ soldOutAfterMs, products, bins }, seed) => {
    const drop = scenario.cues.findIndex((cue) => cue.kind === 'drop');
    const endMs = soldOutAfterMs[drop];
    stock.push([products.soldOutAtMs[0] - endMs, products.units[0], Math.min(...bins.stockLeft[0])]);
    secs.push(endMs / 1000);
    viewers.push(arrivedBy(seed, endMs));
  });

  it('is sold to the last unit, and no further', () => {
    expect(new Set(stock.map(String))).toEqual(new Set([`0,${units},0`]));
  });

  it('is sold out in the time of Erlang', () => {
    const meanSec = units / (PER_SEC * p);
    const variance = meanSec ** 2 / units;
    expectNear(meanOf(secs), meanSec, Math.sqrt(variance / RUNS), 'mean time');
    expectNear(varianceOf(secs), variance, variance * Math.sqrt((2 + 6 / units) / RUNS), 'variance of the time');
  });

  it('is sold out to a negative binomial number of viewers', () => {
    const variance = (units * (1 - p)) / p ** 2;
    const excess = 6 / units + p ** 2 / (units * (1 - p));
    expectNear(meanOf(viewers), units / p, Math.sqrt(variance / RUNS), 'mean viewers');
    expectNear(varianceOf(viewers), variance, variance * Math.sqrt((2 + excess) / RUNS), 'variance of the viewers');
  });

  function arrivedBy(seed: number, endMs: number): number {
    const arrivals = new ArrivalStream(scenario.sources[0], seed, 3, scenario.tables[scenario.chat.exponentialTable]);
    while (arrivals.atMs <= endMs) arrivals.next();
    return arrivals.index;
  }
});

describe('the books of a drop', () => {
  it('balance to the unit when several units go at once, carts are left and cards declined', () => {
    const scenario = shop(
      300,
      {
        units: { 1: '50%', 2: '30%', 5: '20%' },
        cardDeclined: '20%',
        funnel: { ...AT_ONCE_BUYER.funnel, checkout: 0.6, pay: 0.8 },
      },
      { duration: '5m', shop: { hold: '20s' } },
    );
    playAll(scenario, 50, ({ products, bins }, _, { shelves }) => {
      expect(sumOf(bins.rows.units)).toBe(products.units[0]);
      expect(sumOf(bins.rows.orders)).toBe(products.paid[0]);
      expect(products.gmvMinor[0]).toBe(products.units[0] * 1000);
      expect(Math.min(...bins.stockLeft[0])).toBeGreaterThanOrEqual(0);
      expect(shelves.left[0]).toBeLessThanOrEqual(300 - products.units[0]);
      shelves.releaseAll();
      expect(shelves.left[0]).toBe(300 - products.units[0]);
      expect(shelves.offered[0]).toBe(Infinity);
    });
  });

  it('sell nobody more than the limit per buyer: drops x viewers, up to the limit', () => {
    const show = (perBuyer: number): CompiledScenario =>
      shop(
        100_000,
        { dwell: '1h' },
        {
          duration: '2m',
          audience: { all: { kind: 'steady', from: 0, to: '10s', size: 100 } },
          products: { serum: { title: 'Serum', price: 'USD 10', stock: 100_000, perBuyer } },
          show: [{ at: '20s', every: '20s', until: '80s', cue: 'drop', product: 'serum', countdown: 0 }],
        },
      );
    for (const perBuyer of [1, 3, 9])
      playAll(show(perBuyer), 5, ({ products, bins }) =>
        expect(products.units[0]).toBe(Math.min(perBuyer, 4) * sumOf(bins.rows.joins)),
      );
  });
});

// Buyers who never check out hold each unit for `shop.hold`. With enough units those held are M/D/infinity: Poisson of mean a = lambda p x hold.
// With S units the shelf is a loss system of S servers, so a share erlangB(S, a) of buyers finds it empty, though holds are
// not exponential (Sevastyanov 1957). Tolerance: 4 standard errors over the runs, each at most 2 %.
describe('carts that are left', () => {
  const LEFT = { ...AT_ONCE_BUYER.funnel, checkout: 0 };

  it('keep as many units from the shelf as are carted in a hold', () => {
    const scenario = shop(1000, { funnel: { ...LEFT, cart: '40%' } }, { duration: '15m', shop: { hold: '30s' } });
    const held: number[] = [];
    playAll(scenario, 25, ({ bins, products }) => {
      held.push(1000 - meanOf([...bins.stockLeft[0].subarray(60)]));
      expect(products.units[0]).toBe(0);
    });
    expectMean(held, 5 * 0.4 * 30, 0.01);
  });

  // What those who come are shown is up to a second old: a thousandth of the half minute for which the shelf is empty each time.
  it('turn away the share of Erlang B', () => {
    const [units, buyersPerMin, holdMin] = [10, 2, 5];
    const scenario = shop(
      units,
      { funnel: LEFT },
      {
        duration: '12h',
        shop: { hold: `${holdMin}m` },
        audience: { all: { kind: 'steady', rate: `${buyersPerMin}/min` } },
      },
    );
    const away: number[] = [];
    const held: number[] = [];
    playAll(scenario, 30, ({ bins, products }) => {
      away.push(1 - products.carted[0] / sumOf(bins.rows.joins));
      held.push(units - meanOf([...bins.stockLeft[0].subarray(3600)]));
    });
    const share = erlangB(units, buyersPerMin * holdMin);
    expectMean(away, share, 0.03, 'turned away');
    expectMean(held, buyersPerMin * holdMin * (1 - share), 0.01, 'held');
  });
});
