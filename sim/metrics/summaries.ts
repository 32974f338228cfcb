/** The metrics as numbers for a result file. */

import type { MetricSummary } from '../result.ts';
import type { Trend } from './metrics.ts';
import type { MetricEntry, MetricSet } from './metric-set.ts';
import { METRICS } from './registry.ts';
import type { Span } from './tags.ts';

/**
 * By metric key, tagged parts included. What was not measured is left out: what was declared so, trends without values,
 * gauges never set. A rate that counted nothing is there with `rate: null`, a counter with 0.
 *
 * `played` is the span that was played, event time. `ratePerSec` of a counter is over that span; of a part tagged
 * `during`, over its share of it.
 */
export function summaries(set: MetricSet, played: Span): Record<string, MetricSummary> {
  const out: Record<string, MetricSummary> = {};
  for (const entry of set.all()) {
    const summary = set.isMeasured(entry.name) ? summaryOf(entry, played) : null;
    if (summary !== null) out[entry.key] = summary;
  }
  return out;
}

/** Events per second; null when none of the span falls into the windows of the metric. */
export function counterRatePerSec(entry: MetricEntry, count: number, played: Span): number | null {
  const ms = entry.selector === null ? played.toMs - played.fromMs : entry.selector.coveredMs(played);
  return ms > 0 ? (count * 1000) / ms : null;
}

function summaryOf(entry: MetricEntry, played: Span): MetricSummary | null {
  const { metric } = entry;
  const { unit } = METRICS[entry.name];
  switch (metric.type) {
    case 'trend':
      return metric.histogram.count === 0 ? null : trendSummary(metric, unit);
    case 'counter':
      return {
        type: 'counter',
        unit,
        count: metric.count,
        ratePerSec: counterRatePerSec(entry, metric.count, played) ?? 0,
      };
    case 'rate':
      return { type: 'rate', unit, rate: metric.rate, passes: metric.passes, total: metric.total };
    case 'gauge':
      return metric.last !== metric.last
        ? null
        : { type: 'gauge', unit, last: metric.last, min: metric.min, max: metric.max };
  }
}

function trendSummary({ histogram }: Trend, unit: string): MetricSummary {
  return {
    type: 'trend',
    unit,
    count: histogram.count,
    min: histogram.min,
    avg: histogram.mean,
    med: histogram.quantile(0.5),
    p90: histogram.quantile(0.9),
    p95: histogram.quantile(0.95),
    p99: histogram.quantile(0.99),
    p999: histogram.quantile(0.999),
    max: histogram.max,
  };
}
