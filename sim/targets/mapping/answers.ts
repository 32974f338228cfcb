/** What an answer means. */

import type { HttpAnswer, OutcomeCode, OutcomeStatus } from '../target.ts';
import { condition, needsJson, type Conditions } from './condition.ts';
import { excerptOf, jsonOf } from './json.ts';
import type { MEANINGS } from './step-options.ts';

type MeaningName = (typeof MEANINGS)[number];

export interface Meaning {
  readonly status: OutcomeStatus;
  readonly code: OutcomeCode;
}

const OK: Meaning = { status: 'ok', code: 'ok' };
const UNKNOWN: Meaning = { status: 'unknown', code: 'broken' };
const THROTTLED_STATUSES = [408, 425, 429];

/**
 * The first rule that fits decides, in the order written; what fits none is judged by its status. Throws Error for an answer that says neither: a
 * redirect, or a body that is no JSON where a rule would have to look into it. `value`: of the body, its text where it is no JSON.
 */
export function meaningReader(
  rules: Partial<Record<MeaningName, Conditions>> | undefined,
): (answer: HttpAnswer, value: unknown) => Meaning {
  const known = Object.entries(rules ?? {}).map(([name, rule]) => ({
    meaning: meaningOf(name as MeaningName),
    holds: condition(rule),
  }));
  const looksInside = Object.values(rules ?? {}).some(needsJson);
  return (answer, value) => {
    const found = known.find(({ holds }) => holds(value, answer.status));
    if (found) return found.meaning;
    const isText = typeof value === 'string' && value.trim() !== '' && jsonOf(answer.body) === undefined;
    if (looksInside && isText && isGood(answer.status))
      throw new Error(
        `status ${answer.status}, but the body is no JSON, where \`answers\` looks for it: ${excerptOf(answer)}`,
      );
    return byStatus(answer);
  };
}

function meaningOf(name: MeaningName): Meaning {
  if (name === 'ok') return OK;
  return name === 'retry' || name === 'unknown' ? UNKNOWN : { status: 'rejected', code: name };
}

function byStatus(answer: HttpAnswer): Meaning {
  const { status } = answer;
  if (isGood(status)) return OK;
  if (status >= 500) return UNKNOWN;
  if (THROTTLED_STATUSES.includes(status)) return { status: 'rejected', code: 'throttled' };
  if (status >= 400) return { status: 'rejected', code: 'refused' };
  const where = answer.header('location');
  const to = where === null ? '' : ` to ${where}`;
  throw new Error(`status ${status}${to}: say in \`answers\` what it means, such as { ok: { status: ${status} } }`);
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}
