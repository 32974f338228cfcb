import { randomBytes } from 'node:crypto';
import { pino, type Logger } from 'pino';

/** Everything that can be set. All have a default; unknown names are refused by `resolveSettings`. */
export interface StubOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** 0 (the default): any free port. */
  port?: number;
  /** Processes that hold the sockets of viewers, all on one port. Default 1: this process holds them itself. */
  processes?: number;
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
  };
  for (const name of Object.keys(options)) {
    if (!(name in settings)) throw new RangeError(`unknown option "${name}"`);
  }
  for (const [name, value] of Object.entries({ ...settings, ...settings.chatPerViewer })) {
    if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`${name} must be a number, 0 or more`);
    }
  }
  if (!Number.isInteger(settings.processes) || settings.processes < 1 || settings.processes > MAX_PROCESSES) {
    throw new RangeError(`processes must be a whole number from 1 to ${MAX_PROCESSES}`);
  }
  return settings;
}
