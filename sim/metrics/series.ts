/**
 * What a worker measures second by second, and sends as one `SecondReport` each. Seconds are counted from the start of
 * the window that is played, so the reports of all workers fall into the same rows. See `series-merger.ts` for the
 * other end.
 */

import type { SeriesName } from '../result.ts';
import { Histogram, type SparseHistogram } from './histogram.ts';

/** Added up over workers. All are "how many in this second". */
export const SERIES_COUNTERS = [
  'joins',
  'leaves',
  'reconnects',
  'chatSent',
  'chatReceived',
  'likesSent',
  'giftsSent',
  'framesReceived',
  'bytesReceived',
  'httpRequests',
  'httpErrors',
  'views',
  'carts',
  'checkouts',
  'orders',
  'ordersRejected',
  'ordersUnknown',
  'joinsFailed',
] as const satisfies readonly SeriesName[];
export type SeriesCounter = (typeof SERIES_COUNTERS)[number];

/** Levels at the end of the second; the sum over workers is the level of all. */
export const SERIES_GAUGES = ['viewers'] as const satisfies readonly SeriesName[];
export type SeriesGauge = (typeof SERIES_GAUGES)[number];

/** The largest value of the second, over all workers. */
export const SERIES_MAXIMA = [
  'loopDelayMaxMs',
  'stallMaxMs',
  'gcMaxMs',
  'workerCpuMaxShare',
  'workerBusyMaxShare',
] as const satisfies readonly SeriesName[];
export type SeriesMaximum = (typeof SERIES_MAXIMA)[number];

/** Merged as histograms, because percentiles cannot be. Times in ms. */
export const SERIES_HISTOGRAMS = ['chatLag', 'checkout', 'lateStart', 'receiveWait'] as const;
export type SeriesHistogram = (typeof SERIES_HISTOGRAMS)[number];

/** Columns for the hot path: `recorder.add(COUNTER.chatReceived, 1)`. */
export const COUNTER = columns(SERIES_COUNTERS);
export const GAUGE = columns(SERIES_GAUGES);
export const MAXIMUM = columns(SERIES_MAXIMA);

/** Units that can be bought, as the backend published them. Of several readings the one published last is right. */
export interface StockReading {
  /** Index of the product in the scenario. */
  readonly product: number;
  readonly left: number;
  readonly publishedAtMs: number;
}

/** One second of one worker. Arrays are in the order of the lists above. JSON and structured clone keep it as it is. */
export interface SecondReport {
  /** 0 is the first second of the window; negative in the ramp before it. */
  readonly index: number;
  readonly counters: readonly number[];
  readonly gauges: readonly number[];
  /** Null: nothing was measured. */
  readonly maxima: readonly (number | null)[];
  readonly histograms: readonly SparseHistogram[];
  /** At most one for each product. */
  readonly stock: readonly StockReading[];
}

/** A worker's current second. Recording allocates nothing. */
export class SeriesRecorder {
  readonly chatLag = new Histogram();
  readonly checkout = new Histogram();
  readonly lateStart = new Histogram();
  readonly receiveWait = new Histogram();
  private readonly histograms = SERIES_HISTOGRAMS.map((name) => this[name]);
  private readonly counters = new Float64Array(SERIES_COUNTERS.length);
  private readonly gauges = new Float64Array(SERIES_GAUGES.length);
  private readonly maxima = new Float64Array(SERIES_MAXIMA.length).fill(NaN);
  private readonly stockLeft: Float64Array;
  private readonly stockAtMs: Float64Array;

  /** `products`: how many products the scenario has. */
  constructor(products: number) {
    this.stockLeft = new Float64Array(products);
    this.stockAtMs = new Float64Array(products).fill(NaN);
  }

  /** `column` is one of COUNTER. */
  add(column: number, amount: number): void {
    this.counters[column] += amount;
  }

  /** `column` is one of GAUGE. A gauge keeps its value into the next seconds. */
  set(column: number, value: number): void {
    this.gauges[column] = value;
  }

  /** `column` is one of MAXIMUM. NaN is passed over. */
  max(column: number, value: number): void {
    if (!(value <= this.maxima[column]) && value === value) this.maxima[column] = value;
  }

  /** A stock figure that a viewer received; older ones than the newest of this second are passed over. */
  stock(product: number, left: number, publishedAtMs: number): void {
    if (publishedAtMs < this.stockAtMs[product]) return;
    this.stockLeft[product] = left;
    this.stockAtMs[product] = publishedAtMs;
  }

  /** The report of the second that ends now, as number `index`; starts the next one. */
  take(index: number): SecondReport {
    const report: SecondReport = {
      index,
      counters: Array.from(this.counters),
      gauges: Array.from(this.gauges),
      maxima: Array.from(this.maxima, (value) => (value === value ? value : null)),
      histograms: this.histograms.map((histogram) => histogram.toSparse()),
      stock: this.stockReadings(),
    };
    this.counters.fill(0);
    this.maxima.fill(NaN);
    this.stockAtMs.fill(NaN);
    for (const histogram of this.histograms) histogram.reset();
    return report;
  }

  private stockReadings(): StockReading[] {
    const readings: StockReading[] = [];
    this.stockAtMs.forEach((publishedAtMs, product) => {
      if (publishedAtMs === publishedAtMs) readings.push({ product, left: this.stockLeft[product], publishedAtMs });
    });
    return readings;
  }
}

function columns<N extends string>(names: readonly N[]): Readonly<Record<N, number>> {
  return Object.fromEntries(names.map((name, column) => [name, column])) as Record<N, number>;
}
