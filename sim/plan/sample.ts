import { ENDPOINTS, type CompiledScenario } from '../crowd/compiled.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { FIGURE_NAMES, type FigureName, type PlanRow } from '../plan-result.ts';
import { BIN_MS, type Bins } from './bins.ts';
import { chartSteps, maxOf, reduceRows, reduceStock, sumOf } from './chart.ts';
import { PRODUCT_FIELDS, type EngineRun, type PlanWindow, type ProductField } from './engine.ts';
import { Stream } from './random.ts';

/** What is kept of one Monte Carlo run: some 70 KB with its charts, because a thousand of them are kept at once. */
export interface PlanSample {
  readonly run: number;
  /** In the order of `FIGURE_NAMES`. */
  readonly figures: Float64Array;
  /** By drop of the window, in the order of the show, ms; NaN where it did not sell out. */
  readonly soldOutAfterMs: Float64Array;
  /** What viewers did. */
  readonly events: number;
  /** Left out where only figures are compared. */
  readonly detail: SampleDetail | null;
}

export interface SampleDetail {
  /** See `reduceRows` and `reduceStock`; empty in runs beyond those that charts are made of. */
  readonly rows: Float32Array;
  readonly stockLeft: Float32Array;
  /** Product by product: `PRODUCT_FIELDS`, then `soldOutAtMs`. */
  readonly products: Float64Array;
  /** Endpoint by endpoint: `ENDPOINT_FIELDS`. NaN for times of an endpoint that served nobody. */
  readonly endpoints: Float64Array;
}

export const ENDPOINT_FIELDS = [
  'requests',
  'peakPerSec',
  'failedShare',
  'refusedShare',
  'p50Ms',
  'p95Ms',
  'p99Ms',
] as const;
export const REQUEST_ROWS = [
  'viewRequests',
  'cartRequests',
  'checkoutRequests',
  'payRequests',
] as const satisfies PlanRow[];

/** `charts` adds far more than the rest: the bands of charts need no more runs than `CHART_RUNS`. `details` are the rest. */
export type SampleDepth = 'figures' | 'details' | 'charts';
export const CHART_RUNS = 1000;

/** The stream of what becomes of orders after the event; engines number theirs from 0. */
const AFTERMATH_STREAM = 0x61667465;

/** Cues that open a drop in the window: those of `soldOutAfterMs`. */
export function dropsOf({ cues }: CompiledScenario, { fromMs, untilMs }: PlanWindow): number[] {
  return cues.flatMap(({ kind, atMs }, index) => (kind === 'drop' && atMs >= fromMs && atMs < untilMs ? [index] : []));
}

export function takeSample(
  scenario: CompiledScenario,
  window: PlanWindow,
  run: number,
  seed: { readonly seedHi: number; readonly seedLo: number },
  played: EngineRun,
  depth: SampleDepth,
): PlanSample {
  const figures = figuresOf(scenario, window, seed, played);
  return {
    run,
    figures: Float64Array.from(FIGURE_NAMES, (name) => figures[name]),
    soldOutAfterMs: Float64Array.from(dropsOf(scenario, window), (cue) => played.soldOutAfterMs[cue]),
    events: played.events,
    detail: depth === 'figures' ? null : detailOf(scenario, window, played, depth === 'charts' && run < CHART_RUNS),
  };
}

