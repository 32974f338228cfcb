/** Thresholds: metrics, tags and expressions in their grammar, and tags that name something of this scenario. */

import { parseMetricKey } from '../../metrics/metric-key.ts';
import type { KnownTagValues } from '../../metrics/metric-key.ts';
import { parseThreshold, ThresholdSyntaxError } from '../../metrics/thresholds.ts';
import type { Finding } from '../finding.ts';
import { scenarioSchema } from '../schema/scenario.ts';
import { isRecord, ownValue } from '../schema/walk.ts';
import type { Path } from '../schema/walk.ts';
import { windowNames } from '../windows.ts';
import { BOT, readEntries, writtenKeys } from './draft.ts';
import type { Draft } from './draft.ts';

export function* checkThresholds(draft: Draft): Iterable<Finding> {
  const written = ownValue(draft.raw, 'thresholds');
  if (!isRecord(written)) return;
  for (const [key, list] of readEntries(draft.read.thresholds)) {
    const known = knownTagValues(draft, key);
    const isList = Array.isArray(written[key]);
    for (const [i, one] of list.entries()) {
      if (one?.threshold === undefined) continue;
      const path = ['thresholds', key, ...(isList ? [i] : [])];
      const finding = problemOf(key, one.threshold, known, path);
      if (finding === undefined) continue;
      yield finding;
      // Every expression would complain about the same key again.
      if (finding.at === 'key') break;
    }
  }
}

/** A key that stays wrong whatever the expression is the key's own fault. */
function problemOf(key: string, expression: string, known: KnownTagValues, path: Path): Finding | undefined {
  const byKey = attempt(key, undefined, known);
  if (byKey !== undefined) return { path: ['thresholds', key], at: 'key', ...byKey };
  const byExpression = attempt(key, expression, known);
  return byExpression && { path, ...byExpression };
}

function attempt(
  key: string,
  expression: string | undefined,
  known: KnownTagValues,
): Omit<Finding, 'path'> | undefined {
  try {
    if (expression === undefined) parseMetricKey(key, known);
    else parseThreshold(key, expression, known);
    return undefined;
  } catch (error) {
    if (!(error instanceof ThresholdSyntaxError)) throw error;
    return { message: error.message, expected: error.expected, hint: error.hint };
  }
}

/** Values of tags in this scenario. Of a section that cannot be read, whatever the key names passes for now. */
function knownTagValues({ raw, read }: Draft, key: string): KnownTagValues {
  const show = scenarioSchema.shape.show.safeParse(ownValue(raw, 'show'));
  const personas = writtenKeys(raw, 'personas');
  const canTellWindows = show.success && read.duration !== undefined;
  return {
    during: canTellWindows ? windowNames(show.data, read.duration) : namedBy(key),
    room: writtenKeys(raw, 'rooms') ?? namedBy(key),
    persona: personas === undefined ? namedBy(key) : [...personas, ...(read.bots === undefined ? [] : [BOT])],
    product: writtenKeys(raw, 'products') ?? namedBy(key),
  };
}

function namedBy(key: string): string[] {
  const braces = /\{(.*)\}/.exec(key)?.[1] ?? '';
  return braces.split(',').map((tag) => tag.slice(tag.indexOf(':') + 1).trim());
}
