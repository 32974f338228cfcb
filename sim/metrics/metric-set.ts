/**
 * All metrics of the registry, and the tagged parts that thresholds ask for. A worker records into its own set and
 * sends what is new every second (`takeDelta`); the coordinator adds the deltas of all workers (`addDelta`). Deltas may
 * come in any order, and what a worker sent before it died counts.
 *
 * Gauges are no part of a delta: the minimum and maximum of a sum cannot be told from those of its parts. The
 * coordinator sets `viewers` itself, from the sum over workers of the same second (`SeriesMerger`).
 */

import type { SparseHistogram } from './histogram.ts';
import { parseMetricKey } from './metric-key.ts';
import { Counter, Gauge, type Metric, Rate, Trend, type Watched } from './metrics.ts';
import { METRIC_NAMES, METRICS, type MetricName, type MetricType } from './registry.ts';
import { Selector, type TagResolver } from './tags.ts';

type NamesOf<T extends MetricType> = {
  [N in MetricName]: (typeof METRICS)[N]['type'] extends T ? N : never;
}[MetricName];
export type TrendName = NamesOf<'trend'>;
export type CounterName = NamesOf<'counter'>;
export type RateName = NamesOf<'rate'>;
export type GaugeName = NamesOf<'gauge'>;

/** What was recorded since the last one; only metrics that changed. JSON and structured clone keep it as it is. */
export interface MetricDelta {
  readonly trends: Readonly<Record<string, SparseHistogram>>;
  readonly counters: Readonly<Record<string, number>>;
  /** Passes and total. */
  readonly rates: Readonly<Record<string, readonly [passes: number, total: number]>>;
}

/** A metric or a tagged part of one. */
export interface MetricEntry {
  readonly key: string;
  readonly name: MetricName;
  readonly metric: Metric;
  /** Null for the whole metric. */
  readonly selector: Selector | null;
}

export class MetricSet {
  private readonly entries = new Map<string, MetricEntry>();
  private readonly notMeasured = new Set<MetricName>();
  private readonly resolver: TagResolver;

  /** `make`: what a whole metric is, where others are to see its figures as well. */
  constructor(resolver: TagResolver, make: (name: MetricName) => Metric = (name) => newMetric(METRICS[name].type)) {
    this.resolver = resolver;
    for (const name of METRIC_NAMES) {
      this.entries.set(name, { key: name, name, metric: make(name), selector: null });
    }
  }

  trend(name: TrendName): Trend {
    return this.entry(name).metric as Trend;
  }

  counter(name: CounterName): Counter {
    return this.entry(name).metric as Counter;
  }

  rate(name: RateName): Rate {
    return this.entry(name).metric as Rate;
  }

  gauge(name: GaugeName): Gauge {
    return this.entry(name).metric as Gauge;
  }

  /**
   * Keeps a tagged part of a metric from now on; asking again changes nothing. Workers and coordinator watch the same
   * keys. Throws ThresholdSyntaxError for a malformed key, RangeError for an id or a window the scenario does not have.
   */
  watch(key: string): void {
    const { text, name, tags } = parseMetricKey(key);
    if (this.entries.has(text)) return;
    const whole = this.entry(name).metric;
    const metric = newMetric(whole.type);
    const selector = new Selector(tags, this.resolver);
    (whole.watched as Watched<Metric>[]).push({ selector, metric });
    this.entries.set(text, { key: text, name, metric, selector });
  }

  /** Says that nobody measured this (the target has no chat times, the books were not read): verdicts are unknown. */
  unmeasured(name: MetricName): void {
    this.notMeasured.add(name);
  }

  /** Takes `unmeasured` back: the books were read after all. */
  measured(name: MetricName): void {
    this.notMeasured.delete(name);
  }

  isMeasured(name: MetricName): boolean {
    return !this.notMeasured.has(name);
  }

  /** By key as `watch` takes it, spaces and all. Throws RangeError when it is not watched. */
  entry(key: string): MetricEntry {
    const entry = this.entries.get(key) ?? this.entries.get(parseMetricKey(key).text);
    if (entry === undefined) throw new RangeError(`metric "${key}" is not watched`);
    return entry;
  }

  /** Whole metrics in the registry's order, then tagged parts in the order they were asked for. */
  all(): IterableIterator<MetricEntry> {
    return this.entries.values();
  }

  /** What was recorded since the last call, and starts again from nothing. Gauges keep their values. */
  takeDelta(): MetricDelta {
    const trends: Record<string, SparseHistogram> = {};
    const counters: Record<string, number> = {};
    const rates: Record<string, readonly [number, number]> = {};
    for (const { key, metric } of this.entries.values()) {
      if (metric.type === 'trend' && metric.histogram.count + metric.histogram.refused > 0) {
        trends[key] = metric.histogram.toSparse();
        metric.histogram.reset();
      } else if (metric.type === 'counter' && metric.count !== 0) {
        counters[key] = metric.count;
        metric.reset();
      } else if (metric.type === 'rate' && metric.total !== 0) {
        rates[key] = [metric.passes, metric.total];
        metric.reset();
      }
    }
    return { trends, counters, rates };
  }

  /** Adds a worker's delta. Throws RangeError when it holds a key that is not watched here. */
  addDelta(delta: MetricDelta): void {
    for (const [key, sparse] of Object.entries(delta.trends))
      (this.entry(key).metric as Trend).histogram.addSparse(sparse);
    for (const [key, count] of Object.entries(delta.counters)) (this.entry(key).metric as Counter).addAlone(count);
    for (const [key, [passes, total]] of Object.entries(delta.rates))
      (this.entry(key).metric as Rate).addAlone(passes, total);
  }
}

function newMetric(type: MetricType): Metric {
  switch (type) {
    case 'trend':
      return new Trend();
    case 'counter':
      return new Counter();
    case 'rate':
      return new Rate();
    case 'gauge':
      return new Gauge();
  }
}