function figuresOf(
  { backend, unpaidP, refundP }: CompiledScenario,
  window: PlanWindow,
  { seedHi, seedLo }: { readonly seedHi: number; readonly seedLo: number },
  { bins, products }: EngineRun,
): Record<FigureName, number> {
  const sum = (row: PlanRow): number => sumOf(bins.rows[row], bins.from, bins.until);
  const max = (row: PlanRow): number => maxOf(bins.rows[row], bins.from, bins.until);
  const ofProducts = (field: ProductField): number => sumOf(products[field], 0, products[field].length);
  const peakDeliveriesPerSec = max('deliveries');
  const orders = sum('orders');
  const gmvMinor = sum('gmvMinor');
  // Every order is as likely to be left unpaid or sent back as any other, so the value goes with the number.
  const aftermath = new Stream(seedHi, seedLo, AFTERMATH_STREAM);
  const unpaidOrders = aftermath.binomial(orders, unpaidP);
  const refundedOrders = aftermath.binomial(orders - unpaidOrders, refundP);
  const valueOf = (some: number): number => (orders > 0 ? Math.round((gmvMinor / orders) * some) : 0);
  return {
    peakViewers: max('viewers'),
    peakViewersAtMs: peakAtMs(bins, window),
    views: sum('joins'),
    peakJoinsPerSec: max('joins'),
    chatSent: sum('chatSent'),
    peakChatPerSec: max('chatSent'),
    likeBatches: sum('likeBatches'),
    deliveries: sum('deliveries'),
    peakDeliveriesPerSec,
    peakEgressBytesPerSec: peakDeliveriesPerSec * backend.fanout.bytesPerMessage,
    peakChatLagMs: max('chatLagMs'),
    httpRequests: REQUEST_ROWS.reduce((total, row) => total + sum(row), 0),
    peakHttpPerSec: peakHttp(bins),
    clicks: sum('clicks'),
    carts: ofProducts('carted'),
    checkouts: ofProducts('checkedOut'),
    orders,
    peakOrdersPerSec: max('orders'),
    units: sum('units'),
    gmvMinor,
    unpaidMinor: valueOf(unpaidOrders),
    refundsMinor: valueOf(refundedOrders),
    netMinor: gmvMinor - valueOf(unpaidOrders) - valueOf(refundedOrders),
    lostSoldOut: ofProducts('lostSoldOut'),
    lostSlow: ofProducts('lostSlow'),
  };
}

/** The end of the first bin in which most are there; the start of the window when nobody ever is. */
function peakAtMs(bins: Bins, { fromMs, untilMs }: PlanWindow): number {
  const { viewers } = bins.rows;
  let at = -1;
  for (let i = bins.from; i < bins.until; i++) if (viewers[i] > (at < 0 ? 0 : viewers[at])) at = i;
  return at < 0 ? fromMs : Math.min(untilMs, bins.originMs + (at + 1) * BIN_MS);
}

function peakHttp(bins: Bins): number {
  const rows = REQUEST_ROWS.map((name) => bins.rows[name]);
  let most = 0;
  for (let i = bins.from; i < bins.until; i++) most = Math.max(most, rows[0][i] + rows[1][i] + rows[2][i] + rows[3][i]);
  return most;
}

function detailOf(
  scenario: CompiledScenario,
  window: PlanWindow,
  played: EngineRun,
  withCharts: boolean,
): SampleDetail {
  const { bins, products } = played;
  const steps = chartSteps(window);
  const none = new Float32Array(0);
  return {
    rows: withCharts ? reduceRows(bins, steps) : none,
    stockLeft: withCharts ? reduceStock(bins, steps) : none,
    products: Float64Array.from(
      scenario.products.flatMap((_, i) => [
        ...PRODUCT_FIELDS.map((field) => products[field][i]),
        products.soldOutAtMs[i],
      ]),
    ),
    endpoints: Float64Array.from(ENDPOINTS.flatMap((_, i) => endpointFigures(played, i))),
  };
}

function endpointFigures({ bins, responseMs, failed, refused }: EngineRun, endpoint: number): number[] {
  const row = bins.rows[REQUEST_ROWS[endpoint]];
  const requests = sumOf(row, bins.from, bins.until);
  const times: Histogram = responseMs[endpoint];
  return [
    requests,
    maxOf(row, bins.from, bins.until),
    ...[failed, refused].map((count) => (requests > 0 ? Math.min(1, count[endpoint] / requests) : 0)),
    times.quantile(0.5),
    times.quantile(0.95),
    times.quantile(0.99),
  ];
}
