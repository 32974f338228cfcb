import { randomBytes } from 'node:crypto';
import { pino, type Logger } from 'pino';
import { checkPlaces } from './places.ts';
import { withoutVariant } from './stores/urls.ts';

/** Everything that can be set. All have a default; unknown names are refused by `resolveSettings`. */
export interface StubOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** 0 (the default): any free port. */
  port?: number;
  /** Processes that hold the sockets of viewers, all on one port. Default 1: this process holds them itself. */
  processes?: number;
  /**
   * Whole stubs that share the port, the store and the bus. Default 1. More need a store that several can share, and a bus that is not
   * `local`; they hold their sockets themselves (`processes` of 1) and have no faults.
   */
  instances?: number;
  /** Where the shop keeps its stock, orders and payments: `memory` (the default) or a URL, see `stores/create.ts`. */
  store?: string;
  /** How instances talk: `local` or `redis://HOST:PORT`. Default: the Redis of the store, else `local`. */
  bus?: string;
  /** What the header `x-admin-token` must hold. Default: 32 random hex digits. */
  adminToken?: string;
  /** Default: silent. */
  logger?: Logger;
  /** After a chat frame, messages of this many ms are joined into one `batch` frame. 0: each at once. Default 20. */
  coalesceMs?: number;
  /** A stock figure is pushed at most this often, and at once when it reaches 0. Default 200. */
  stockEveryMs?: number;
  /** The number of viewers is pushed this often, when it has changed. Default 1,000. */
  countEveryMs?: number;
  /** The number of likes is pushed this often, when it has changed. Default 500. */
  likesEveryMs?: number;
  /** A viewer with more bytes than this waiting to be sent is dropped as a slow consumer. Default 1 MiB. */
  maxBufferedBytes?: number;
  /** Slow mode: chat messages and gifts of one connection. Default 20 in any 30,000 ms. */
  chatPerViewer?: { messages: number; perMs: number };
  /** Longest chat message, in UTF-16 code units. Default 500. */
  maxChatChars?: number;
  /** How long the payment gateway takes. Default 0. */
  paymentDelayMs?: number;
  /** Faults that are on from the start: how often, from above 0 to 1, or `null` for the default rate. See `faults/catalog.ts`. */
  faults?: Record<string, number | null>;
  /** For the dice of the faults. Default 1. */
  seed?: number;
  /** Whether rooms have a synthetic live stream. Default true. */
  video?: boolean;
}

/** More would only take each other's cores. */
const MAX_PROCESSES = 64;

export type StubSettings = Readonly<Required<StubOptions>>;

/** Fills in the defaults. @throws RangeError on an unknown name or a number that cannot be. */
export function resolveSettings(options: StubOptions): StubSettings {
  const settings: StubSettings = {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    processes: options.processes ?? 1,
    instances: options.instances ?? 1,
    store: options.store ?? 'memory',
    bus: options.bus ?? (/^redis\b/.test(options.store ?? '') ? withoutVariant(String(options.store)) : 'local'),
    adminToken: options.adminToken ?? randomBytes(16).toString('hex'),
    logger: options.logger ?? pino({ level: 'silent' }),
    coalesceMs: options.coalesceMs ?? 20,
    stockEveryMs: options.stockEveryMs ?? 200,
    countEveryMs: options.countEveryMs ?? 1000,
    likesEveryMs: options.likesEveryMs ?? 500,
    maxBufferedBytes: options.maxBufferedBytes ?? 1024 * 1024,
    chatPerViewer: options.chatPerViewer ?? { messages: 20, perMs: 30_000 },
    maxChatChars: options.maxChatChars ?? 500,
    paymentDelayMs: options.paymentDelayMs ?? 0,
    faults: options.faults ?? {},
    seed: options.seed ?? 1,
    video: options.video ?? true,
  };
  for (const name of Object.keys(options)) {
    if (!(name in settings)) throw new RangeError(`unknown option "${name}"`);
  }
  for (const [name, value] of Object.entries({ ...settings, ...settings.chatPerViewer })) {
    if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`${name} must be a number, 0 or more`);
    }
  }
  checkCount('processes', settings.processes);
  checkCount('instances', settings.instances);
  checkPlaces(settings);
  return settings;
}

function checkCount(name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_PROCESSES) return;
  throw new RangeError(`${name} must be a whole number from 1 to ${MAX_PROCESSES}`);
}
