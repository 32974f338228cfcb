import type { Server } from 'node:net';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { createBus } from './buses/create.ts';
import { nowMs } from './clock.ts';
import { CLOSE_GRACE_MS, newEntrance } from './entrance.ts';
import { Faults } from './faults/faults.ts';
import { shopFaults } from './faults/http.ts';
import { FaultyStore } from './faults/store.ts';
import { adminRoutes } from './http/admin.ts';
import { installErrorAnswers, MAX_BODY_BYTES } from './http/answers.ts';
import { shopRoutes } from './http/shop.ts';
import type { StubSettings } from './options.ts';
import { Hub } from './rooms/hub.ts';
import type { Store } from './store.ts';
import { createStore } from './stores/create.ts';
import { videoRoutes } from './video/routes.ts';

/** How often holds are checked for expiry, so that the room hears of units that come back. */
const SWEEP_EVERY_MS = 100;

export interface Instance {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * One whole stub: rooms, shop and admin API. `sharedPort` is a port that is bound already; without it the instance takes its own.
 * @throws Error with `code` when it cannot listen; Unavailable when its store or its bus is away.
 */
export async function startInstance(settings: StubSettings, sharedPort?: Server): Promise<Instance> {
  const faults = newFaults(settings);
  const { paymentDelayMs } = settings;
  const inMemory = (): Store => new FaultyStore(nowMs, faults);
  const store = await createStore(settings.store, nowMs, { inMemory, paymentDelayMs });
  const bus = await createBus(settings, nowMs).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const entrance = newEntrance(settings, faults, sharedPort);
  const hub = new Hub(settings, () => entrance.newAudience(), bus, faults);
  store.watchStock((level) => bus.stock(level));
  const endSweeps = sweepOften(store);
  const app = buildApp(settings);
  app.get('/healthz', async () => ({ ok: true, viewers: hub.viewerCount, pid: process.pid }));
  app.register(async (shop) => {
    shopFaults(shop, faults, store);
    shopRoutes(shop, store, paymentDelayMs);
  });
  adminRoutes(app, store, hub, bus, faults, settings.adminToken);
  // For cues '*' is every room; it has no stream.
  if (settings.video) videoRoutes(app, (id) => id !== '*' && hub.hasRoom(id));

  const stop = async (): Promise<void> => {
    hub.close();
    const cutLines = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
    await Promise.all([entrance.close(), app.close(), endSweeps()]);
    clearTimeout(cutLines);
    await Promise.all([bus.close(), store.close()]);
  };
  let port: number;
  try {
    await bus.join();
    port = await entrance.open(app, hub);
  } catch (error) {
    await stop();
    throw error;
  }
  let stopped: Promise<void> | null = null;
  return { port, close: () => (stopped ??= stop()) };
}

/** One after the other. While the store is away nothing expires; whoever asks it is told so. @returns how to end it. */
function sweepOften(store: Store): () => Promise<void> {
  let current: Promise<unknown> | null = null;
  const sweep = (): void => {
    current ??= store
      .releaseExpired()
      .catch(() => {})
      .finally(() => (current = null));
  };
  const timer = setInterval(sweep, SWEEP_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await current;
  };
}

/** @throws RangeError on one that does not exist, or that cannot be switched on in a stub of this kind */
function newFaults(settings: StubSettings): Faults {
  const faults = new Faults(settings.seed, impossibleFaults(settings));
  faults.set(settings.faults);
  return faults;
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

function impossibleFaults({ processes, instances, store }: StubSettings): ConstructorParameters<typeof Faults>[1] {
  if (instances > 1) {
    const one = 'faults need one instance: one alone would break';
    return { store: one, http: one, room: one };
  }
  return {
    ...(processes > 1 ? { room: 'the faults of rooms need all sockets in one process (`processes` of 1)' } : {}),
    ...(store === 'memory' ? {} : { store: 'the faults of the store are those of the memory store' }),
  };
}
