import type { HttpRequest } from '../targets/target.ts';
import { HttpClient, type HttpOptions, type HttpResult } from './http.ts';

/**
 * HTTP to many origins: an HttpClient for each, made at its first request. A target's parts may live in different places. Redirects are not
 * followed, neither within an origin nor to another.
 */
export class HttpClients {
  private readonly clients = new Map<string, HttpClient>();
  private readonly connectionsPerOrigin: number;
  private readonly options: HttpOptions;
  private isDestroyed = false;

  constructor(connectionsPerOrigin: number, options: HttpOptions = {}) {
    this.connectionsPerOrigin = connectionsPerOrigin;
    this.options = options;
  }

  /** Requests without an answer, waiting ones too. */
  get inFlight(): number {
    let sum = 0;
    for (const client of this.clients.values()) sum += client.inFlight;
    return sum;
  }

  /** As HttpClient's; `refused` also for an origin that is none. */
  send(request: HttpRequest & { readonly origin: string }, timeoutMs: number, viewer?: number): Promise<HttpResult> {
    return this.sendTo(request.origin, request, timeoutMs, viewer);
  }

  /** `origin`: for a request that names none. */
  sendTo(origin: string, request: HttpRequest, timeoutMs: number, viewer?: number): Promise<HttpResult> {
    const client = this.clientOf(request.origin ?? origin);
    if (client === null) return Promise.resolve({ failure: 'refused', code: 'ERR_INVALID_URL', queuedMs: 0 });
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

  /** Null: not an origin. */
  private clientOf(origin: string): HttpClient | null {
    const known = this.clients.get(origin);
    if (known !== undefined) return known;
    if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return null;
    const client = new HttpClient(origin, this.connectionsPerOrigin, this.options);
    // Who asks after the end is told so, and nothing is opened for it.
    if (this.isDestroyed) void client.destroy();
    this.clients.set(origin, client);
    return client;
  }
}
