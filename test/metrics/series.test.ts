import { describe, expect, it } from 'vitest';
import { Histogram } from '../../sim/metrics/histogram.ts';
import { OPEN_SECONDS } from '../../sim/metrics/lag-columns.ts';
import { SeriesMerger } from '../../sim/metrics/series-merger.ts';
import { COUNTER, GAUGE, MAXIMUM, type SecondReport, SeriesRecorder } from '../../sim/metrics/series.ts';
import { SERIES_NAMES } from '../../sim/result.ts';
import { uniform } from './random.ts';

const PRODUCT_IDS = ['serum', 'cream'];

function merger(shards: number, seconds: number): SeriesMerger {
  return new SeriesMerger({ shards, seconds, startMs: 880_000, productIds: PRODUCT_IDS });
}

function report(index: number, fill: (recorder: SeriesRecorder) => void = () => {}): SecondReport {
  const recorder = new SeriesRecorder(PRODUCT_IDS.length);
  fill(recorder);
  return recorder.take(index);
}

describe('recorder', () => {
  it('starts each second from nothing, except for gauges', () => {
    const recorder = new SeriesRecorder(2);
    recorder.add(COUNTER.joins, 2);
    recorder.add(COUNTER.joins, 3);
    recorder.set(GAUGE.viewers, 40);
    for (const value of [3, 9, NaN, 4]) recorder.max(MAXIMUM.loopDelayMaxMs, value);
    recorder.chatLag.record(12);
    recorder.stock(1, 7, 100);
    recorder.stock(1, 9, 99);
    const first = recorder.take(0);
    expect(first.counters[COUNTER.joins]).toBe(5);
    expect(first.gauges).toEqual([40]);
    expect(first.maxima.filter((value) => value !== null)).toEqual([9]);
    expect(first.histograms.map(({ counts }) => counts.length)).toEqual([1, 0, 0, 0]);
    expect(first.stock).toEqual([{ product: 1, left: 7, publishedAtMs: 100 }]);
    const second = recorder.take(1);
    expect(second.counters.every((count) => count === 0)).toBe(true);
    expect([second.gauges, second.stock]).toEqual([[40], []]);
    expect(second.maxima.every((value) => value === null)).toBe(true);
    expect(second.histograms.map(({ counts }) => counts.length)).toEqual([0, 0, 0, 0]);
  });

  it('makes reports that survive JSON', () => {
    const made = report(3, (recorder) => recorder.checkout.record(80));
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });
});

