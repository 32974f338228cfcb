/**
 * The seconds of all workers in one table. Reports may come late or out of order, and a worker may die: what it sent
 * counts, and its viewers count as gone after its last report.
 *
 * Memory is fixed when it is made: a number a second for every row, and histograms for the last few seconds only.
 */

import type { Series, SeriesName } from '../result.ts';
import { LagColumns } from './lag-columns.ts';
import {
  SERIES_COUNTERS,
  SERIES_GAUGES,
  SERIES_HISTOGRAMS,
  SERIES_MAXIMA,
  type SecondReport,
  type SeriesHistogram,
} from './series.ts';
import { StockColumns } from './stock-columns.ts';

const STEP_MS = 1000;

export interface SeriesOptions {
  /** How many workers there are; they are numbered from 0. */
  readonly shards: number;
  /** Length of the window. Reports of other seconds are not counted, see `ignoredReports`. */
  readonly seconds: number;
  /** Event time at which second 0 starts. */
  readonly startMs: number;
  /** In the order of the scenario. */
  readonly productIds: readonly string[];
}

type Read = (second: number) => number | null;

export class SeriesMerger {
  /** Reports from before or after the window. */
  ignoredReports = 0;
  /** Reports so late that their values are missing from the percentiles of their second. Everything else counts. */
  lateReports = 0;

  private readonly options: SeriesOptions;
  private readonly counters: readonly Float64Array[];
  private readonly maxima: readonly Float64Array[];
  /** For each gauge and shard; NaN where the shard did not report. */
  private readonly gauges: readonly (readonly Float64Array[])[];
  private readonly lags: Readonly<Record<SeriesHistogram, LagColumns>>;
  private readonly stock: StockColumns;
  /** Last second that each shard reported, -1 before the first; and whether more may come. */
  private readonly lastSecond: Int32Array;
  private readonly ended: Uint8Array;
  /** The lowest last second of those that run, and how many of them stand there; of none: 0. */
  private slowest = -1;
  private slowestShards: number;
  private readonly reads: Readonly<Record<SeriesName, Read>>;

  constructor(options: SeriesOptions) {
    const { shards, seconds } = options;
    const column = (): Float64Array => new Float64Array(seconds).fill(NaN);
    this.options = options;
    this.counters = SERIES_COUNTERS.map(column);
    this.maxima = SERIES_MAXIMA.map(column);
    this.gauges = SERIES_GAUGES.map(() => Array.from({ length: shards }, column));
    this.lags = {
      chatLag: new LagColumns([0.5, 0.95, 0.99, 1], seconds),
      checkout: new LagColumns([0.95], seconds),
      lateStart: new LagColumns([0.99], seconds),
      receiveWait: new LagColumns([0.99], seconds),
    };
    this.stock = new StockColumns(options.productIds, seconds);
    this.lastSecond = new Int32Array(shards).fill(-1);
    this.ended = new Uint8Array(shards);
    this.slowestShards = shards;
    this.reads = this.readers();
  }

  /**
   * Adds one second of one worker. A second report of the same second adds to the first (a worker that flushes when it
   * stops), and its gauges replace those of the first.
   */
  add(shard: number, report: SecondReport): void {
    const { index } = report;
    if (!(index >= 0 && index < this.options.seconds)) {
      this.ignoredReports++;
      return;
    }
    report.counters.forEach((amount, i) => (this.counters[i][index] = amount + (this.counters[i][index] || 0)));
    report.gauges.forEach((value, i) => (this.gauges[i][shard][index] = value));
    report.maxima.forEach((value, i) => {
      if (value !== null && !(this.maxima[i][index] >= value)) this.maxima[i][index] = value;
    });
    const inTime = SERIES_HISTOGRAMS.map((name, i) => this.lags[name].add(index, report.histograms[i]));
    if (inTime.includes(false)) this.lateReports++;
    for (const reading of report.stock) this.stock.add(index, reading);
    this.advance(shard, index);
  }

  /** No more will come from this worker, because it finished or died: `completeSeconds` waits for it no longer. */
  endShard(shard: number): void {
    this.ended[shard] = 1;
    this.findSlowest();
  }

  /** How many seconds, from 0, every running worker has reported. Live figures are those of the last of them. */
  get completeSeconds(): number {
    return (this.slowestShards > 0 ? this.slowest : this.lastSecond.reduce((a, b) => Math.max(a, b), -1)) + 1;
  }

  /** One figure; null when nothing was measured in that second, or when it is outside the window. */
  at(name: SeriesName, second: number): number | null {
    return second >= 0 && second < this.options.seconds ? this.reads[name](second) : null;
  }

  /** The first `seconds` seconds, or the whole window: fewer when the run did not come to its end. */
  toSeries(seconds: number = this.options.seconds): Series {
    const length = Math.min(seconds, this.options.seconds);
    const rows = Object.fromEntries(
      Object.entries(this.reads).map(([name, read]) => [name, Array.from({ length }, (_, second) => read(second))]),
    ) as Record<SeriesName, (number | null)[]>;
    return { stepMs: STEP_MS, startMs: this.options.startMs, length, rows, stockLeft: this.stock.rows(length) };
  }

  /** All are looked at only when the last of the slowest has come on: once a second, however many there are. */
  private advance(shard: number, second: number): void {
    const before = this.lastSecond[shard];
    if (second <= before) return;
    this.lastSecond[shard] = second;
    if (this.ended[shard] === 0 && before === this.slowest && --this.slowestShards === 0) this.findSlowest();
  }

  private findSlowest(): void {
    this.slowest = Infinity;
    this.slowestShards = 0;
    this.lastSecond.forEach((last, shard) => {
      if (this.ended[shard] === 1 || last > this.slowest) return;
      this.slowestShards = last < this.slowest ? 1 : this.slowestShards + 1;
      this.slowest = last;
    });
  }

  private readers(): Record<SeriesName, Read> {
    const { chatLag, checkout, lateStart, receiveWait } = this.lags;
    const named = (names: readonly SeriesName[], read: (i: number, second: number) => number | null) =>
      Object.fromEntries(names.map((name, i) => [name, (second: number) => read(i, second)]));
    return {
      ...named(SERIES_GAUGES, (i, second) => this.gaugeAt(i, second)),
      ...named(SERIES_COUNTERS, (i, second) => orNull(this.counters[i][second])),
      ...named(SERIES_MAXIMA, (i, second) => orNull(this.maxima[i][second])),
      chatLagP50Ms: (second) => chatLag.at(0, second),
      chatLagP95Ms: (second) => chatLag.at(1, second),
      chatLagP99Ms: (second) => chatLag.at(2, second),
      chatLagMaxMs: (second) => chatLag.at(3, second),
      checkoutP95Ms: (second) => checkout.at(0, second),
      lateStartP99Ms: (second) => lateStart.at(0, second),
      receiveWaitP99Ms: (second) => receiveWait.at(0, second),
    } as Record<SeriesName, Read>;
  }

  /** A worker that was stuck reports fewer seconds than pass: between two of its reports the earlier level stands. */
  private gaugeAt(gauge: number, second: number): number | null {
    let sum: number | null = null;
    this.gauges[gauge].forEach((column, shard) => {
      if (second > this.lastSecond[shard]) return;
      let reported = second;
      while (reported >= 0 && Number.isNaN(column[reported])) reported--;
      if (reported >= 0) sum = (sum ?? 0) + column[reported];
    });
    return sum;
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
