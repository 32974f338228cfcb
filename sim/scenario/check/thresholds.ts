/** Thresholds: metrics, tags and expressions in their grammar, and tags that name something of this scenario. */

import { parseThreshold, ThresholdSyntaxError } from '../../metrics/thresholds.ts';
import { parseMetricKey } from '../../metrics/metric-key.ts';
import type { KnownTagValues } from '../../metrics/metric-key.ts';
import type { Finding } from '../finding.ts';
import { isRecord, ownValue } from '../schema/walk.ts';
import type { Path } from '../schema/walk.ts';
import { MAX_DURATION_MS } from '../units.ts';
import { windowNames } from '../windows.ts';
import { readEntries, writtenKeys } from './draft.ts';
import type { Draft } from './draft.ts';

export function* checkThresholds(draft: Draft): Iterable<Finding> {
  const written = ownValue(draft.raw, 'thresholds');
  if (!isRecord(written)) return;
  const known = knownTagValues(draft);
  for (const [key, list] of readEntries(draft.read.thresholds)) {
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

function attempt(key: string, expression: string | undefined, known: KnownTagValues): Omit<Finding, 'path'> | undefined {
  try {
    if (expression === undefined) parseMetricKey(key, known);
    else parseThreshold(key, expression, known);
    return undefined;
  } catch (error) {
    if (!(error instanceof ThresholdSyntaxError)) throw error;
    return { message: error.message, expected: error.expected, hint: error.hint };
  }
}

function knownTagValues({ raw, read }: Draft): KnownTagValues {
  const bots = read.bots === undefined ? [] : ['bots'];
  return {
    during: windowNames(read.show ?? [], read.duration ?? MAX_DURATION_MS),
    room: writtenKeys(raw, 'rooms') ?? [],
    persona: [...(writtenKeys(raw, 'personas') ?? []), ...bots],
    product: writtenKeys(raw, 'products') ?? [],
  };
}
