import { Counter as K6Counter, Gauge as K6Gauge, Rate as K6Rate, Trend as K6Trend } from 'k6/metrics';
import type { CompiledScenario } from '../../crowd/compiled.ts';
import { MetricSet } from '../../metrics/metric-set.ts';
import { Counter, Gauge, Rate, Trend, type Metric } from '../../metrics/metrics.ts';
import { METRIC_NAMES, METRICS, type MetricName, type MetricType } from '../../metrics/registry.ts';
import { resolverFor, Selector, type TagContext } from '../../metrics/tags.ts';
import { duringTag } from '../during-tag.ts';

/**
 * Figures for k6 as well: the same metrics under the same names as k6's own Trends, Counters and Rates, so that its thresholds and outputs have them.
 * A sample costs k6 several microseconds. Trends get every value; counters are added up for a second first; of a rate over many, such as
 * `chat_delivery`, every hundredth is handed on, rounded so that a failure is never lost.
 */

type Tags = Readonly<Record<string, string>>;

/** Of a rate over many: what one sample stands for. */
const RATE_SAMPLE = 100;

/** Handles of k6. They can be made in its init phase only. */
export type K6Metrics = ReadonlyMap<MetricName, K6Counter | K6Gauge | K6Rate | K6Trend>;

export function k6Metrics(): K6Metrics {
  return new Map(
    METRIC_NAMES.map((name) => {
      const { type, unit } = METRICS[name];
      return [name, k6Metric(name, type, unit === 'ms')];
    }),
  );
}

function k6Metric(name: MetricName, type: MetricType, isTime: boolean): K6Counter | K6Gauge | K6Rate | K6Trend {
  if (type === 'trend') return new K6Trend(name, isTime);
  if (type === 'counter') return new K6Counter(name);
  return type === 'rate' ? new K6Rate(name) : new K6Gauge(name);
}

/** One set of figures for a pod, that k6 is told of, too. */
export class Mirror {
  readonly set: MetricSet;
  private readonly tagsOf: (context: TagContext) => Tags;
  private readonly held: { flush(): void }[] = [];

  /** `watch`: tagged metrics that thresholds ask for. `pod`: tag of gauges, which k6 does not add up. */
  constructor(scenario: CompiledScenario, watch: readonly string[], k6: K6Metrics, pod: number) {
    this.tagsOf = tagger(scenario, watch);
    this.set = new MetricSet(resolverFor(scenario), (name) => this.metric(name, k6, pod));
  }

  /** Call once a second. */
  flush(): void {
    for (const metric of this.held) metric.flush();
  }

  private metric(name: MetricName, k6: K6Metrics, pod: number): Metric {
    const told = k6.get(name);
    const { tagsOf } = this;
    switch (METRICS[name].type) {
      case 'trend':
        return new ToldTrend(told as K6Trend, tagsOf);
      case 'counter':
        return this.holding(new ToldCounter(told as K6Counter, tagsOf));
      case 'rate':
        return this.holding(new ToldRate(told as K6Rate, tagsOf));
      case 'gauge':
        return new ToldGauge(told as K6Gauge, pod);
    }
  }

  private holding<T extends { flush(): void }>(metric: T): T {
    this.held.push(metric);
    return metric;
  }
}

class ToldTrend extends Trend {
  private readonly k6: K6Trend;
  private readonly tagsOf: (context: TagContext) => Tags;

  constructor(k6: K6Trend, tagsOf: (context: TagContext) => Tags) {
    super();
    this.k6 = k6;
    this.tagsOf = tagsOf;
  }

  override record(valueMs: number, tags: TagContext): void {
    super.record(valueMs, tags);
    this.k6.add(valueMs, this.tagsOf(tags));
  }
}

class ToldCounter extends Counter {
  private readonly k6: K6Counter;
  private readonly tagsOf: (context: TagContext) => Tags;
  private readonly waiting = new Map<Tags, number>();

  constructor(k6: K6Counter, tagsOf: (context: TagContext) => Tags) {
    super();
    this.k6 = k6;
    this.tagsOf = tagsOf;
  }

  override add(amount: number, tags: TagContext): void {
    super.add(amount, tags);
    const told = this.tagsOf(tags);
    this.waiting.set(told, (this.waiting.get(told) ?? 0) + amount);
  }

  flush(): void {
    for (const [tags, amount] of this.waiting) this.k6.add(amount, tags);
    this.waiting.clear();
  }
}

class ToldRate extends Rate {
  private readonly k6: K6Rate;
  private readonly tagsOf: (context: TagContext) => Tags;
  private readonly waiting = new Map<Tags, { total: number; failed: number }>();

  constructor(k6: K6Rate, tagsOf: (context: TagContext) => Tags) {
    super();
    this.k6 = k6;
    this.tagsOf = tagsOf;
  }

  override add(passes: number, total: number, tags: TagContext): void {
    super.add(passes, total, tags);
    const told = this.tagsOf(tags);
    if (total === 1) return this.k6.add(passes === 1, told);
    const waiting = this.waiting.get(told) ?? { total: 0, failed: 0 };
    waiting.total += total;
    waiting.failed += total - passes;
    this.waiting.set(told, waiting);
  }

  flush(): void {
    for (const [tags, { total, failed }] of this.waiting) {
      const failures = Math.ceil(failed / RATE_SAMPLE);
      const samples = Math.max(failures, Math.ceil(total / RATE_SAMPLE));
      for (let i = 0; i < samples; i++) this.k6.add(i >= failures, tags);
    }
    this.waiting.clear();
  }
}

class ToldGauge extends Gauge {
  private readonly k6: K6Gauge;
  private readonly tags: Tags;

  constructor(k6: K6Gauge, pod: number) {
    super();
    this.k6 = k6;
    this.tags = { pod: `${pod}` };
  }

  override set(value: number, tags: TagContext): void {
    super.set(value, tags);
    this.k6.add(value, this.tags);
  }
}

/** The same object for the same tags: k6 converts what it is given anew each time, but a Map finds it. */
function tagger(scenario: CompiledScenario, watch: readonly string[]): (context: TagContext) => Tags {
  const resolver = resolverFor(scenario);
  const windows = watchedWindows(watch).map((value) => ({
    tag: duringTag(value),
    selector: new Selector([{ tag: 'during', value }], resolver),
  }));
  const known = new Map<string, Tags>();
  return (context) => {
    const { room, persona, product } = context;
    let key = `${room},${persona},${product}`;
    for (const { selector } of windows) key += selector.matches(context) ? '+' : '-';
    const found = known.get(key);
    if (found !== undefined) return found;
    const tags: Record<string, string> = {};
    if (room >= 0) tags.room = scenario.rooms[room].id;
    if (persona >= 0) tags.persona = scenario.personas[persona].id;
    if (product >= 0) tags.product = scenario.products[product].id;
    for (const { tag, selector } of windows) if (selector.matches(context)) tags[tag] = 'yes';
    known.set(key, tags);
    return tags;
  };
}

/** The values of `during` that thresholds ask for. */
function watchedWindows(watch: readonly string[]): string[] {
  const values = watch.flatMap((key) => /[{,]\s*during:([^,}]+)/.exec(key)?.[1].trim() ?? []);
  return [...new Set(values)];
}
