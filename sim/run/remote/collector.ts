import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { FlashcrowdError } from '../../errors.ts';
import type { HistoryEvent } from '../../ledger/events.ts';
import { epochMs } from '../../live/clock.ts';
import { mark } from '../../live/message-json.ts';
import type { ShardSetup, ToShard } from '../../live/messages.ts';
import { SHIPPING_VERSION, type Hello, type SayAnswer } from '../../live/shipping.ts';
import type { ClockFinding } from '../../metrics/clock-bound.ts';
import type { Hire, Hooks } from '../fleet.ts';
import { HistoryFile } from '../history/history-file.ts';
import type { WorkerSetup } from '../messages.ts';
import { readHello, readSaid, type SaidLine } from './said.ts';
import { tokenProblem } from './token.ts';

/** What a shard of a busy room says in a second, many times over. */
const BODY_AT_MOST = 32 * 1024 * 1024;

export interface CollectorOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** 8 characters or more. Who says something else is turned away; null: nobody has to say one. */
  readonly token: string | null;
  readonly tokenHeader: string;
  /** Of the event: shards that were made for another are turned away. */
  readonly fingerprint: string;
  /** The shards run on this machine, and have its clock. An address would not tell: behind a proxy all look near. */
  readonly sameMachine: boolean;
  /** Of all shards; each gets its own part. */
  part(setup: ShardSetup): ShardSetup;
}

interface Post {
  readonly setup: WorkerSetup;
  readonly hooks: Hooks;
  readonly commands: ToShard[];
  history: HistoryFile | null;
  /** Of who said hello; null: nobody yet. */
  nonce: string | null;
  /** Of the last `say` that was taken. */
  n: number;
  /** 0: not yet known, or not said. */
  instance: number;
  /** How far our clock is ahead of its, as it said last. */
  clock: ClockFinding;
  isIn: boolean;
  isOver: boolean;
}

/**
 * Where shards that run elsewhere report, over HTTP: pods of k6. They ask what to play, say what they measured and what their viewers did, once a
 * second, and take their commands from the answers. A shard that says nothing for a while counts as dead, as a worker of ours would.
 */
export class Collector {
  private readonly options: CollectorOptions;
  private readonly server: FastifyInstance;
  private readonly posts = new Map<number, Post>();
  /** How a process ended that had not said hello; null: none did. */
  private goneUnheard: string | null = null;

  private constructor(options: CollectorOptions) {
    this.options = options;
    this.server = Fastify({ bodyLimit: BODY_AT_MOST, forceCloseConnections: true });
    this.server.removeAllContentTypeParsers();
    this.server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    this.server.addHook('onRequest', (request, reply, done) => this.check(request, reply, done));
    this.server.setErrorHandler((error, _request, reply) => refuse(error as Error, reply));
    this.server.post('/v1/shards/:shard/hello', (request, reply) => this.hello(request, reply));
    this.server.post('/v1/shards/:shard/say', (request, reply) => this.say(request, reply));
  }