describe('merger', () => {
  it('has every row of a result, all of one length, null where nothing was measured', () => {
    const series = merger(1, 4).toSeries();
    expect(Object.keys(series.rows).sort()).toEqual([...SERIES_NAMES].sort());
    for (const row of Object.values(series.rows)) expect(row).toEqual([null, null, null, null]);
    expect(series).toMatchObject({ stepMs: 1000, startMs: 880_000, length: 4 });
    expect(series.stockLeft).toEqual({ serum: [null, null, null, null], cream: [null, null, null, null] });
  });

  it('adds counters and gauges, takes the largest maximum, and merges histograms before their percentiles', () => {
    const merged = merger(2, 1);
    const all = new Histogram();
    for (const shard of [0, 1]) {
      const made = report(0, (recorder) => {
        recorder.add(COUNTER.orders, 2 + shard);
        recorder.set(GAUGE.viewers, 100 * (shard + 1));
        recorder.max(MAXIMUM.loopDelayMaxMs, 5 - shard);
        for (let i = 0; i < 50; i++) {
          const lagMs = i * (shard === 0 ? 1 : 10);
          recorder.chatLag.record(lagMs);
          all.record(lagMs);
        }
      });
      merged.add(shard, made);
    }
    const { rows } = merged.toSeries();
    expect([rows.orders, rows.viewers, rows.loopDelayMaxMs, rows.joins]).toEqual([[5], [300], [5], [0]]);
    expect([rows.chatLagP50Ms, rows.chatLagP95Ms]).toEqual([[all.quantile(0.5)], [all.quantile(0.95)]]);
    expect([rows.chatLagP99Ms, rows.chatLagMaxMs]).toEqual([[all.quantile(0.99)], [490]]);
    expect([rows.checkoutP95Ms, rows.lateStartP99Ms]).toEqual([[null], [null]]);
  });

  it('gives the same table whatever the order in which reports come', () => {
    const seconds = 40;
    const u = uniform(21);
    const reports = [0, 1, 2].flatMap((shard) =>
      Array.from({ length: seconds }, (_, index) => ({
        shard,
        made: report(index, (recorder) => {
          recorder.add(COUNTER.chatReceived, Math.floor(u() * 100));
          recorder.set(GAUGE.viewers, Math.floor(u() * 100));
          for (let i = 0; i < 20; i++) recorder.chatLag.record(u() * 400);
          recorder.checkout.record(u() * 400);
          recorder.lateStart.record(u() * 9);
          recorder.stock(0, 500 - index, index * 1000 + shard);
        }),
      })),
    );
    const table = (list: typeof reports) => {
      const merged = merger(3, seconds);
      for (const { shard, made } of list) merged.add(shard, made);
      expect(merged.lateReports).toBe(0);
      return merged.toSeries();
    };
    const inOrder = table(reports.toSorted((a, b) => a.made.index - b.made.index));
    // Each report is delayed by less than the seconds that are kept open.
    const delayed = reports
      .map((each) => ({ ...each, at: each.made.index + u() * (OPEN_SECONDS - 1) }))
      .sort((a, b) => a.at - b.at);
    expect(delayed.map(({ made }) => made.index)).not.toEqual(
      delayed.map(({ made }) => made.index).sort((a, b) => a - b),
    );
    expect(table(delayed)).toEqual(inOrder);
  });

  it('can be read at any time, and takes more for the same second afterwards', () => {
    const merged = merger(2, 3);
    const lag = (lagMs: number) => report(1, (recorder) => recorder.chatLag.record(lagMs));
    merged.add(0, lag(10));
    expect(merged.at('chatLagMaxMs', 1)).toBe(10);
    merged.add(1, lag(30));
    expect(merged.at('chatLagMaxMs', 1)).toBe(30);
    expect([merged.at('chatLagMaxMs', 0), merged.at('orders', 3), merged.at('orders', -1)]).toEqual([null, null, null]);
  });

  it('counts a report for a closed second, except in its percentiles, and says so', () => {
    const merged = merger(2, 100);
    const lag = (index: number, lagMs: number) =>
      report(index, (recorder) => {
        recorder.add(COUNTER.chatReceived, 1);
        recorder.chatLag.record(lagMs);
      });
    merged.add(0, lag(2, 10));
    merged.add(0, lag(2 + OPEN_SECONDS, 20));
    merged.add(1, lag(2, 900));
    merged.add(1, lag(2, 5));
    merged.add(1, report(2));
    expect(merged.lateReports).toBe(2);
    expect(
      ['chatReceived', 'chatLagP50Ms', 'chatLagMaxMs'].map((name) => merged.at(name as 'chatReceived', 2)),
    ).toEqual([3, 10, 900]);
    expect(merged.at('chatLagMaxMs', 2 + OPEN_SECONDS)).toBe(20);
  });

  it('ignores seconds outside the window, and counts them', () => {
    const merged = merger(1, 2);
    for (const index of [-1, 2, NaN])
      merged.add(
        0,
        report(index, (recorder) => recorder.add(COUNTER.joins, 9)),
      );
    expect(merged.ignoredReports).toBe(3);
    expect(merged.toSeries().rows.joins).toEqual([null, null]);
  });

  it('lets the viewers of a dead worker go, and bridges the seconds in which a worker was stuck', () => {
    const merged = merger(2, 6);
    const viewers = (index: number, count: number) => report(index, (recorder) => recorder.set(GAUGE.viewers, count));
    for (let index = 0; index < 6; index++) merged.add(0, viewers(index, 10));
    merged.add(1, viewers(0, 100));
    merged.add(1, viewers(3, 130));
    merged.endShard(1);
    expect(merged.toSeries().rows.viewers).toEqual([110, 110, 110, 140, 10, 10]);
  });

  it('knows how many seconds are complete, with workers that lag, die and finish', () => {
    const merged = merger(2, 10);
    expect(merged.completeSeconds).toBe(0);
    merged.add(0, report(0));
    merged.add(0, report(1));
    expect(merged.completeSeconds).toBe(0);
    merged.add(1, report(0));
    expect(merged.completeSeconds).toBe(1);
    merged.endShard(1);
    expect(merged.completeSeconds).toBe(2);
    merged.endShard(0);
    expect(merged.completeSeconds).toBe(2);
  });

  it('cuts the table of a run that did not come to its end', () => {
    const merged = merger(1, 5);
    merged.add(
      0,
      report(1, (recorder) => recorder.add(COUNTER.joins, 1)),
    );
    const series = merged.toSeries(2);
    expect([series.length, series.rows.joins, series.stockLeft.cream]).toEqual([2, [null, 1], [null, null]]);
    expect(merged.toSeries(99).length).toBe(5);
  });

  it('keeps the stock figure that was published last, and lets it stand', () => {
    const merged = merger(2, 5);
    const stock = (index: number, left: number, atMs: number) =>
      report(index, (recorder) => recorder.stock(0, left, atMs));
    merged.add(0, stock(1, 0, 1_900));
    merged.add(1, stock(1, 3, 1_500));
    merged.add(1, stock(3, 215, 3_100));
    expect(merged.toSeries().stockLeft).toEqual({
      serum: [null, 0, 0, 215, 215],
      cream: [null, null, null, null, null],
    });
  });
});
