import type { HttpAnswer } from '../../targets/target.ts';

/** No timer is set for longer: who says more is asked again after it. */
const MOST_MS = 3_600_000;

/**
 * How long an answer asks us to stay away (RFC 9110, section 10.2.3), at most an hour; null: it does not say. A date is held against the answer's
 * own, so that our clock does not matter.
 */
export function retryAfterMs(answer: HttpAnswer): number | null {
  const text = answer.header('retry-after')?.trim() ?? '';
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.parse(answer.header('date') ?? '');
  return Number.isNaN(waitMs) ? null : Math.min(MOST_MS, Math.max(0, waitMs));
}
