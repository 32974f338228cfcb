import { expect } from 'vitest';
import { METRICS, type MetricName } from '../../sim/metrics/registry.ts';
import {
  type InvariantResult,
  RESULT_FORMAT,
  RESULT_VERSION,
  SERIES_NAMES,
  type Funnel,
  type MetricSummary,
  type RunResult,
} from '../../sim/result.ts';

/** Asserts what holds for every result, however the run ended: its shape, and that its parts agree with each other. */
export function expectSound(result: RunResult): void {
  expect(result).toMatchObject({ format: RESULT_FORMAT, version: RESULT_VERSION });
  const mayBeNull = result.run.engine === 'k6' ? [...MAY_BE_NULL, NULL_OF_K6] : MAY_BE_NULL;
  expect(badNumbers(result, mayBeNull)).toEqual([]);
  expectSeries(result);
  expectMetrics(result);
  expectFunnels(result);
  const { fromMs, forMs, playedMs } = result.run;
  expect(playedMs).toBeGreaterThanOrEqual(0);
  expect(playedMs).toBeLessThanOrEqual(forMs);
  for (const observed of Object.values(result.planned?.observed ?? {})) {
    expect(observed === null).toBe(result.partial !== null);
  }
  for (const cue of result.cues) {
    expect(cue.plannedMs).toBeGreaterThanOrEqual(fromMs);
    expect(cue.plannedMs).toBeLessThan(fromMs + forMs);
    expect(cue.status === 'not_reached').toBe(cue.sentMs === null);
  }
  expect(result.verdict.exitCode === 0).toBe(result.verdict.status === 'passed');
  expect(result.verdict.reasons.length > 0).toBe(result.verdict.exitCode !== 0);
}

/** Nothing was lost or forgotten: every cue given and received, every message that was due has arrived. */
export function expectComplete(result: RunResult): void {
  expect(result.partial).toBeNull();
  expect(result.run.playedMs).toBe(result.run.forMs);
  expect(result.series.length).toBe(Math.ceil(result.run.forMs / 1000));
  expect(result.cues.filter((cue) => cue.status !== 'done')).toEqual([]);
  expect(result.cues.filter((cue) => cue.kind !== 'raid' && cue.received === 0)).toEqual([]);
  expect(result.health.workers.map((worker) => worker.ended)).toEqual(result.health.workers.map(() => 'ok'));
  expect(counterOf(result, 'chat_received')).toBeGreaterThan(0);
  expect(result.metrics.chat_delivery).toMatchObject({
    rate: 1,
    passes: counterOf(result, 'chat_received'),
    total: counterOf(result, 'chat_received'),
  });
}

export function counterOf(result: RunResult, name: MetricName): number {
  const metric = result.metrics[name];
  if (metric?.type !== 'counter') throw new Error(`${name} is no counter of this result`);
  return metric.count;
}

export function sum(row: readonly (number | null)[]): number {
  return row.reduce<number>((total, value) => total + (value ?? 0), 0);
}

/** JSON writes NaN and Infinity as null: only where the format says so may a null stand. */
const MAY_BE_NULL = [
  /^partial$/,
  /^planned$/,
  /^planned\.sameCrowd$/,
  // On one machine nobody asks for the time.
  /^run\.clock$/,
  /^run\.clocks\.\d+$/,
  /^run\.(clock|clocks\.\d+)\.(leastMs|mostMs)$/,
  // Of part of a window: what was observed is not compared with a plan for the whole.
  /^planned\.observed\.[^.]+$/,
  /^series\.(rows|stockLeft)\.[^.]+\.\d+$/,
  /^thresholds\.\d+\.(observed|abortedAtMs)$/,
  /^invariants\.\d+\.violations$/,
  // What the books do not date.
  /^invariants\.\d+\.cases\.\d+\.timeline\.\d+\.atMs$/,
  /^incidents\.\d+\.count$/,
  /^cues\.\d+\.(productId|sentMs|answeredMs|soldOutMs)$/,
  /^books\.\d+\.(soldUnits|leftUnits|heldUnits)$/,
  /^metrics\.[^.]+\.rate$/,
  // Systems that are not Linux; workers that died before their first second.
  /^health\.bounds\.stealShare$/,
  /^health\.machine\.[^.]+$/,
  /^health\.workers\.\d+\.(lateStartMaxMs|loopDelayMaxMs|receiveWait(P99|Max)Ms|stall(Max|At)Ms)$/,
  /^health\.workers\.\d+\.((cpu|busy|coreWait)Share(Mean|Max)|gcMs|gcMaxMs|heapMaxMiB|heapLimitMiB)$/,
  /^funnels\.\d+\.productId$/,
];

