import { createHash } from 'node:crypto';
import { createClient, ErrorReply } from '@redis/client';
import { ANSWER_WITHIN_MS, Unavailable, withinTime } from '../unavailable.ts';

/** A script in Lua. Redis knows it by its digest, and is told the source when it does not. */
export class Script {
  readonly source: string;
  readonly digest: string;

  constructor(source: string) {
    this.source = source;
    this.digest = createHash('sha1').update(source).digest('hex');
  }
}

const FIRST_CONNECT_WITHIN_MS = 2000;
const LONGEST_RETRY_PAUSE_MS = 250;
/** What Redis answers when it runs but cannot serve: while it reads its file, when its disk is full, as a replica, ... */
const NOT_NOW = /^(?:LOADING|MISCONF|READONLY|OOM|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|ERR max number of clients)\b/;

function newClient(url: string) {
  const client = createClient({
    url,
    RESP: 2,
    // While the server is away a request must fail, not wait.
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: 1000,
      reconnectStrategy: (retries) => Math.min(20 * 2 ** retries, LONGEST_RETRY_PAUSE_MS),
    },
  });
  // Whoever asks meanwhile is told; nobody else needs to know.
  client.on('error', () => {});
  return client;
}

/** A connection to Redis that comes back by itself. Every failure that is not the fault of a script is `Unavailable`. */
export class RedisLink {
  private readonly client: ReturnType<typeof newClient>;

  private constructor(client: ReturnType<typeof newClient>) {
    this.client = client;
  }

  /** @throws Unavailable when the server cannot be reached now. */
  static async connect(url: string): Promise<RedisLink> {
    const client = newClient(url);
    let why = 'no answer';
    client.on('error', (error: Error) => (why = error.message));
    const connected = client.connect();
    // It may fail after nobody waits for it any more.
    connected.catch(() => {});
    try {
      await withinTime(connected, 'Redis', FIRST_CONNECT_WITHIN_MS);
    } catch (error) {
      client.destroy();
      throw new Unavailable(`Redis at ${new URL(url).host} cannot be reached: ${why}`, { cause: error });
    }
    return new RedisLink(client);
  }

  async run(script: Script, keys: string[], args: string[], withinMs = ANSWER_WITHIN_MS): Promise<unknown> {
    const options = { keys, arguments: args };
    try {
      return await this.ask(() => this.client.evalSha(script.digest, options), withinMs);
    } catch (error) {
      if (!(error instanceof ErrorReply && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.ask(() => this.client.eval(script.source, options), withinMs);
    }
  }

  /** @returns null for each key that is not there. */
  get(keys: string[]): Promise<(string | null)[]> {
    return this.ask(() => this.client.mGet(keys));
  }

  /** From now on, also after the connection was lost and came back: then `onReturn` is called. */
  async subscribe(channel: string, onMessage: (message: string) => void, onReturn: () => void): Promise<void> {
    await this.ask(() => this.client.subscribe(channel, onMessage));
    this.client.on('ready', onReturn);
  }

  close(): void {
    if (this.client.isOpen) this.client.destroy();
  }

  private async ask<T>(send: () => Promise<T>, withinMs = ANSWER_WITHIN_MS): Promise<T> {
    const reply = send();
    // Its end after the time is up is of no interest.
    reply.catch(() => {});
    try {
      return await withinTime(reply, 'Redis', withinMs);
    } catch (error) {
      if (error instanceof ErrorReply && !NOT_NOW.test(error.message)) throw error;
      if (error instanceof Unavailable) throw error;
      throw new Unavailable(`Redis is away: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}
