import { Pool } from 'undici';
import type { HttpAnswer, HttpRequest } from '../targets/target.ts';

/** Why a request has no answer. `refused`: it never left; `timeout` and `broken`: it may have been carried out. */
export type HttpFailure = 'refused' | 'timeout' | 'broken';

/** `queuedMs`: how long the request waited for a free connection of ours. */
export type HttpResult = Exchange & {
  readonly queuedMs: number;
};

/** HTTP to one backend over kept-alive connections. */
export class HttpClient {
  /** Requests without an answer, waiting ones too. */
  inFlight = 0;
  private readonly pool: Pool;
  private readonly connections: number;
  private busy = 0;
  private destroyed = false;
  private readonly waiting: (() => void)[] = [];

  constructor(baseUrl: string, connections: number) {
    this.connections = connections;
    this.pool = new Pool(baseUrl, { connections, pipelining: 1, connect: { timeout: 5000 } });
  }

  /**
   * Never rejects. `timeoutMs` bounds all of it: the wait for a connection, the request, and the whole answer. What was not sent
   * before that, or before `destroy`, ends as `refused`: it never left.
   */
  async send(request: HttpRequest, timeoutMs: number): Promise<HttpResult> {
    this.inFlight++;
    const askedMs = performance.now();
    while (this.busy >= this.connections && !this.destroyed) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    // The pool would queue without a word; here the wait is known, and it is ours, not the backend's.
    const queuedMs = performance.now() - askedMs;
    const leftMs = timeoutMs - queuedMs;
    const result: Exchange =
      leftMs > 0 && !this.destroyed ? await this.bounded(request, leftMs) : { failure: 'refused' };
    this.inFlight--;
    this.waiting.shift()?.();
    return { ...result, queuedMs };
  }

  /** Cuts what is in flight; when it returns, those requests have ended as `broken`. */
  async destroy(): Promise<void> {
    this.destroyed = true;
    for (const resume of this.waiting.splice(0)) resume();
    await this.pool.destroy();
    while (this.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  private async bounded(request: HttpRequest, ms: number): Promise<Exchange> {
    this.busy++;
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Exchange>((resolve) => {
      timer = setTimeout(() => {
        resolve({ failure: 'timeout' });
        abort.abort();
      }, ms);
    });
    const result = await Promise.race([this.exchange(request, abort.signal), late]);
    clearTimeout(timer);
    this.busy--;
    return result;
  }

  private async exchange({ method, path, headers, body }: HttpRequest, signal: AbortSignal): Promise<Exchange> {
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
      const code = codeOf(error);
      return { failure: NEVER_LEFT.has(code) ? 'refused' : 'broken', code };
    }
  }
}

type Exchange = { readonly answer: HttpAnswer } | { readonly failure: HttpFailure; readonly code?: string };

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
