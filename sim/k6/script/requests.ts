import http, { type RefinedResponse } from 'k6/http';
import { epochMs } from '../../live/clock.ts';
import type { HttpResult, HttpSender } from '../../live/http.ts';
import type { HttpAnswer, HttpRequest } from '../../targets/target.ts';
import type { IsNamed } from './named.ts';

/** k6's codes of requests that found no way to the backend: name resolution (11xx), TCP dialling (12xx), TLS (13xx). */
const NEVER_LEFT = { from: 1100, until: 1400 };
/** Connection reset by the peer, which may have read the request: among those of TCP. */
const RESET = 1220;
/** k6 says this of a request whose time is over. */
const TIMED_OUT = 1050;
const DIAL_TIMED_OUT = 1211;

/**
 * Requests of k6's own client, while messages go on arriving. Connections are k6's: those of a VU are shared by the viewers of its pod, and so a
 * scenario's `connections: per-viewer` is not kept here.
 */
export class Requests implements HttpSender {
  inFlight = 0;
  private readonly userAgent: string;
  private readonly isNamed: IsNamed;
  private readonly tags: Readonly<Record<string, string>>;
  private isDestroyed = false;

  /** `what`: the tag `name` of k6's own metrics. */
  constructor(userAgent: string, isNamed: IsNamed, what: string) {
    this.userAgent = userAgent;
    this.isNamed = isNamed;
    this.tags = { name: what };
  }

  async sendTo(origin: string, request: HttpRequest, timeoutMs: number): Promise<HttpResult> {
    const at = request.origin ?? origin;
    if (this.isDestroyed) return { failure: 'refused', queuedMs: 0 };
    if (!this.isNamed(at)) return { failure: 'refused', code: 'HOST_NOT_NAMED', queuedMs: 0 };
    this.inFlight++;
    const sentMs = epochMs();
    try {
      const headers = { 'user-agent': this.userAgent, ...request.headers };
      // A jar of k6 is of a VU, and its viewers are many people: what they keep, the adapter keeps for each.
      const jar = new http.CookieJar();
      const params = { headers, timeout: timeoutMs, redirects: 0, responseType: 'text' as const, tags: this.tags, jar };
      const answer = await http.asyncRequest(request.method, at + request.path, request.body ?? null, params);
      return { ...endingOf(answer, epochMs() - sentMs >= timeoutMs), queuedMs: 0 };
    } catch (error) {
      // Nothing that k6 can make a request of.
      return { failure: 'refused', code: (error as Error).message, queuedMs: 0 };
    } finally {
      this.inFlight--;
    }
  }

  left(): void {}

  /** k6 cannot cut what is under way: it ends with its time limit, and nobody hears of it. */
  async destroy(): Promise<void> {
    this.isDestroyed = true;
  }
}

type Answered = RefinedResponse<'text'>;

function endingOf(answer: Answered, isLate: boolean) {
  const { status, error_code: code, error } = answer;
  if (status > 0) return { answer: new Answer(answer) };
  if (code === TIMED_OUT || (isLate && code !== DIAL_TIMED_OUT)) return { failure: 'timeout' as const, code: error };
  const neverLeft = code >= NEVER_LEFT.from && code < NEVER_LEFT.until && code !== RESET;
  return { failure: neverLeft ? ('refused' as const) : ('broken' as const), code: error };
}

class Answer implements HttpAnswer {
  readonly status: number;
  readonly body: string;
  private readonly headers: Readonly<Record<string, string>>;

  constructor({ status, body, headers }: Answered) {
    this.status = status;
    this.body = body ?? '';
    this.headers = headers;
  }

  header(name: string): string | null {
    // k6 has the names as Go writes them: `Set-Cookie`. It joins several of one name by `, `.
    for (const key of Object.keys(this.headers)) if (key.toLowerCase() === name) return this.headers[key];
    return null;
  }
}
