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
  type SweepPoint,
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

/** One value of a sweep. */
export function sweepPoint(value: string, samples: readonly PlanSample[]): SweepPoint {
  const drops = samples.flatMap(({ soldOutAfterMs }) => [...soldOutAfterMs]);
  const perRun = samples.map(({ soldOutAfterMs }) => meanFinite([...soldOutAfterMs]));
  const details = detailsOf(samples);
  return {
    value,
    figures: figureBands(samples),
    soldOutShare: drops.length > 0 ? shareFinite(drops) : null,
    soldOutAfterMs: bandOrNull(perRun),
    failedShare: bandOf(details.map(failedShareOf)),
    slowestP99Ms: bandOrNull(details.map(({ endpoints }) => slowest(columnOf(endpoints, 'p99Ms')))),
  };
}

/** Of the requests of all endpoints of a run. */
function failedShareOf({ endpoints }: SampleDetail): number {
  const requests = columnOf(endpoints, 'requests');
  const shares = columnOf(endpoints, 'failedShare');
  const all = requests.reduce((sum, count) => sum + count, 0);
  return all > 0 ? requests.reduce((sum, count, e) => sum + count * shares[e], 0) / all : 0;
}

function columnOf(endpoints: Float64Array, field: (typeof ENDPOINT_FIELDS)[number]): number[] {
  const at = ENDPOINT_FIELDS.indexOf(field);
  return ENDPOINTS.map((_, e) => endpoints[e * ENDPOINT_FIELDS.length + at]);
}

/** NaN when there is none. */
function slowest(timesMs: readonly number[]): number {
  const finite = timesMs.filter(Number.isFinite);
  return finite.length > 0 ? Math.max(...finite) : NaN;
}

function meanFinite(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
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
    const bands = ENDPOINT_FIELDS.map((field, i) => {
      const values = details.map(({ endpoints }) => endpoints[e * width + i]);
      return [field, field.endsWith('Ms') ? bandOrNull(values) : bandOf(values)];
    });
    return {
      endpoint,
      servers: scenario.backend.endpoints[e].servers,
      ...(Object.fromEntries(bands) as Omit<PlannedEndpoint, 'endpoint' | 'servers'>),
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
