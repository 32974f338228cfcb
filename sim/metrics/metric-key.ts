/**
 * Metric keys, as thresholds name them.
 *
 *     key    ->  metric | metric "{" tag ("," tag)* "}"
 *     tag    ->  name ":" value
 *     metric ->  a name of METRICS
 *     name   ->  "during" | "room" | "persona" | "product"
 *     value  ->  one or more characters except "," "{" "}"
 *
 * A value goes from the first colon to the comma, so it may hold colons itself: `chat_lag{during:drop:serum}`. Spaces
 * around each part are dropped. Every tag appears at most once, and all of them must match.
 */

import { didYouMean } from './edit-distance.ts';
import { METRIC_NAMES, METRIC_TAGS, METRICS, type MetricName, type MetricTag } from './registry.ts';
import { TAGS_OF, type TagMatch } from './tags.ts';

/** A threshold that says something that cannot be. Shaped like a `Problem`, for the scenario's list of them. */
export class ThresholdSyntaxError extends Error {
  override readonly name = 'ThresholdSyntaxError';
  readonly expected: string;
  readonly hint: string | undefined;

  constructor(message: string, expected: string, hint?: string) {
    super(message);
    this.expected = expected;
    this.hint = hint;
  }
}

export interface MetricKey {
  /** Without spaces, tags in the order written. Two keys with the same text are the same metric. */
  readonly text: string;
  readonly name: MetricName;
  readonly tags: readonly TagMatch[];
}

/** The values that exist in a scenario, to check a key against. */
export type KnownTagValues = Readonly<Record<MetricTag, readonly string[]>>;

/** Throws ThresholdSyntaxError. Tag values are checked only when `known` is given. */
export function parseMetricKey(text: string, known?: KnownTagValues): MetricKey {
  const parts = /^\s*([^\s{}]*)\s*(?:\{([^{}]*)\}\s*)?$/.exec(text);
  if (parts === null) {
    throw new ThresholdSyntaxError(
      `"${text}" is not a metric`,
      'metric or metric{tag:value,tag:value}, with one pair of braces',
    );
  }
  const name = metricName(parts[1]);
  const tags = parts[2] === undefined ? [] : parts[2].split(',').map((tag) => parseTag(tag, name, known));
  const repeated = tags.find(({ tag }, i) => tags.findIndex((other) => other.tag === tag) !== i);
  if (repeated !== undefined) {
    throw new ThresholdSyntaxError(
      `the tag "${repeated.tag}" appears twice in "${text}"`,
      'every tag at most once',
      'all tags must match at once; write one threshold for each value',
    );
  }
  const braces = tags.length === 0 ? '' : `{${tags.map(({ tag, value }) => `${tag}:${value}`).join(',')}}`;
  return { text: name + braces, name, tags };
}

function metricName(word: string): MetricName {
  if (Object.hasOwn(METRICS, word)) return word as MetricName;
  throw new ThresholdSyntaxError(
    word === '' ? 'the metric has no name' : `there is no metric "${word}"`,
    `one of ${METRIC_NAMES.join(', ')}`,
    didYouMean(word, METRIC_NAMES),
  );
}

function parseTag(text: string, metric: MetricName, known: KnownTagValues | undefined): TagMatch {
  const colon = text.indexOf(':');
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  const value = colon < 0 ? '' : text.slice(colon + 1).trim();
  const allowed = TAGS_OF[metric];
  if (!Object.hasOwn(METRIC_TAGS, name)) {
    const names = Object.keys(METRIC_TAGS);
    throw new ThresholdSyntaxError(`there is no tag "${name}"`, `one of ${names.join(', ')}`, didYouMean(name, names));
  }
  const tag = name as MetricTag;
  if (!allowed.includes(tag)) {
    throw new ThresholdSyntaxError(`${metric} has no tag "${tag}"`, `for ${metric}: ${allowed.join(', ')}`);
  }
  if (value === '')
    throw new ThresholdSyntaxError(`the tag "${tag}" has no value`, `${tag}:value, ${METRIC_TAGS[tag]}`);
  if (known !== undefined && !known[tag].includes(value)) {
    const expected =
      known[tag].length === 0 ? `nothing: the scenario has none (${METRIC_TAGS[tag]})` : listOf(known[tag]);
    throw new ThresholdSyntaxError(`the scenario has no ${tag} "${value}"`, expected, didYouMean(value, known[tag]));
  }
  return { tag, value };
}

/** A scenario may have hundreds of cues; a message shows the first few. */
function listOf(values: readonly string[]): string {
  const shown = 8;
  const more = values.length > shown ? `, and ${values.length - shown} more` : '';
  return `one of ${values.slice(0, shown).join(', ')}${more}`;
}
