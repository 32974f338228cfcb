import type { Conversation, HttpAnswer, HttpRequest } from '../targets/target.ts';
import { epochMs } from './clock.ts';
import type { HttpFailure, HttpResult, HttpSender } from './http.ts';

/** A conversation that comes to no end ends here, as `broken`: a viewer's. The books of a large shop have many pages. */
export const MOST_REQUESTS = 50;
export const MOST_PAGES = 10_000;

interface Course {
  /** The sum of the waits for connections of ours. */
  readonly queuedMs: number;
  /** That were made, the last one whether it left or not. */
  readonly requests: number;
}

/** How a conversation ended. What was answered before a failure has happened, whatever the failure says of the last request. */
export type Conversed<T> = Course &
  (
    | { readonly end: T; readonly lastAnswer: HttpAnswer | null }
    /** A request had no answer. `status`: of the last answer before it, if there was one. */
    | { readonly failure: HttpFailure; readonly code?: string; readonly status?: number; readonly thrown?: undefined }
    /** The target could not read an answer, or there was no end to it. */
    | { readonly failure: 'broken'; readonly thrown: Error; readonly lastAnswer: HttpAnswer }
  );

/** The answer that it ended with; `null`: it ended without one. */
export function lastAnswerOf(result: Conversed<unknown>): HttpAnswer | null {
  return 'lastAnswer' in result ? result.lastAnswer : null;
}

/** Why it came to no end. */
export function failureOf(result: Exclude<Conversed<unknown>, { readonly end: unknown }>): string {
  return result.thrown?.message ?? ('code' in result ? result.code : undefined) ?? result.failure;
}

/** Told of every exchange, for logs. `request`: as the target made it. */
export type OnExchange = (request: HttpRequest, result: HttpResult, tookMs: number) => void;

/**
 * Makes the requests of a conversation one after another, each to its own origin or else to `origin`. Never rejects, except for what `onExchange`
 * throws. `timeoutMs` bounds each request. `viewer`: as for HttpClient.
 */
export async function converse<T>(
  clients: Pick<HttpSender, 'sendTo'>,
  origin: string,
  conversation: Conversation<T>,
  timeoutMs: number,
  viewer?: number,
  onExchange?: OnExchange,
  mostRequests = MOST_REQUESTS,
): Promise<Conversed<T>> {
  let turn = conversation;
  let lastAnswer: HttpAnswer | null = null;
  let queuedMs = 0;
  let requests = 0;
  while ('ask' in turn) {
    const askedMs = onExchange === undefined ? 0 : epochMs();
    // oxlint-disable-next-line no-await-in-loop -- each request is made of the answer before it
    const result = await clients.sendTo(origin, turn.ask, timeoutMs, viewer);
    onExchange?.(turn.ask, result, epochMs() - askedMs);
    queuedMs += result.queuedMs;
    requests++;
    if ('failure' in result) {
      const { failure, code } = result;
      return { failure, code, status: lastAnswer?.status, queuedMs, requests };
    }
    lastAnswer = result.answer;
    try {
      turn = turn.then(lastAnswer);
    } catch (error) {
      return { failure: 'broken', thrown: asError(error), lastAnswer, queuedMs, requests };
    }
    if (requests === mostRequests && 'ask' in turn) {
      const thrown = new Error(`no end to it after ${mostRequests} requests`);
      return { failure: 'broken', thrown, lastAnswer, queuedMs, requests };
    }
  }
  return { end: turn.end, lastAnswer, queuedMs, requests };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
