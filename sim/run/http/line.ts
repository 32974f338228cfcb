import { Client } from 'undici';
import type { HttpRequest } from '../../targets/target.ts';
import { endpointOf } from '../wire/proxy.ts';
import type { Link } from './chain.ts';
import type { Connector, Opening } from './connector.ts';
import type { Exchange } from './exchange.ts';

/** An idle connection ends after this; sooner when the backend says that it keeps it for less. */
const IDLE_AT_MOST_MS = 30_000;

export interface LineParts {
  readonly baseUrl: URL;
  readonly connector: Connector;
  readonly maxAnswerBytes: number;
  /** Sent with requests that have none of their own; null: none. */
  readonly userAgent: string | null;
}

export interface LineOwner {
  /** Its exchange has ended with an answer: it can carry another. */
  freed(line: Line): void;
  /** It is no more: its exchange failed, or it ended while it was idle. */
  ended(line: Line): void;
}

/** One connection to the backend: opened at its first request, kept alive after it, one request at a time. */
export class Line {
  /** Among the idle ones of its owner. */
  place: Link<Line> | null = null;
  readonly owner: LineOwner;
  private readonly client: Client;
  private readonly userAgent: string | null;
  private current: Exchange | null = null;
  private opening: Opening | null = null;

  constructor({ baseUrl, connector, maxAnswerBytes, userAgent }: LineParts, owner: LineOwner) {
    this.owner = owner;
    this.userAgent = userAgent;
    this.client = new Client(baseUrl, {
      connect: (_target, callback) => void (this.opening = connector.open(endpointOf(baseUrl), callback)),
      // We bound the whole of a request; undici's limits would begin anew with every part of the answer.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE_AT_MOST_MS,
      keepAliveMaxTimeout: IDLE_AT_MOST_MS,
      maxResponseSize: maxAnswerBytes,
    });
    this.client.on('disconnect', () => {
      // With a request that was not sent yet, undici connects anew.
      if (this.current === null && !this.client.destroyed) this.end();
    });
  }

  carry(exchange: Exchange): void {
    this.current = exchange;
    exchange.line = this;
    this.client.dispatch(
      this.userAgent === null ? exchange.request : named(exchange.request, this.userAgent),
      exchange,
    );
  }

  /** The exchange is over. */
  finished({ ending }: Exchange): void {
    this.current = null;
    if (ending && 'answer' in ending) this.owner.freed(this);
    else this.end();
  }

  /** Ends the connection, also one that is on its way; its file is free when this returns, and the owner is not told. */
  async close(): Promise<void> {
    this.opening?.abandon();
    await this.client.destroy();
  }

  /** Ends it with what it carries. */
  async destroy(): Promise<void> {
    this.current?.cut();
    await this.close();
  }

  private end(): void {
    void this.close();
    this.owner.ended(this);
  }
}

function named(request: HttpRequest, userAgent: string): HttpRequest {
  return { ...request, headers: { 'user-agent': userAgent, ...request.headers } };
}
