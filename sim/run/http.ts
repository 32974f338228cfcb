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

  /** Never rejects. `timeoutMs` bounds the wait for the whole answer. */
  async send(request: HttpRequest, timeoutMs: number): Promise<HttpResult> {
    this.inFlight++;
    try {
      const { statusCode, body } = await this.pool.request({
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      return { answer: { status: statusCode, body: await body.text() } };
    } catch (error) {
      return { failure: failureOf(error) };
    } finally {
      this.inFlight--;
    }
  }

  /** Cuts what is in flight; those requests end as `broken`. */
  async destroy(): Promise<void> {
    await this.pool.destroy();
  }
}

const NEVER_LEFT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT']);
const TIMED_OUT = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function failureOf(error: unknown): HttpFailure {
  const code = codeOf(error);
  if (NEVER_LEFT.has(code)) return 'refused';
  return TIMED_OUT.has(code) ? 'timeout' : 'broken';
}

/** A connection that fails on every address is an AggregateError; its first part says why. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: string; errors?: { code?: string }[] };
  return code ?? errors?.[0]?.code ?? '';
}
