/**
 * Threshold expressions: k6's grammar (https://grafana.com/docs/k6/latest/using-k6/thresholds/).
 *
 *     expression  ->  aggregation operator number
 *     aggregation ->  counter | rate | gauge | trend
 *     counter     ->  "count" | "rate"
 *     rate        ->  "rate"
 *     gauge       ->  "value"
 *     trend       ->  "avg" | "min" | "max" | "med" | "count" | percentile
 *     percentile  ->  "p(" number ")"                           0 to 100
 *     operator    ->  ">" | ">=" | "<" | "<=" | "==" | "===" | "!="
 *     number      ->  "-"? digit+ ("." digit+)? | "-"? "." digit+
 *
 * Spaces between the parts are dropped. `rate` of a counter is per second, of a rate a share from 0 to 1. Times are in
 * ms, money in minor units; a number has no unit of its own. `count` of a trend is ours, the rest is k6's.
 */

import { didYouMean } from './edit-distance.ts';
import { type KnownTagValues, type MetricKey, parseMetricKey, ThresholdSyntaxError } from './metric-key.ts';
import { METRICS, type MetricSpec, type MetricType } from './registry.ts';

export { ThresholdSyntaxError } from './metric-key.ts';

export type Aggregation =
  | { readonly kind: 'count' | 'rate' | 'value' | 'avg' | 'min' | 'max' | 'med' }
  /** `q` is 0 to 1. */
  | { readonly kind: 'percentile'; readonly q: number };

const OPERATORS = ['<', '<=', '>', '>=', '==', '===', '!='] as const;
export type Operator = (typeof OPERATORS)[number];

export interface ParsedThreshold {
  /** Both as written. */
  readonly metric: string;
  readonly expression: string;
  readonly key: MetricKey;
  readonly aggregation: Aggregation;
  readonly operator: Operator;
  /** In the unit of the metric. */
  readonly bound: number;
}

/** What each type of metric can be asked for; `p(N)` stands for every percentile. */
export const AGGREGATIONS: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['count', 'rate'],
  rate: ['rate'],
  gauge: ['value'],
  trend: ['avg', 'min', 'max', 'med', 'p(N)', 'count'],
};

/**
 * Reads one threshold: a metric key as `parseMetricKey` takes it, and an expression. Throws ThresholdSyntaxError. The
 * values of tags are checked only when `known` is given.
 */
export function parseThreshold(metric: string, expression: string, known?: KnownTagValues): ParsedThreshold {
  const key = parseMetricKey(metric, known);
  // Three parts whatever the text, so that each can be complained about by itself.
  const [, aggregation, operator, bound] = /^\s*([^\s<>=!]*)\s*([<>=!]*)\s*(.*?)\s*$/s.exec(
    expression,
  ) as unknown as string[];
  return {
    metric,
    expression,
    key,
    aggregation: parseAggregation(aggregation, METRICS[key.name].type, key, expression),
    operator: parseOperator(operator, expression),
    bound: parseBound(bound, METRICS[key.name], expression),
  };
}

function parseAggregation(word: string, type: MetricType, key: MetricKey, expression: string): Aggregation {
  const allowed = AGGREGATIONS[type];
  const expected = `for ${key.name}, a ${type}: ${allowed.join(', ')}`;
  const percentile = /^p\((\d+(?:\.\d+)?|\.\d+)\)$/.exec(word);
  if (percentile !== null && type === 'trend') {
    const q = Number(percentile[1]) / 100;
    if (q <= 1) return { kind: 'percentile', q };
    throw new ThresholdSyntaxError(`there is no percentile above 100 in "${expression}"`, 'p(0) to p(100)');
  }
  if (word !== 'p(N)' && allowed.includes(word)) return { kind: word } as Aggregation;
  const known = percentile !== null || (word !== 'p(N)' && Object.values(AGGREGATIONS).flat().includes(word));
  const message = known ? `a ${type} has no ${word}` : `"${word}" is not an aggregation`;
  throw new ThresholdSyntaxError(`${message} in "${expression}"`, expected, aggregationHint(word, type));
}

function aggregationHint(word: string, type: MetricType): string | undefined {
  const digits = /^p\(?(\d+(?:\.\d+)?)\)?$/.exec(word);
  if (digits !== null && type === 'trend') return `did you mean "p(${digits[1]})"?`;
  if (word === 'p(N)') return 'N stands for a number: p(95)';
  if (type === 'trend' && (word === 'median' || word === 'p50')) return 'did you mean "med"?';
  if (type === 'trend' && (word === 'mean' || word === 'average')) return 'did you mean "avg"?';
  return didYouMean(word, AGGREGATIONS[type]);
}

const OPERATOR_SLIPS: Readonly<Record<string, Operator>> = {
  '=': '==',
  '=<': '<=',
  '=>': '>=',
  '<>': '!=',
  '!==': '!=',
};

function parseOperator(text: string, expression: string): Operator {
  const operator = OPERATORS.find((candidate) => candidate === text);
  if (operator !== undefined) return operator;
  const message = text === '' ? `"${expression}" compares nothing` : `"${text}" is not a comparison in "${expression}"`;
  const slip = Object.hasOwn(OPERATOR_SLIPS, text) ? `did you mean "${OPERATOR_SLIPS[text]}"?` : undefined;
  throw new ThresholdSyntaxError(message, `one of ${OPERATORS.join(' ')}`, slip);
}

function parseBound(text: string, { unit }: MetricSpec, expression: string): number {
  if (/^-?(?:\d+(?:\.\d+)?|\.\d+)$/.test(text)) return Number(text);
  const message = text === '' ? `"${expression}" has no number` : `"${text}" is not a number in "${expression}"`;
  throw new ThresholdSyntaxError(message, 'a plain number, without a unit', boundHint(text, unit));
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

function boundHint(text: string, unit: string): string | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*([a-z%]+)$/i.exec(text);
  if (parts === null) return undefined;
  if (parts[2] === '%') return `a share is from 0 to 1: write ${tidy(Number(parts[1]) / 100)}`;
  if (unit === 'ms' && Object.hasOwn(UNIT_MS, parts[2]))
    return `times are in ms: write ${tidy(Number(parts[1]) * UNIT_MS[parts[2]])}`;
  return `write ${parts[1]}`;
}

/** 0.999 rather than 0.9990000000000001. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
