import { describe, expect, it } from 'vitest';
import { MetricSet } from '../../sim/metrics/metric-set.ts';
import { ThresholdSyntaxError } from '../../sim/metrics/metric-key.ts';
import { METRIC_NAMES } from '../../sim/metrics/registry.ts';
import { summaries } from '../../sim/metrics/summaries.ts';
import { uniform } from './random.ts';
import { PLAYED, RESOLVER, tags } from './support.ts';

const KEYS = [
  'chat_lag{during:drop:serum}',
  'orders{product:serum}',
  'chat_delivery{room:side}',
  'viewers{during:drop:serum}',
];

function watchedSet(): MetricSet {
  const set = new MetricSet(RESOLVER);
  for (const key of KEYS) set.watch(key);
  return set;
}

/** Something of every kind, in places and at times that the tagged parts tell apart. */
function recordSome(set: MetricSet, seed: number, times: number): void {
  const u = uniform(seed);
  const context = tags();
  for (let i = 0; i < times; i++) {
    context.room = u() < 0.5 ? 0 : 1;
    context.product = u() < 0.5 ? 0 : 1;
    context.atMs = Math.floor(u() * 60_000);
    set.trend('chat_lag').record(u() * 300, context);
    set.counter('orders').add(1, context);
    set.counter('gmv').add(2900, context);
    set.rate('chat_delivery').add(Math.floor(u() * 4), 3, context);
  }
}

describe('metric set', () => {
  it('has every metric of the registry', () => {
    expect([...new MetricSet(RESOLVER).all()].map(({ key }) => key)).toEqual(METRIC_NAMES);
  });

  it('keeps whole metrics and the tagged parts that were asked for', () => {
    const set = watchedSet();
    set.trend('chat_lag').record(5, tags({ atMs: 15_000 }));
    set.trend('chat_lag').record(7, tags({ atMs: 25_000 }));
    set.counter('orders').add(2, tags({ product: 0 }));
    set.counter('orders').add(3, tags({ product: 1 }));
    set.rate('chat_delivery').add(9, 10, tags({ room: 1 }));
    set.rate('chat_delivery').add(10, 10, tags({ room: 0 }));
    for (const [value, atMs] of [
      [50, 1],
      [80, 15_000],
      [60, 16_000],
      [40, 30_000],
    ]) {
      set.gauge('viewers').set(value, tags({ atMs }));
    }
    expect(summaries(set, PLAYED)).toMatchObject({
      chat_lag: { type: 'trend', unit: 'ms', count: 2, min: 5, max: 7, avg: 6 },
      'chat_lag{during:drop:serum}': { count: 1, min: 5, max: 5 },
      orders: { type: 'counter', count: 5, ratePerSec: 5 / 60 },
      'orders{product:serum}': { count: 2, ratePerSec: 2 / 60 },
      chat_delivery: { type: 'rate', passes: 19, total: 20, rate: 0.95 },
      'chat_delivery{room:side}': { passes: 9, total: 10, rate: 0.9 },
      viewers: { type: 'gauge', last: 40, min: 40, max: 80 },
      'viewers{during:drop:serum}': { last: 60, min: 60, max: 80 },
    });
  });

  it('keeps nothing for tags that nobody asked for', () => {
    const set = new MetricSet(RESOLVER);
    set.counter('orders').add(1, tags({ product: 0 }));
    expect(() => set.entry('orders{product:serum}')).toThrow(RangeError);
    expect(Object.keys(summaries(set, PLAYED))).not.toContain('orders{product:serum}');
  });

  it('watches a key once, however it is spaced, and counts once', () => {
    const set = new MetricSet(RESOLVER);
    set.watch('orders{product:serum}');
    set.watch(' orders{ product:serum }');
    set.watch('orders');
    set.counter('orders').add(1, tags({ product: 0 }));
    expect(summaries(set, PLAYED)).toMatchObject({ orders: { count: 1 }, 'orders{product:serum}': { count: 1 } });
    expect(set.entry('orders{ product:serum }').key).toBe('orders{product:serum}');
    expect(() => set.watch('orders{product:soap}')).toThrow(RangeError);
    expect(() => set.watch('ordres')).toThrow(ThresholdSyntaxError);
  });

  it('gives the rate of a counter over the part of its window that was played', () => {
    const set = new MetricSet(RESOLVER);
    set.watch('orders{during:drop:serum}');
    set.counter('orders').add(30, tags({ atMs: 12_000 }));
    const rateAt = (toMs: number) => summaries(set, { fromMs: 0, toMs })['orders{during:drop:serum}'];
    expect(rateAt(15_000)).toMatchObject({ count: 30, ratePerSec: 6 });
    expect(rateAt(60_000)).toMatchObject({ count: 30, ratePerSec: 1.5 });
    expect(rateAt(5_000)).toMatchObject({ ratePerSec: 0 });
  });

  it('leaves out what was not measured, and says null for a rate of nothing', () => {
    const set = new MetricSet(RESOLVER);
    const names = (): string[] => Object.keys(summaries(set, PLAYED));
    expect(names()).not.toContain('chat_lag');
    expect(names()).not.toContain('viewers');
    expect(summaries(set, PLAYED)).toMatchObject({ orders: { count: 0 }, chat_delivery: { rate: null, total: 0 } });
    set.unmeasured('orders');
    expect(names()).not.toContain('orders');
    set.measured('orders');
    expect(names()).toContain('orders');
  });
});

describe('deltas', () => {
  it('of several workers, cut anywhere and in any order, add up to what one set would hold', () => {
    const single = watchedSet();
    for (const seed of [1, 2, 3]) recordSome(single, seed, 300);
    const deltas = [1, 2, 3].flatMap((seed) => {
      const worker = watchedSet();
      recordSome(worker, seed, 300);
      const first = worker.takeDelta();
      return [worker.takeDelta(), first];
    });
    const u = uniform(5);
    const merged = watchedSet();
    for (const delta of deltas.sort(() => u() - 0.5)) merged.addDelta(structuredClone(delta));
    expect(summaries(merged, PLAYED)).toEqual(summaries(single, PLAYED));
  });

  it('hold only what is new, and only what changed', () => {
    const set = watchedSet();
    set.counter('orders').add(2, tags({ product: 0 }));
    expect(set.takeDelta()).toEqual({ trends: {}, counters: { orders: 2, 'orders{product:serum}': 2 }, rates: {} });
    set.counter('orders').add(1, tags({ product: 1 }));
    set.rate('http_failed').add(0, 1, tags());
    const delta = set.takeDelta();
    expect(delta).toEqual({ trends: {}, counters: { orders: 1 }, rates: { http_failed: [0, 1] } });
    expect(JSON.parse(JSON.stringify(delta))).toEqual(delta);
    expect(set.takeDelta()).toEqual({ trends: {}, counters: {}, rates: {} });
  });

  it('continue after a cut in time, so that nothing is counted twice', () => {
    const worker = watchedSet();
    const merged = watchedSet();
    recordSome(worker, 8, 100);
    merged.addDelta(worker.takeDelta());
    recordSome(worker, 9, 100);
    merged.addDelta(worker.takeDelta());
    const single = watchedSet();
    recordSome(single, 8, 100);
    recordSome(single, 9, 100);
    expect(summaries(merged, PLAYED)).toEqual(summaries(single, PLAYED));
  });

  it('with a key that is not watched here are refused', () => {
    const worker = watchedSet();
    worker.counter('orders').add(1, tags({ product: 0 }));
    expect(() => new MetricSet(RESOLVER).addDelta(worker.takeDelta())).toThrow(
      'metric "orders{product:serum}" is not watched',
    );
  });
});