  /** Listens. Throws FlashcrowdError BAD_USAGE when it cannot, RangeError for a token that is too short. */
  static async start(options: CollectorOptions): Promise<Collector> {
    const problem = options.token === null ? null : tokenProblem(options.token);
    if (problem !== null) throw new RangeError(`the token: ${problem}`);
    const collector = new Collector(options);
    try {
      await collector.server.listen({ host: options.host, port: options.port });
    } catch (error) {
      throw new FlashcrowdError('BAD_USAGE', `Cannot listen on ${options.host}:${options.port}.`, [
        {
          path: '--listen',
          message: (error as Error).message,
          expected: 'an address of this machine, and a free port',
        },
      ]);
    }
    return collector;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** Shards that have not said hello yet. */
  get missing(): number {
    return [...this.posts.values()].filter(({ isIn }) => !isIn).length;
  }

  /** By shard: how far our clock is ahead of its; null: it is the same, or the shard said nothing that could be wrong by it. */
  clocks(): readonly (ClockFinding | null)[] {
    return [...this.posts.values()].map(({ clock, n }) => (this.options.sameMachine || n === 0 ? null : clock));
  }

  readonly hire = (setup: WorkerSetup): Hire => {
    return (hooks) => {
      const post: Post = {
        setup,
        hooks,
        commands: [],
        history: null,
        nonce: null,
        n: 0,
        instance: 0,
        clock: { kind: 'unknown' },
        isIn: false,
        isOver: false,
      };
      this.posts.set(setup.shard, post);
      const gone = this.goneUnheard;
      if (gone !== null) queueMicrotask(() => this.end(post, gone));
      return {
        pid: 0,
        tell: (message) => {
          post.commands.push(message);
          // Nobody waits for the end of what has not begun.
          if (message.type === 'stop' && !post.isIn) this.end(post, 'nobody had asked for it yet');
        },
        // Not at once: whoever ends it has the better words.
        kill: () => queueMicrotask(() => this.end(post, 'its report was no longer waited for')),
      };
    };
  };

  /**
   * A process of the fleet has ended: what its shards have not said, they never will. One that has not said hello takes with it all that nobody has
   * asked for yet: which of them are its own, nobody knows, and without them the event is not whole.
   */
  instanceEnded(instance: number, how: string): void {
    const all = [...this.posts.values()];
    const its = all.filter((post) => post.isIn && post.instance === instance);
    if (its.length === 0) this.goneUnheard ??= how;
    for (const post of its.length > 0 ? its : all.filter(({ isIn }) => !isIn)) this.end(post, how);
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  private check(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { token, tokenHeader } = this.options;
    if (token === null || isSame(token, String(request.headers[tokenHeader] ?? ''))) return done();
    void reply.code(401).send('the token is not the one that the coordinator was given (FLASHCROWD_COORDINATOR_TOKEN)');
  }

  private async hello(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const post = this.postOf(request);
    // The coordinator may still prepare the show.
    if (post === undefined) return reply.code(503).send('not yet');
    const hello = readHello(request.body);
    const another = this.isAnother(hello);
    if (another !== null) return reply.code(409).send(another);
    if (post.isOver) return reply.code(410).send('it counts as dead');
    if (post.nonce !== null && post.nonce !== hello.nonce)
      return reply.code(409).send('another process plays this shard, or did');
    // A process that was started again cannot play on: what its viewers did is over.
    if (post.n > 0) return reply.code(409).send('this shard plays already');
    post.instance = hello.instance;
    post.nonce = hello.nonce;
    post.isIn = true;
    post.hooks.isAlive();
    const { scenario: _, ...setup } = this.options.part(post.setup);
    return reply.type('application/json').send(JSON.stringify(setup, mark));
  }

  /** Why a shard was not made for this coordinator; null: it was. */
  private isAnother({ fingerprint, version }: Hello): string | null {
    if (version !== SHIPPING_VERSION) return 'script.js is of another version than the coordinator: build it again';
    if (fingerprint === this.options.fingerprint) return null;
    return 'event.json is another than that of the coordinator: build both at once';
  }

  private async say(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const post = this.postOf(request);
    if (post === undefined || !post.isIn) return reply.code(409).send('say hello first');
    if (post.isOver) return reply.code(410).send('it counts as dead');
    const { head, lines } = readSaid(request.body);
    const { nonce, n, clock } = head;
    if (nonce !== post.nonce) return reply.code(409).send('another process plays this shard');
    if (n !== post.n && n !== post.n + 1)
      return reply.code(409).send(`after ${post.n} comes ${post.n + 1}, and not ${n}`);
    // What was taken already is only answered again.
    if (n > post.n) {
      const problem = this.take(post, lines);
      if (problem !== null) return reply.code(410).send(problem);
      post.n = n;
      post.clock = clock ?? post.clock;
    }
    post.hooks.isAlive();
    const answer: SayAnswer = { commands: post.commands, atEpochMs: epochMs() };
    return reply.send(answer);
  }

  /** What of it went wrong: it cannot be taken twice, nor in part, so that the shard ends with it. */
  private take(post: Post, lines: readonly SaidLine[]): string | null {
    try {
      const { historyFolder: folder, runId, shard, shards, fromMs } = post.setup;
      post.history ??= new HistoryFile({ folder, runId, shard, shards, fromMs });
      for (const line of lines) {
        if ('event' in line) this.keep(post.history, line.event);
        else post.hooks.heard(line.message);
      }
      return null;
    } catch (error) {
      const problem = `what it said could not be taken: ${(error as Error).message}`;
      this.end(post, problem);
      return problem;
    }
  }

  private keep(history: HistoryFile, event: HistoryEvent): void {
    if (event.e !== 'end') return history.write(event);
    history.flush();
    history.lost += event.lost ?? 0;
    history.close(event.at);
  }

  private end(post: Post, how: string): void {
    if (post.isOver) return;
    post.isOver = true;
    try {
      post.history?.flush();
    } finally {
      post.hooks.ended(how);
    }
  }

  private postOf(request: FastifyRequest): Post | undefined {
    return this.posts.get(Number((request.params as { shard: string }).shard));
  }
}

/** What cannot be read is for whoever said it to mend: asked again, it would say the same. */
function refuse(error: Error & { readonly statusCode?: number }, reply: FastifyReply): void {
  const code = error instanceof SyntaxError ? 400 : (error.statusCode ?? 500);
  void reply.code(code).send(error.message);
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
