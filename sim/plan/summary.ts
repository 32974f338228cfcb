import { ENDPOINTS, type CompiledScenario } from '../crowd/compiled.ts';
import {
  FIGURE_NAMES,
  PLAN_ROW_NAMES,
  type Band,
  type Fan,
  type FigureName,
  type PlannedDrop,
  type PlannedEndpoint,
  type PlannedProduct,
  type PlanRow,
  type PlanSeries,
} from '../plan-result.ts';
import { bandOf, bandOrNull, fanOf } from './bands.ts';
import { chartSteps } from './chart.ts';
import { PRODUCT_FIELDS, TRACKED_PRODUCTS, type PlanWindow, type ProductField } from './engine.ts';
import { dropsOf, ENDPOINT_FIELDS, type PlanSample, type SampleDetail } from './sample.ts';

/** From the samples of a plan to the parts of its result. */

export type Figures = Readonly<Record<FigureName, Band>>;

export function figureBands(samples: readonly PlanSample[]): Figures {
  const bands = FIGURE_NAMES.map((name, i) => [name, bandOf(samples.map(({ figures }) => figures[i]))]);
  return Object.fromEntries(bands) as Record<FigureName, Band>;
}

/** Other minus this, run by run: what is common to both (the crowd) cancels out. */
export function differenceBands(these: readonly PlanSample[], others: readonly PlanSample[]): Figures {
  const byRun = new Map(others.map((sample) => [sample.run, sample]));
  const pairs = these.flatMap((sample) => {
    const other = byRun.get(sample.run);
    return other ? [{ sample, other }] : [];
  });
  const bands = FIGURE_NAMES.map((name, i) => [
    name,
    bandOf(pairs.map(({ sample, other }) => other.figures[i] - sample.figures[i])),
  ]);
  return Object.fromEntries(bands) as Record<FigureName, Band>;
}

export function meanOf(samples: readonly PlanSample[], name: FigureName): number {
  const i = FIGURE_NAMES.indexOf(name);
  return samples.length > 0 ? samples.reduce((sum, { figures }) => sum + figures[i], 0) / samples.length : 0;
}

/** Among all drops of all runs; `null` without drops. */
export function soldOutShare(samples: readonly PlanSample[]): number | null {
  const drops = samples.flatMap(({ soldOutAfterMs }) => [...soldOutAfterMs]);
  return drops.length > 0 ? drops.filter(Number.isFinite).length / drops.length : null;
}

export function plannedProducts(scenario: CompiledScenario, samples: readonly PlanSample[]): PlannedProduct[] {
  const width = PRODUCT_FIELDS.length + 1;
  const details = detailsOf(samples);
  return scenario.products.map(({ id, title, stock }, product) => {
    const column = (i: number): number[] => details.map(({ products }) => products[product * width + i]);
    const fields = PRODUCT_FIELDS.map((field, i) => [field, bandOf(column(i))]);
    const soldOutAtMs = column(PRODUCT_FIELDS.length);
    return {
      productId: id,
      title,
      stockedUnits: stock,
      ...(Object.fromEntries(fields) as Record<ProductField, Band>),
      soldOutShare: shareFinite(soldOutAtMs),
      soldOutAtMs: bandOrNull(soldOutAtMs),
    };
  });
}

export function plannedDrops(
  scenario: CompiledScenario,
  window: PlanWindow,
  samples: readonly PlanSample[],
): PlannedDrop[] {
  return dropsOf(scenario, window).map((index, i) => {
    const { id, product, atMs, units } = scenario.cues[index];
    const afterMs = samples.map(({ soldOutAfterMs }) => soldOutAfterMs[i]);
    return {
      cueId: id,
      productId: scenario.products[product].id,
      atMs,
      units,
      soldOutShare: shareFinite(afterMs),
      soldOutAfterMs: bandOrNull(afterMs),
    };
  });
}

export function plannedEndpoints(scenario: CompiledScenario, samples: readonly PlanSample[]): PlannedEndpoint[] {
  const width = ENDPOINT_FIELDS.length;
  const details = detailsOf(samples);
  return ENDPOINTS.map((endpoint, e) => {
    const bands = ENDPOINT_FIELDS.map((field, i) => [
      field,
      bandOf(details.map(({ endpoints }) => endpoints[e * width + i])),
    ]);
    return {
      endpoint,
      servers: scenario.backend.endpoints[e].servers,
      ...(Object.fromEntries(bands) as Record<(typeof ENDPOINT_FIELDS)[number], Band>),
    };
  });
}

export function planSeries(scenario: CompiledScenario, window: PlanWindow, samples: readonly PlanSample[]): PlanSeries {
  const { stepMs, startMs, length } = chartSteps(window);
  const charted = detailsOf(samples).filter(({ rows }) => rows.length > 0);
  const rows = charted.map((detail) => detail.rows);
  const stockLeft = charted.map((detail) => detail.stockLeft);
  const fans = PLAN_ROW_NAMES.map((name, i) => [name, fanOf(rows, i * length, length)]);
  const tracked = scenario.products.slice(0, TRACKED_PRODUCTS);
  return {
    stepMs,
    startMs,
    length,
    rows: Object.fromEntries(fans) as Record<PlanRow, Fan>,
    stockLeft: Object.fromEntries(tracked.map(({ id }, i) => [id, fanOf(stockLeft, i * length, length)])),
  };
}

function detailsOf(samples: readonly PlanSample[]): SampleDetail[] {
  return samples.flatMap(({ detail }) => (detail ? [detail] : []));
}

function shareFinite(values: readonly number[]): number {
  return values.length > 0 ? values.filter(Number.isFinite).length / values.length : 0;
}
