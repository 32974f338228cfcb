/**
 * Thresholds judged: pass, fail, or unknown when nothing was measured. Unknown is never a pass. Only a counter in which
 * nothing was counted is 0, because nothing counted is an answer, unless it was declared unmeasured.
 */

import type { ThresholdResult } from '../result.ts';
import type { Trend } from './metrics.ts';
import type { MetricEntry, MetricSet } from './metric-set.ts';
import { counterRatePerSec } from './summaries.ts';
import type { Span } from './tags.ts';
import type { Aggregation, Operator, ParsedThreshold } from './threshold-grammar.ts';

export { parseThreshold, ThresholdSyntaxError, type ParsedThreshold } from './threshold-grammar.ts';

export interface ThresholdRule {
  readonly parsed: ParsedThreshold;
  /** End the run when it fails. */
  readonly abortOnFail: boolean;
  /** Not before this much of the window was played. 0: from the first evaluation. */
  readonly delayAbortEvalMs: number;
}

export interface Judgement {
  readonly status: 'pass' | 'fail' | 'unknown';
  /** In the unit of the metric; `null` exactly when unknown. */
  readonly observed: number | null;
}

/**
 * Judges one threshold on what was measured so far. `played` is the span played so far, event time; only rates of
 * counters depend on it. Throws RangeError when the metric's key is not watched in the set.
 */
export function evaluateThreshold(parsed: ParsedThreshold, set: MetricSet, played: Span): Judgement {
  const entry = set.entry(parsed.key.text);
  const observed = set.isMeasured(entry.name) ? observe(entry, parsed.aggregation, played) : null;
  if (observed === null) return { status: 'unknown', observed };
  return { status: holds(observed, parsed.operator, parsed.bound) ? 'pass' : 'fail', observed };
}

/** Those that say the run should end now: they fail, ask for it, and their delay is over. In the order given. */
export function thresholdsToAbort(rules: readonly ThresholdRule[], set: MetricSet, played: Span): ThresholdRule[] {
  const playedMs = played.toMs - played.fromMs;
  return rules.filter(
    ({ parsed, abortOnFail, delayAbortEvalMs }) =>
      abortOnFail && playedMs >= delayAbortEvalMs && evaluateThreshold(parsed, set, played).status === 'fail',
  );
}

/**
 * All thresholds for a result file. `aborted` are the rules that ended the run, as `thresholdsToAbort` named them;
 * `abortedAtMs` is event time.
 */
export function thresholdResults(
  rules: readonly ThresholdRule[],
  set: MetricSet,
  played: Span,
  aborted: readonly ThresholdRule[] = [],
  abortedAtMs: number | null = null,
): ThresholdResult[] {
  return rules.map((rule) => ({
    metric: rule.parsed.metric,
    expression: rule.parsed.expression,
    ...evaluateThreshold(rule.parsed, set, played),
    abortOnFail: rule.abortOnFail,
    abortedAtMs: aborted.includes(rule) ? abortedAtMs : null,
  }));
}

function observe(entry: MetricEntry, aggregation: Aggregation, played: Span): number | null {
  const { metric } = entry;
  switch (metric.type) {
    case 'trend':
      return metric.histogram.count === 0 ? null : observeTrend(metric, aggregation);
    case 'counter':
      return observeCounter(entry, metric.count, aggregation, played);
    case 'rate':
      return metric.rate;
    case 'gauge':
      return metric.last !== metric.last ? null : metric.last;
  }
}

/** In a window that the run has not reached, 0 is no answer: nothing could be counted. */
function observeCounter(entry: MetricEntry, count: number, aggregation: Aggregation, played: Span): number | null {
  const ratePerSec = counterRatePerSec(entry, count, played);
  if (aggregation.kind === 'rate') return ratePerSec;
  return entry.selector !== null && ratePerSec === null ? null : count;
}

function observeTrend({ histogram }: Trend, aggregation: Aggregation): number {
  switch (aggregation.kind) {
    case 'percentile':
      return histogram.quantile(aggregation.q);
    case 'med':
      return histogram.quantile(0.5);
    case 'avg':
      return histogram.mean;
    case 'min':
      return histogram.min;
    case 'max':
      return histogram.max;
    case 'count':
      return histogram.count;
    default:
      throw new RangeError(`a trend has no ${aggregation.kind}`);
  }
}

function holds(observed: number, operator: Operator, bound: number): boolean {
  switch (operator) {
    case '<':
      return observed < bound;
    case '<=':
      return observed <= bound;
    case '>':
      return observed > bound;
    case '>=':
      return observed >= bound;
    case '==':
    case '===':
      return observed === bound;
    case '!=':
      return observed !== bound;
  }
}
