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
    let timer: NodeJS.Timeout | undefined;
    // The pool looks at the signal of a request that waits for a connection only when its turn has come.
    const late = new Promise<HttpResult>((resolve) => {
      timer = setTimeout(() => {
        resolve({ failure: 'timeout' });
        abort.abort();
      }, timeoutMs);
    });
    const result = await Promise.race([this.exchange(request, abort.signal), late]);
    clearTimeout(timer);
    this.inFlight--;
    return result;
  }

  /** Cuts what is in flight; when it returns, those requests have ended as `broken`. */
  async destroy(): Promise<void> {
    await this.pool.destroy();
    await new Promise((resolve) => setImmediate(resolve));
  }

  private async exchange({ method, path, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
    try {
      // The pool's own time-outs would begin anew with every part of the answer.
      const answer = await this.pool.request({
        method,
        path,
        headers,
        body,
        signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      return { answer: { status: answer.statusCode, body: await answer.body.text() } };
    } catch (error) {
      return { failure: NEVER_LEFT.has(codeOf(error)) ? 'refused' : 'broken' };
    }
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

/** A connection that fails on every address is an AggregateError; its first part says why. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: string; errors?: { code?: string }[] };
  return code ?? errors?.[0]?.code ?? '';
}
