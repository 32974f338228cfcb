import http, { type RefinedResponse } from 'k6/http';
import { epochMs } from '../../live/clock.ts';
import type { HttpResult, HttpSender } from '../../live/http.ts';
import type { HttpAnswer, HttpRequest } from '../../targets/target.ts';
import type { IsNamed } from '../../live/named-hosts.ts';

/**
 * k6's codes of requests that found no way to the backend: no address, an address that is not allowed, no TCP connection, a certificate that is not
 * trusted. Its other codes of TCP and TLS (1200 to 1202, 1220, 1300, 1301, ...) are also those of connections that broke when the request was under way: what
 * became of it, nobody knows.
 */
const NEVER_LEFT: ReadonlySet<number> = new Set([1101, 1110, 1111, 1210, 1211, 1212, 1213, 1310, 1311]);
/** k6 says this of a request whose time is over. */
const TIMED_OUT = 1050;

/**
 * Requests of k6's own client, while messages go on arriving. Connections are k6's: those of a VU are shared by the viewers of its pod, and so a
 * scenario's `connections: per-viewer` is not kept here.
 */
export class Requests implements HttpSender {
  inFlight = 0;
  private readonly userAgent: string;
  private readonly isNamed: IsNamed;
  private readonly tags: Readonly<Record<string, string>>;
  private readonly pending = new Set<(result: HttpResult) => void>();
  private isDestroyed = false;

  /** `what`: the tag `name` of k6's own metrics. */
  constructor(userAgent: string, isNamed: IsNamed, what: string) {
    this.userAgent = userAgent;
    this.isNamed = isNamed;
    this.tags = { name: what };
  }

  sendTo(origin: string, request: HttpRequest, timeoutMs: number): Promise<HttpResult> {
    const at = request.origin ?? origin;
    if (this.isDestroyed) return Promise.resolve({ failure: 'refused', queuedMs: 0 });
    if (!this.isNamed(at)) return Promise.resolve({ failure: 'refused', code: 'HOST_NOT_NAMED', queuedMs: 0 });
    this.inFlight++;
    return new Promise((resolve) => {
      const end = (result: HttpResult): void => {
        if (!this.pending.delete(end)) return;
        this.inFlight--;
        resolve(result);
      };
      this.pending.add(end);
      void this.ask(at, request, timeoutMs).then(end);
    });
  }

  private async ask(at: string, request: HttpRequest, timeoutMs: number): Promise<HttpResult> {
    const sentMs = epochMs();
    try {
      const headers = { 'user-agent': this.userAgent, ...request.headers };
      // A jar of k6 is of a VU, and its viewers are many people: what they keep, the adapter keeps for each.
      const jar = new http.CookieJar();
      const params = { headers, timeout: timeoutMs, redirects: 0, responseType: 'text' as const, tags: this.tags, jar };
      const answer = await http.asyncRequest(request.method, at + request.path, request.body ?? null, params);
      return { ...endingOf(answer, epochMs() - sentMs >= timeoutMs), queuedMs: 0 };
    } catch (error) {
      // Nothing that k6 can make a request of, or an answer that it could not take: nobody knows which.
      return { failure: 'broken', code: (error as Error).message, queuedMs: 0 };
    }
  }

  left(): void {}

  /** k6 cannot cut what is under way: it goes on until its time limit, and has ended as `broken` for whoever asked. */
  async destroy(): Promise<void> {
    this.isDestroyed = true;
    for (const end of this.pending) end({ failure: 'broken', queuedMs: 0 });
    // Whoever waited for an answer hears of it first.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

type Answered = RefinedResponse<'text'>;

function endingOf(answer: Answered, isLate: boolean) {
  const { status, error_code: code, error } = answer;
  if (status > 0) return { answer: new Answer(answer) };
  if (NEVER_LEFT.has(code)) return { failure: 'refused' as const, code: error };
  return { failure: code === TIMED_OUT || isLate ? ('timeout' as const) : ('broken' as const), code: error };
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
