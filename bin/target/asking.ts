/** Conversations of the one viewer, and how they can fail, in words. */

import type { Conversed } from '../../sim/live/converse.ts';
import type { Conversation } from '../../sim/targets/target.ts';
import type { StepStatus } from './report.ts';

/** A request may take so long. */
export const TIMEOUT_MS = 10_000;

export type Ask = <T>(origin: string, conversation: Conversation<T>) => Promise<Conversed<T>>;

export function statusOf(result: { readonly failure: string; readonly code?: string }): StepStatus {
  return result.failure === 'refused' && result.code !== NOT_NAMED ? 'unreachable' : 'failed';
}

/** Of a conversation that came to no end. */
export function whyNot(result: Conversed<unknown>): string {
  if ('end' in result) return '';
  if (result.thrown) return `the answer could not be read: ${result.thrown.message}`;
  if (result.code === NOT_NAMED)
    return 'nothing was sent: the request goes to a host that the target file does not name; put it into `owned`, if you may load it';
  return [WORDS[result.failure], result.code].filter(Boolean).join(': ');
}

const NOT_NAMED = 'HOST_NOT_NAMED';

const WORDS = {
  refused: 'no connection',
  timeout: `no answer within ${TIMEOUT_MS / 1000} s`,
  broken: 'the connection broke before the answer',
} as const;
