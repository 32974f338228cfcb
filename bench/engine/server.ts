/** The C server, on core 0. */
import { LineProgram } from './children.ts';
import { C_SERVER } from './places.ts';
import { sleep } from './processes.ts';

const FULL_AT_MOST_MS = 90_000;

/** What every viewer is sent. */
export interface Sending {
  /** `all`: the same bytes to everybody; `own`: to each its own. */
  readonly whose: 'all' | 'own';
  readonly writesPerSec: number;
  /** So many frames come with one read. */
  readonly framesPerWrite: number;
}

export interface Sent {
  readonly frames: number;
  readonly viewers: number;
  readonly tookMs: number;
}

export class BenchServer {
  readonly port: number;
  private readonly program: LineProgram;

  private constructor(program: LineProgram, port: number) {
    this.program = program;
    this.port = port;
  }

  static async start(): Promise<BenchServer> {
    const program = new LineProgram('server', 'the server', C_SERVER, []);
    const { port } = await program.next();
    return new BenchServer(program, Number(port));
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async send({ whose, writesPerSec, framesPerWrite }: Sending, forMs: number): Promise<Sent> {
    const answer = await this.program.ask(`send ${whose} ${writesPerSec} ${framesPerWrite} ${forMs}`);
    return { frames: Number(answer.frames), viewers: Number(answer.viewers), tookMs: Number(answer.tookMs) };
  }

  /** Tells every viewer that what came before is over. */
  async mark(): Promise<void> {
    await this.program.ask('mark');
  }

  async posts(): Promise<number> {
    return Number((await this.program.ask('posts')).count);
  }

  /** Sends every viewer away. */
  async close(): Promise<void> {
    await this.program.ask('close');
  }

  /** Resolves when so many have come, of viewers or POSTs. */
  async has(count: number, what: 'viewers' | 'posts', everyMs = 20): Promise<void> {
    const until = performance.now() + FULL_AT_MOST_MS;
    for (let seen = -1; seen < count; await sleep(everyMs)) {
      seen = Number((await this.program.ask(what)).count);
      if (performance.now() > until) throw new Error(`only ${seen} of ${count} ${what} came`);
    }
  }

  async end(): Promise<void> {
    await this.program.end();
  }
}
