import type { CompiledScenario } from '../crowd/compiled.ts';
import { METRIC_NAMES } from '../metrics/registry.ts';
import { MetricSet } from '../metrics/metric-set.ts';
import { SeriesMerger } from '../metrics/series-merger.ts';
import { emptyTags, resolverFor, type Span } from '../metrics/tags.ts';
import { parseThreshold, thresholdsToAbort, type ThresholdRule } from '../metrics/thresholds.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';
import { FUNNEL_FIELDS, type FunnelField, type SecondMessage } from '../live/messages.ts';

/** Known when the books have been read. */
const BY_THE_BOOKS = ['oversold_units', 'double_charges', 'lost_orders'] as const;

const VIDEO_METRICS = METRIC_NAMES.filter((name) => name.startsWith('video_'));

/** Everything that the workers reported, added up; complete up to the last message of each, also when one dies. */
export class Tally {
  readonly set: MetricSet;
  readonly series: SeriesMerger;
  readonly rules: readonly ThresholdRule[];
  /** By cue: viewers who received it. */
  readonly cuesReceived: Float64Array;
  /** By product: epoch time of every "0 left" that was published. */
  readonly soldOutAtEpochMs: number[][];
  /** How far the backend's clock is ahead of ours, at least, below zero; 0 when nothing shows that it is. */
  leastLagMs = 0;
  private readonly funnel: Float64Array;
  private readonly stock: (number | null)[];
  private readonly fromMs: number;
  private gaugedSeconds = 0;

  constructor(
    scenario: CompiledScenario,
    thresholds: Scenario['thresholds'],
    shards: number,
    fromMs: number,
    forMs: number,
  ) {
    this.fromMs = fromMs;
    this.set = new MetricSet(resolverFor(scenario));
    for (const name of BY_THE_BOOKS) this.set.unmeasured(name);
    if (scenario.video === null) for (const name of VIDEO_METRICS) this.set.unmeasured(name);
    this.rules = rulesOf(thresholds);
    for (const key of watchedKeys(this.rules)) this.set.watch(key);
    this.series = new SeriesMerger({
      shards,
      seconds: Math.max(1, Math.ceil(forMs / 1000)),
      startMs: fromMs,
      productIds: scenario.products.map((product) => product.id),
    });
    this.funnel = new Float64Array(scenario.products.length * FUNNEL_FIELDS.length);
    this.cuesReceived = new Float64Array(scenario.cues.length);
    this.soldOutAtEpochMs = scenario.products.map(() => []);
    this.stock = scenario.products.map(() => null);
  }

  add(shard: number, message: SecondMessage): void {
    this.series.add(shard, message.report);
    this.set.addDelta(message.metrics);
    message.funnel.forEach((amount, i) => (this.funnel[i] += amount));
    message.cuesReceived.forEach((amount, i) => (this.cuesReceived[i] += amount));
    this.leastLagMs = Math.min(this.leastLagMs, message.leastLagMs);
    for (const { product, left, publishedAtMs } of message.report.stock) {
      this.stock[product] = left;
      if (left === 0) this.soldOutAtEpochMs[product].push(publishedAtMs);
    }
    this.gaugeViewers();
  }

  funnelOf(product: number, field: FunnelField): number {
    return this.funnel[product * FUNNEL_FIELDS.length + FUNNEL_FIELDS.indexOf(field)];
  }

  /** Last published stock; null before any. */
  stockLeft(product: number): number | null {
    return this.stock[product];
  }

  /** The last second that every worker has reported; -1 before the first. */
  get lastSecond(): number {
    return this.series.completeSeconds - 1;
  }

  toAbort(playedMs: number): ThresholdRule[] {
    return thresholdsToAbort(this.rules, this.set, this.span(playedMs));
  }

  span(playedMs: number): Span {
    return { fromMs: this.fromMs, toMs: this.fromMs + playedMs };
  }

  private gaugeViewers(): void {
    for (; this.gaugedSeconds < this.series.completeSeconds; this.gaugedSeconds++) {
      const viewers = this.series.at('viewers', this.gaugedSeconds);
      const tags = { ...emptyTags(), atMs: this.fromMs + this.gaugedSeconds * 1000 };
      if (viewers !== null) this.set.gauge('viewers').set(viewers, tags);
    }
  }
}

/** The thresholds of a scenario, parsed. They have been validated. */
export function rulesOf(thresholds: Scenario['thresholds']): ThresholdRule[] {
  return Object.entries(thresholds).flatMap(([key, conditions]) =>
    conditions.map(({ threshold, abortOnFail, delayAbortEval }) => ({
      parsed: parseThreshold(key, threshold),
      abortOnFail,
      delayAbortEvalMs: delayAbortEval,
    })),
  );
}

/** As people are told of it: `chat_lag: p(99)<250`. */
export function thresholdText({ parsed }: ThresholdRule): string {
  return `${parsed.metric}: ${parsed.expression}`;
}

/** The tagged metrics that thresholds ask for. */
export function watchedKeys(rules: readonly ThresholdRule[]): string[] {
  return [...new Set(rules.map((rule) => rule.parsed.key.text))].filter((key) => key.includes('{'));
}
