import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { mix32 } from '../../sim/crowd/rng.ts';
import { Histogram } from '../../sim/metrics/histogram.ts';
import { Bins } from '../../sim/plan/bins.ts';
import { expectedViews } from '../../sim/plan/choose.ts';
import { PRODUCT_FIELDS, type Engine, type EngineRun, type PlanWindow } from '../../sim/plan/engine.ts';
import type { EngineName } from '../../sim/plan-result.ts';

/**
 * An engine whose figures can be told by heart. As many viewers as are expected, plus a number from 0 to 9 by the seed, come in the
 * first second and stay; every hundredth buys a unit of the first product in the second after, as long as there is stock.
 * Scenarios named `throws` and `dies` do that.
 */
export const FAKE_URL = import.meta.url;

export async function loadEngine(name: EngineName) {
  return (scenario: CompiledScenario, window: PlanWindow): Engine => ({
    name,
    play: (seedHi, seedLo) => fakeRun(scenario, window, seedHi, seedLo),
  });
}

/** What the seed adds to the viewers. */
export function extraViewers(seedHi: number, seedLo: number): number {
  return (mix32(seedHi ^ mix32(seedLo)) >>> 0) % 10;
}

export function fakeRun(scenario: CompiledScenario, window: PlanWindow, seedHi: number, seedLo: number): EngineRun {
  if (scenario.name === 'throws') throw new Error('the fake engine throws');
  // Only in a worker: the test itself must live.
  if (scenario.name === 'dies' && process.argv[1]?.endsWith('worker-main.ts')) process.exit(3);
  const bins = new Bins(window, scenario.products.length);
  const views = Math.round(expectedViews(scenario, window));
  const viewers = views === 0 ? 0 : views + extraViewers(seedHi, seedLo);
  const wanted = Math.floor(viewers / 100);
  const [first] = scenario.products;
  const units = Math.min(wanted, first?.stock ?? 0);
  const shopping = Math.min(bins.from + 1, bins.until - 1);
  const { rows } = bins;
  rows.joins[bins.from] = viewers;
  rows.viewers.fill(viewers, bins.from, bins.until);
  rows.chatSent[shopping] = viewers > 0 ? 5 : 0;
  rows.deliveries[shopping] = 5 * viewers;
  for (const row of ['viewRequests', 'cartRequests', 'checkoutRequests', 'payRequests', 'clicks'] as const)
    rows[row][shopping] = wanted;
  rows.orders[shopping] = rows.units[shopping] = units;
  rows.gmvMinor[shopping] = units * (first?.priceMinor ?? 0);
  for (const row of bins.stockLeft) row.fill((first?.stock ?? 0) - units, shopping, bins.until);
  const totals = Object.fromEntries(
    PRODUCT_FIELDS.map((field) => [field, new Float64Array(scenario.products.length)]),
  ) as Record<(typeof PRODUCT_FIELDS)[number], Float64Array>;
  const soldOutAtMs = new Float64Array(scenario.products.length).fill(NaN);
  if (first) {
    for (const field of ['clicked', 'carted', 'checkedOut'] as const) totals[field][0] = wanted;
    totals.paid[0] = totals.units[0] = units;
    totals.gmvMinor[0] = units * first.priceMinor;
    totals.lostSoldOut[0] = wanted - units;
    if (units === first.stock) soldOutAtMs[0] = 1500;
  }
  const responseMs = rowsOfFour(() => new Histogram());
  for (const histogram of responseMs) histogram.recordMany(20, wanted);
  return {
    bins,
    products: { ...totals, soldOutAtMs },
    soldOutAfterMs: Float64Array.from(scenario.cues, ({ kind }) => (kind === 'drop' && units < wanted ? 1500 : NaN)),
    responseMs,
    failed: new Float64Array(4),
    refused: new Float64Array(4),
    events: viewers + 4 * wanted,
  };
}

function rowsOfFour<T>(make: () => T): T[] {
  return Array.from({ length: 4 }, make);
}
