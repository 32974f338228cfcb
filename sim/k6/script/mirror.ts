import { Counter as K6Counter, Gauge as K6Gauge, Rate as K6Rate, Trend as K6Trend } from 'k6/metrics';
import type { CompiledScenario } from '../../crowd/compiled.ts';
import { MetricSet } from '../../metrics/metric-set.ts';
import { Counter, Gauge, Rate, Trend, type Metric } from '../../metrics/metrics.ts';
import { METRIC_NAMES, METRICS, type MetricName, type MetricType } from '../../metrics/registry.ts';
import { resolverFor, Selector, type TagContext } from '../../metrics/tags.ts';
import { duringTag } from '../during-tag.ts';

/**
 * Figures for k6 as well: the same metrics under the same names as k6's own Trends, Counters and Rates, so that its thresholds and outputs have them.
 * A sample costs k6 several microseconds, and a trend keeps all of them in memory to the end of the test. So of a trend every value is handed on only
 * while there are few in a second, then every so manieth; counters are added up for a second first; of a rate over many, such as `chat_delivery`, every
 * hundredth is handed on, and a failure is never lost. The figures of the report are exact.
 */

type Tags = Readonly<Record<string, string>>;

/** Of a rate over many: what one sample stands for. */
const RATE_SAMPLE = 100;
/** Of a trend, about so many values a second and VU. */
const VALUES_A_SECOND = 200;

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
  private readonly held: Held[] = [];

  /** `watch`: tagged metrics that thresholds ask for. `pod`: tag of gauges, which k6 does not add up. */
  constructor(scenario: CompiledScenario, watch: readonly string[], k6: K6Metrics, pod: number) {
    this.tagsOf = tagger(scenario, watch);
    this.set = new MetricSet(resolverFor(scenario), (name) => this.metric(name, k6, pod));
  }

  /** Call once a second. `isLast`: nothing comes any more. */
  flush(isLast: boolean): void {
    for (const metric of this.held) metric.flush(isLast);
  }

  private metric(name: MetricName, k6: K6Metrics, pod: number): Metric {
    const told = k6.get(name);
    const { tagsOf } = this;
    switch (METRICS[name].type) {
      case 'trend':
        return this.holding(new ToldTrend(told as K6Trend, tagsOf));
      case 'counter':
        return this.holding(new ToldCounter(told as K6Counter, tagsOf));
      case 'rate':
        return this.holding(new ToldRate(told as K6Rate, tagsOf));
      case 'gauge':
        return new ToldGauge(told as K6Gauge, pod);
    }
  }

  private holding<T extends Held>(metric: T): T {
    this.held.push(metric);
    return metric;
  }
}

interface Held {
  flush(isLast: boolean): void;
}

class ToldTrend extends Trend {
  private readonly k6: K6Trend;
  /** Of this second. */
  private values = 0;
  /** Every so manieth is told. */
  private every = 1;
  private readonly tagsOf: (context: TagContext) => Tags;

  constructor(k6: K6Trend, tagsOf: (context: TagContext) => Tags) {
    super();
    this.k6 = k6;
    this.tagsOf = tagsOf;
  }

  override record(valueMs: number, tags: TagContext): void {
    super.record(valueMs, tags);
    if (this.values++ % this.every === 0) this.k6.add(valueMs, this.tagsOf(tags));
    // A second that is busier than the last one.
    if (this.values > 2 * this.every * VALUES_A_SECOND) this.every *= 2;
  }

  flush(): void {
    this.every = Math.max(1, Math.ceil(this.values / VALUES_A_SECOND));
    this.values = 0;
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

  /** Whole hundreds; what is left waits for more, and is rounded up at the end. */
  flush(isLast: boolean): void {
    const round = isLast ? Math.ceil : Math.floor;
    for (const [tags, waiting] of this.waiting) {
      const failures = round(waiting.failed / RATE_SAMPLE);
      const samples = Math.max(failures, round(waiting.total / RATE_SAMPLE));
      for (let i = 0; i < samples; i++) this.k6.add(i >= failures, tags);
      waiting.total -= samples * RATE_SAMPLE;
      waiting.failed -= failures * RATE_SAMPLE;
    }
    if (isLast) this.waiting.clear();
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
  const known = new Map<number, Tags>();
  return (context) => {
    const { room, persona, product } = context;
    let key =
      ((room + 1) * (scenario.personas.length + 1) + persona + 1) * (scenario.products.length + 1) + product + 1;
    for (const { selector } of windows) key = key * 2 + (selector.matches(context) ? 1 : 0);
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
