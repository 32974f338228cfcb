import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { nowMs } from './clock.ts';
import { CLOSE_GRACE_MS, newEntrance } from './entrance.ts';
import { adminRoutes } from './http/admin.ts';
import { installErrorAnswers, MAX_BODY_BYTES } from './http/answers.ts';
import { shopRoutes } from './http/shop.ts';
import { resolveSettings, type StubOptions, type StubSettings } from './options.ts';
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

/**
 * Starts the reference backend: rooms over WebSocket, the shop and the admin API over HTTP, on one port.
 * With `processes` above 1 it starts that many others, which hold the sockets; rooms and shop stay in this one.
 * @throws RangeError on an option that cannot be; Error with `code` (EADDRINUSE, EACCES, ...) when it cannot listen.
 */
export async function startStub(options: StubOptions = {}): Promise<Stub> {
  const settings = resolveSettings(options);
  const store = new MemoryStore(nowMs);
  const entrance = newEntrance(settings);
  const hub = new Hub(settings, () => entrance.newAudience());
  store.watchStock((level) => hub.stockChanged(level));
  const sweep = setInterval(() => void store.releaseExpired(), SWEEP_EVERY_MS);
  const app = buildApp(settings);
  app.get('/healthz', async () => ({ ok: true, viewers: hub.viewerCount }));
  shopRoutes(app, store, settings.paymentDelayMs);
  adminRoutes(app, store, hub, settings.adminToken);

  const stop = async (): Promise<void> => {
    clearInterval(sweep);
    hub.close();
    const cutLines = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
    await Promise.all([entrance.close(), app.close()]);
    clearTimeout(cutLines);
  };
  let port: number;
  try {
    port = await entrance.open(app, hub);
  } catch (error) {
    await stop();
    throw error;
  }
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
    bodyLimit: MAX_BODY_BYTES,
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
