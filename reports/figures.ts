/** The few figures that answer "how did it go?". The terminal and the page show the same ones. */

import type {
  CounterSummary,
  CueResult,
  GaugeSummary,
  MetricSummary,
  RateSummary,
  RunResult,
  TrendSummary,
} from '../sim/result.ts';
import { ABSENT, count, counted, duration, milliseconds, money, percent } from './format.ts';

export interface Figure {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** What to compare the value with. */
  readonly detail: string;
}

export function keyFigures(result: RunResult): Figure[] {
  return [
    viewersFigure(result),
    ordersFigure(result),
    unitsFigure(result),
    gmvFigure(result),
    soldOutFigure(result),
    lagFigure(result),
    deliveryFigure(result),
    checkoutFigure(result),
  ];
}

/** The metric when it has the type asked for, else `null`. */
export function metricOf<T extends MetricSummary['type']>(
  result: RunResult,
  name: string,
  type: T,
): Extract<MetricSummary, { type: T }> | null {
  const metric = Object.hasOwn(result.metrics, name) ? result.metrics[name] : undefined;
  return metric?.type === type ? (metric as Extract<MetricSummary, { type: T }>) : null;
}

function viewersFigure(result: RunResult): Figure {
  const viewers: GaugeSummary | null = metricOf(result, 'viewers', 'gauge');
  const joined: CounterSummary | null = metricOf(result, 'viewers_joined', 'counter');
  const detail = joined ? `${count(joined.count)} joined in the window` : 'joins not measured';
  return { id: 'viewers', label: 'Peak viewers', value: count(viewers?.max), detail };
}

function ordersFigure(result: RunResult): Figure {
  const rejected = metricOf(result, 'orders_rejected', 'counter');
  const unknown = metricOf(result, 'orders_unknown', 'counter');
  const detail =
    rejected || unknown ? `${count(rejected?.count)} rejected, ${count(unknown?.count)} unknown` : 'not measured';
  return { id: 'orders', label: 'Orders paid', value: count(metricOf(result, 'orders', 'counter')?.count), detail };
}

function unitsFigure(result: RunResult): Figure {
  const { books } = result;
  if (books.length === 0) return { id: 'units', label: 'Units sold', value: ABSENT, detail: 'no products' };
  const stocked = books.reduce((sum, book) => sum + book.stockedUnits, 0);
  const known = books.every((book) => book.soldUnits !== null);
  const sold = known ? books.reduce((sum, book) => sum + (book.soldUnits ?? 0), 0) : null;
  const source = known ? 'by the shop’s books' : 'the books could not be read';
  return { id: 'units', label: 'Units sold', value: count(sold), detail: `of ${count(stocked)} in stock, ${source}` };
}

function gmvFigure(result: RunResult): Figure {
  const { currency } = result.scenario;
  const gmv = metricOf(result, 'gmv', 'counter');
  const orders = metricOf(result, 'orders', 'counter')?.count ?? 0;
  const detail = gmv && orders > 0 ? `${money(gmv.count / orders, currency)} an order` : 'no orders';
  return { id: 'gmv', label: 'GMV', value: money(gmv?.count, currency), detail };
}

/** From the moment the host opened the drop to the moment its stock was gone; `null` when it was not. */
export function soldOutAfterMs(cue: CueResult): number | null {
  return cue.soldOutMs === null ? null : Math.max(0, cue.soldOutMs - (cue.sentMs ?? cue.plannedMs));
}

function soldOutFigure(result: RunResult): Figure {
  const drops = result.cues.filter((cue) => cue.kind === 'drop' && (cue.status === 'done' || cue.status === 'manual'));
  const spansMs = drops
    .map(soldOutAfterMs)
    .filter((spanMs) => spanMs !== null)
    .sort((a, b) => a - b);
  const label = 'Sold out after';
  if (drops.length === 0) return { id: 'sold-out', label, value: ABSENT, detail: 'no drop was opened' };
  if (spansMs.length === 0)
    return { id: 'sold-out', label, value: ABSENT, detail: `${counted(drops.length, 'drop', 'drops')}, none sold out` };
  const value = duration(spansMs[Math.floor((spansMs.length - 1) / 2)]);
  const of = `${count(spansMs.length)} of ${counted(drops.length, 'drop', 'drops')} sold out`;
  return { id: 'sold-out', label, value, detail: spansMs.length > 1 ? `median; ${of}` : of };
}

function lagFigure(result: RunResult): Figure {
  const lag: TrendSummary | null = metricOf(result, 'chat_lag', 'trend');
  const detail = lag ? `median ${milliseconds(lag.med)}, worst ${milliseconds(lag.max)}` : 'not measured';
  return { id: 'chat-lag', label: 'Chat lag, p99', value: milliseconds(lag?.p99), detail };
}

function deliveryFigure(result: RunResult): Figure {
  const delivery: RateSummary | null = metricOf(result, 'chat_delivery', 'rate');
  const detail =
    delivery && delivery.total > 0
      ? `${count(delivery.total - delivery.passes)} of ${count(delivery.total)} missing`
      : 'no chat was due';
  return { id: 'delivery', label: 'Chat delivered', value: percent(delivery?.rate), detail };
}

function checkoutFigure(result: RunResult): Figure {
  const checkout = metricOf(result, 'checkout_duration', 'trend');
  const detail = checkout
    ? `median ${milliseconds(checkout.med)}, ${counted(checkout.count, 'checkout', 'checkouts')}`
    : 'not measured';
  return { id: 'checkout', label: 'Checkout, p95', value: milliseconds(checkout?.p95), detail };
}
