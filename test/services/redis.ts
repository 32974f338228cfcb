import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, ServerProcess } from './server-process.ts';

/** A Redis of a test's own, on a free port, with its data in a folder of its own. */
export class TestRedis {
  readonly url: string;
  private readonly folder: string;
  private readonly process: ServerProcess;

  private constructor(program: string, port: number) {
    this.url = `redis://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'flashcrowd-redis-'));
    // Every write is on disk before it is answered, so that a restart loses nothing.
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', this.folder, '--daemonize', 'no'];
    this.process = new ServerProcess([program, ...place, ...durable], /Ready to accept connections/);
  }

  /** `program` is what `needService('redis-server')` found. */
  static async start(program: string): Promise<TestRedis> {
    const redis = new TestRedis(program, await freePort());
    await redis.process.start();
    return redis;
  }

  /** The data stays. `SIGKILL` ends it as a crash does. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    return this.process.end(signal);
  }

  /** After `stop`: on the same port, with the same data. */
  begin(): Promise<void> {
    return this.process.start();
  }

  pause(): void {
    this.process.pause();
  }

  resume(): void {
    this.process.resume();
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.process.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
