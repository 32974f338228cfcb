import type { AddressInfo } from 'node:net';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { nowMs } from './clock.ts';
import { adminRoutes } from './http/admin.ts';
import { installErrorAnswers } from './http/answers.ts';
import { shopRoutes } from './http/shop.ts';
import { resolveSettings, type StubOptions, type StubSettings } from './options.ts';
import { Door } from './rooms/door.ts';
import { Hub } from './rooms/hub.ts';
import { MemoryStore } from './stores/memory.ts';

export type { StubOptions } from './options.ts';

export interface Stub {
  /** Base URL, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly adminToken: string;
  /** Sends every viewer away (1001) and stops. Takes at most about 1.5 s, whatever the viewers do. */
  close(): Promise<void>;
}

/** How often holds are checked for expiry, so that the room hears of units that come back. */
const SWEEP_EVERY_MS = 100;
/** A join storm: as many connections as the kernel will queue (Linux cuts it at net.core.somaxconn). */
const LISTEN_BACKLOG = 4096;
/** How long viewers and requests under way get on `close` before their lines are cut. */
const CLOSE_GRACE_MS = 1000;

/**
 * Starts the reference backend: rooms over WebSocket, the shop and the admin API over HTTP, on one port.
 * @throws RangeError on an option that cannot be; Error with `code` (EADDRINUSE, EACCES, ...) when it cannot listen.
 */
export async function startStub(options: StubOptions = {}): Promise<Stub> {
  const settings = resolveSettings(options);
  const store = new MemoryStore(nowMs);
  const hub = new Hub(settings);
  store.watchStock((level) => hub.stockChanged(level));
  const sweep = setInterval(() => void store.releaseExpired(), SWEEP_EVERY_MS);
  const app = buildApp(settings);
  const door = new Door(app.server, hub);
  app.get('/healthz', async () => ({ ok: true, viewers: hub.viewerCount }));
  shopRoutes(app, store, settings.paymentDelayMs);
  adminRoutes(app, store, hub, settings.adminToken);

  const stop = async (): Promise<void> => {
    clearInterval(sweep);
    door.close();
    hub.close();
    const cutLines = setTimeout(() => {
      door.terminateAll();
      app.server.closeAllConnections();
    }, CLOSE_GRACE_MS);
    await app.close();
    clearTimeout(cutLines);
  };
  try {
    await app.listen({ host: settings.host, port: settings.port, backlog: LISTEN_BACKLOG });
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  let stopped: Promise<void> | null = null;
  return {
    url: `http://${reachable(settings.host)}:${port}`,
    port,
    adminToken: settings.adminToken,
    close: () => (stopped ??= stop()),
  };
}

function buildApp(settings: StubSettings): FastifyInstance {
  const app = fastify({
    loggerInstance: settings.logger as FastifyBaseLogger,
    // A line for every request of a load test would be most of the load.
    logController: new LogController({ disableRequestLogging: true }),
    // The router counts characters before they are decoded: an id of 200 may take 9 times as many.
    routerOptions: { maxParamLength: 1800 },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allowUnionTypes: true } },
  });
  installErrorAnswers(app);
  return app;
}

/** A host that clients on this machine can put into a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
