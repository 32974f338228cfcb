import { Pool } from 'undici';
import type { HttpAnswer, HttpRequest } from '../targets/target.ts';

/** Why a request has no answer. `refused`: it never left; `timeout` and `broken`: it may have been carried out. */
export type HttpFailure = 'refused' | 'timeout' | 'broken';

export type HttpResult = { readonly answer: HttpAnswer } | { readonly failure: HttpFailure };

/** HTTP to one backend over kept-alive connections. */
export class HttpClient {
  inFlight = 0;
  private readonly pool: Pool;

  constructor(baseUrl: string, connections: number) {
    this.pool = new Pool(baseUrl, { connections, pipelining: 1, connect: { timeout: 5000 } });
  }

  /** Never rejects. `timeoutMs` bounds the whole exchange: the wait for a connection, the request, all of the answer. */
  async send(request: HttpRequest, timeoutMs: number): Promise<HttpResult> {
    this.inFlight++;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(TIME_IS_UP), timeoutMs);
    try {
      const { statusCode, body } = await this.pool.request({
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body,
        signal: abort.signal,
        // These would begin anew with every part of the answer.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      return { answer: { status: statusCode, body: await body.text() } };
    } catch (error) {
      return { failure: error === TIME_IS_UP ? 'timeout' : failureOf(error) };
    } finally {
      clearTimeout(timer);
      this.inFlight--;
    }
  }

  /** Cuts what is in flight; when it returns, those requests have ended as `broken`. */
  async destroy(): Promise<void> {
    await this.pool.destroy();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** A request that was given up while it waited for a connection ends so, too: who looks from outside cannot tell. */
const TIME_IS_UP = new Error('no answer in time');

function failureOf(error: unknown): HttpFailure {
  return NEVER_LEFT.has(codeOf(error)) ? 'refused' : 'broken';
}

/** A connection that fails on every address is an AggregateError; its first part says why. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: string; errors?: { code?: string }[] };
  return code ?? errors?.[0]?.code ?? '';
}