/** What a process of k6 takes is that of many pods. */
const NULL_OF_K6 = /^health\.workers\.\d+\.(cpuSeconds|maxRssMiB)$/;

function badNumbers(value: unknown, mayBeNull: readonly RegExp[], path = ''): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [path];
  if (value === null) return mayBeNull.some((allowed) => allowed.test(path)) ? [] : [path];
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    badNumbers(inner, mayBeNull, path === '' ? key : `${path}.${key}`),
  );
}

function expectSeries({ series, run, books }: RunResult): void {
  expect(series).toMatchObject({ stepMs: 1000, startMs: run.fromMs });
  expect(Object.keys(series.rows).sort()).toEqual([...SERIES_NAMES].sort());
  expect(Object.keys(series.stockLeft).sort()).toEqual(books.map((entry) => entry.productId).sort());
  const rows = [...Object.values(series.rows), ...Object.values(series.stockLeft)];
  expect(rows.filter((row) => row.length !== series.length)).toEqual([]);
}

/** A counter and its row in the series are counted apart: they must agree. */
function expectMetrics(result: RunResult): void {
  for (const [key, summary] of Object.entries(result.metrics)) {
    const spec = METRICS[key.replace(/\{.*/, '') as MetricName];
    expect(summary, key).toMatchObject({ type: spec.type, unit: spec.unit });
    expectOrdered(key, summary);
  }
  if (result.partial !== null) return;
  const { rows } = result.series;
  expect(counterOf(result, 'chat_sent')).toBe(sum(rows.chatSent));
  expect(counterOf(result, 'chat_received')).toBe(sum(rows.chatReceived));
  expect(counterOf(result, 'viewers_joined')).toBe(sum(rows.joins));
  expect(counterOf(result, 'orders')).toBe(sum(rows.orders));
  expect(counterOf(result, 'http_requests')).toBe(sum(rows.httpRequests));
}

function expectOrdered(key: string, summary: MetricSummary): void {
  if (summary.type === 'trend') {
    const { min, med, p90, p95, p99, p999, max } = summary;
    const figures = [0, min, med, p90, p95, p99, p999, max];
    expect(figures, key).toEqual(figures.toSorted((a, b) => a - b));
  }
  if (summary.type === 'rate') expect(summary.passes, key).toBeLessThanOrEqual(summary.total);
}

function expectFunnels(result: RunResult): void {
  for (const funnel of result.funnels) {
    const { shown, clicked, carted, checkedOut, paid, unitsSold, gmvMinor } = funnel;
    const steps = [shown, clicked, carted, checkedOut, paid];
    expect(steps, `funnel of ${funnel.productId}`).toEqual(steps.toSorted((a, b) => b - a));
    expect(unitsSold).toBeGreaterThanOrEqual(paid);
    expect(gmvMinor > 0).toBe(unitsSold > 0);
  }
  const total = (of: (funnel: Funnel) => number): number => sum(productFunnels(result).map(of));
  expect(total((funnel) => funnel.paid)).toBe(counterOf(result, 'orders'));
  expect(total((funnel) => funnel.gmvMinor)).toBe(counterOf(result, 'gmv'));
  const told = productFunnels(result).map((funnel) => funnel.unitsSold);
  expect(result.books.map((entry) => entry.toldSoldUnits)).toEqual(told);
  for (const all of result.funnels.filter((funnel) => funnel.productId === null)) {
    for (const step of ['shown', 'clicked', 'carted', 'checkedOut', 'paid', 'unitsSold', 'gmvMinor'] as const)
      expect(all[step], `${step} of all products`).toBe(total((funnel) => funnel[step]));
  }
}

/** One funnel a product, without that of all together. */
export function productFunnels(result: RunResult): Funnel[] {
  return result.funnels.filter((funnel) => funnel.productId !== null);
}

/** Ids of the invariants that have one of these. */
export function idsOf({ invariants }: RunResult, ...statuses: InvariantResult['status'][]): string[] {
  return invariants.flatMap((one) => (statuses.includes(one.status) ? [one.id] : [])).toSorted();
}
