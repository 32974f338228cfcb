import type { Scenario } from '../scenario/schema/scenario.ts';
import { METRICS } from '../metrics/registry.ts';
import { parseThreshold } from '../metrics/threshold-grammar.ts';
import { duringTag } from './during-tag.ts';
import type { K6Threshold } from './event.ts';

/** Measured by whoever has the books: k6 has no figures, and would pass them. */
const NOT_IN_K6 = new Set(['oversold_units', 'double_charges', 'lost_orders']);

export interface K6Thresholds {
  readonly thresholds: Readonly<Record<string, readonly K6Threshold[]>>;
  /** Keys of the scenario that k6 cannot judge: the report does. */
  readonly left: readonly string[];
}

/**
 * The scenario's thresholds in k6's own words: `chat_lag{during:drop:serum}` becomes `chat_lag{during_drop_serum:yes}`. Gauges are of a pod alone, and
 * k6 does not add them up, so they are left to the report, as is what only the books tell.
 */
export function k6Thresholds(written: Scenario['thresholds']): K6Thresholds {
  const thresholds: Record<string, K6Threshold[]> = {};
  const left: string[] = [];
  for (const [key, conditions] of Object.entries(written)) {
    for (const { threshold, abortOnFail, delayAbortEval } of conditions) {
      const { key: parsed, metric, expression, aggregation } = parseThreshold(key, threshold);
      const { type } = METRICS[parsed.name];
      // `count` of a trend is ours alone.
      const isOurs = type === 'gauge' || (type === 'trend' && aggregation.kind === 'count');
      if (NOT_IN_K6.has(parsed.name) || isOurs) {
        if (!left.includes(metric)) left.push(metric);
        continue;
      }
      const tags = parsed.tags.map(({ tag, value }) =>
        tag === 'during' ? `${duringTag(value)}:yes` : `${tag}:${value}`,
      );
      const k6Key = tags.length === 0 ? parsed.name : `${parsed.name}{${tags.join(',')}}`;
      const delay = delayAbortEval > 0 ? { delayAbortEval: `${delayAbortEval}ms` } : {};
      (thresholds[k6Key] ??= []).push({
        threshold: expression,
        ...(abortOnFail ? { abortOnFail: true, ...delay } : {}),
      });
    }
  }
  return { thresholds, left };
}
