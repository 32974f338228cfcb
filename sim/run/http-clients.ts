import type { HttpRequest } from '../targets/target.ts';
import type { HttpResult, HttpSender } from '../live/http.ts';
import { HttpClient, type HttpOptions } from './http.ts';
import type { IsNamed } from '../live/named-hosts.ts';
import { namedHosts } from './named-hosts.ts';

interface ClientsOptions extends HttpOptions {
  /** Hosts that may be asked. Default null: any. */
  readonly hosts?: readonly string[] | null;
}

/**
 * HTTP to many origins: an HttpClient for each, made at its first request. A target's parts may live in different places. Redirects are not
 * followed, neither within an origin nor to another.
 */
export class HttpClients implements HttpSender {
  private readonly clients = new Map<string, HttpClient>();
  private readonly connectionsPerOrigin: number;
  private readonly options: HttpOptions;
  private readonly isNamed: IsNamed;
  private isDestroyed = false;

  constructor(connectionsPerOrigin: number, { hosts = null, ...options }: ClientsOptions = {}) {
    this.connectionsPerOrigin = connectionsPerOrigin;
    this.options = options;
    this.isNamed = namedHosts(hosts);
  }

  /** Requests without an answer, waiting ones too. */
  get inFlight(): number {
    let sum = 0;
    for (const client of this.clients.values()) sum += client.inFlight;
    return sum;
  }

  /** As HttpClient's; `refused` also for an origin that is none (ERR_INVALID_URL), and for one whose host is not among `hosts` (HOST_NOT_NAMED). */
  send(request: HttpRequest & { readonly origin: string }, timeoutMs: number, viewer?: number): Promise<HttpResult> {
    return this.sendTo(request.origin, request, timeoutMs, viewer);
  }

  /** `origin`: for a request that names none. */
  sendTo(origin: string, request: HttpRequest, timeoutMs: number, viewer?: number): Promise<HttpResult> {
    const client = this.clientOf(request.origin ?? origin);
    if (typeof client === 'string') return Promise.resolve({ failure: 'refused', code: client, queuedMs: 0 });
    return client.send(request, timeoutMs, viewer);
  }

  /** The viewer is gone: its connections end with their last answer. */
  left(viewer: number): void {
    for (const client of this.clients.values()) client.left(viewer);
  }

  /** Cuts what is in flight; when it returns, what was sent has ended as `broken`. */
  async destroy(): Promise<void> {
    this.isDestroyed = true;
    await Promise.all(Array.from(this.clients.values(), (client) => client.destroy()));
  }

  /** Or the code of why not. */
  private clientOf(origin: string): HttpClient | 'ERR_INVALID_URL' | 'HOST_NOT_NAMED' {
    const known = this.clients.get(origin);
    if (known !== undefined) return known;
    if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return 'ERR_INVALID_URL';
    if (!this.isNamed(origin)) return 'HOST_NOT_NAMED';
    const client = new HttpClient(origin, this.connectionsPerOrigin, this.options);
    // Who asks after the end is told so, and nothing is opened for it.
    if (this.isDestroyed) void client.destroy();
    this.clients.set(origin, client);
    return client;
  }
}
