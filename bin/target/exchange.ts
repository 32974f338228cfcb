/** Everything that went over the network, as it is shown. */

import type { HttpResult } from '../../sim/live/http.ts';
import type { HttpRequest, Payload } from '../../sim/targets/target.ts';

export type Exchange =
  | {
      readonly kind: 'http';
      readonly method: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | null;
      /** `null`: no answer; then `failure` says why. */
      readonly status: number | null;
      readonly failure: string | null;
      readonly answer: string | null;
      readonly tookMs: number;
    }
  | { readonly kind: 'line'; readonly what: 'dialled' | 'opened' | 'closed'; readonly text: string }
  | { readonly kind: 'frame'; readonly way: 'sent' | 'received'; readonly bytes: number; readonly text: string };

export function httpExchange(origin: string, request: HttpRequest, result: HttpResult, tookMs: number): Exchange {
  const { method, path, headers = {}, body = null } = request;
  const answer = 'answer' in result ? result.answer : null;
  return {
    kind: 'http',
    method,
    url: `${request.origin ?? origin}${path}`,
    headers,
    body,
    status: answer?.status ?? null,
    failure: 'failure' in result ? [result.failure, result.code].filter(Boolean).join(': ') : null,
    answer: answer?.body ?? null,
    tookMs: Math.round(tookMs),
  };
}

export function frameExchange(way: 'sent' | 'received', payload: Payload): Exchange {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload);
  return { kind: 'frame', way, bytes: bytes.length, text: readable(payload) };
}

/** Bytes of a binary protocol, with dots for what cannot be printed. */
function readable(payload: Payload): string {
  if (typeof payload === 'string') return payload;
  return Buffer.from(payload)
    .toString('utf8')
    .replaceAll(/[^\P{C}\n\t]/gu, '.');
}
