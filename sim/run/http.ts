import type { HttpResult } from '../live/http.ts';
import type { HttpRequest } from '../targets/target.ts';
import { Connector } from './http/connector.ts';
import type { Connections } from './http/connections.ts';
import { Exchange } from './http/exchange.ts';
import { PerViewer } from './http/per-viewer.ts';
import { Pooled } from './http/pooled.ts';
import { TimeLimits } from './http/time-limits.ts';
import { LocalAddresses } from './wire/local-addresses.ts';
import { Tls, type TlsSettings } from './wire/tls.ts';

export interface HttpOptions {
  /** `pooled`, the default: a request takes any connection that is free. `per-viewer`: each viewer has its own, as phones do. */
  readonly policy?: 'pooled' | 'per-viewer';
  /** Addresses to connect from. Default: the system chooses. */
  readonly localAddresses?: LocalAddresses;
  readonly tls?: TlsSettings;
  /** A longer answer is `broken`. Default 256 MiB: the books of a large event are long. */
  readonly maxAnswerBytes?: number;
  /** `User-Agent` of requests that have none of their own. */
  readonly userAgent?: string;
}

const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
/** For who asks on nobody's behalf. */
const NOBODY = -1;

/**
 * HTTP to one backend over kept-alive connections, at most `connections` of them. To open one is part of the request that needs it, as
 * for phones. Redirects are answers like any other: nobody follows them. Through a proxy where the environment names one (see Proxies).
 */
export class HttpClient {
  /** Requests without an answer, waiting ones too. */
  inFlight = 0;
  private readonly limits = new TimeLimits();
  private readonly connections: Connections;
  private isDestroyed = false;

  constructor(baseUrl: string, connections: number, options: HttpOptions = {}) {
    const { policy = 'pooled', localAddresses = new LocalAddresses(), maxAnswerBytes = MAX_ANSWER_BYTES } = options;
    const connector = new Connector(localAddresses, this.limits, new Tls(options.tls));
    const parts = { baseUrl: new URL(baseUrl), connector, maxAnswerBytes, userAgent: options.userAgent ?? null };
    this.connections = policy === 'pooled' ? new Pooled(parts, connections) : new PerViewer(parts, connections);
  }

  /**
   * Never rejects. `timeoutMs` bounds all of it: the wait for a connection, the request, and the whole answer. What was not sent
   * before that, or before `destroy`, ends as `refused`: it never left. `viewer`: a number that no other viewer of the run has.
   */
  send(request: HttpRequest, timeoutMs: number, viewer = NOBODY): Promise<HttpResult> {
    return new Promise((resolve) => {
      const askedMs = performance.now();
      const exchange = new Exchange(request, viewer, askedMs, () => this.ended(exchange, resolve));
      this.inFlight++;
      if (this.isDestroyed) return exchange.cut();
      this.limits.add(exchange, askedMs, timeoutMs);
      this.connections.take(exchange);
    });
  }

  /** The viewer is gone: its connection ends with its last answer. */
  left(viewer: number): void {
    this.connections.left(viewer);
  }

  /** Cuts what is in flight; when it returns, what was sent has ended as `broken`. */
  async destroy(): Promise<void> {
    this.isDestroyed = true;
    await this.connections.destroy();
    // Whoever waited for an answer hears of it first.
    await new Promise((resolve) => setImmediate(resolve));
  }

  private ended(exchange: Exchange, resolve: (result: HttpResult) => void): void {
    this.inFlight--;
    this.limits.delete(exchange);
    resolve(exchange.result());
    exchange.line?.finished(exchange);
  }
}
