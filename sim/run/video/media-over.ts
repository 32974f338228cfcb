import { Agent, type buildConnector } from 'undici';
import { realTimers } from './timers.ts';
import { UndiciMedia } from './undici-media.ts';

export interface MediaOverParts {
  /** Opens connections: TLS, proxies and local addresses are its business. */
  readonly connect: buildConnector.connector;
  /** Requests at a time. A player has one under way, and another that waits for the playlist where parts are taken. */
  readonly connections: number;
  readonly userAgent: string;
  /** Whether a host may be asked: playlists and redirects name any. */
  readonly isAllowed: (hostname: string) => boolean;
}

/** Longer than most segments: a player that asks again finds its connection open. */
const IDLE_AT_MOST_MS = 30_000;

/** Media over connections that are opened as those of the shop are. */
export function mediaOver({ connect, connections, userAgent, isAllowed }: MediaOverParts): UndiciMedia {
  const dispatcher = new Agent({
    connect,
    connections,
    // A download has limits of its own; undici's would end what is held back.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE_AT_MOST_MS,
    keepAliveMaxTimeout: IDLE_AT_MOST_MS,
  });
  return new UndiciMedia({
    dispatcher,
    connections,
    timers: realTimers,
    headers: { 'user-agent': userAgent },
    isAllowed,
  });
}
