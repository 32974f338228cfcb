import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatServer } from './chat-server.ts';
import { freePort, ServerProcess } from './server-process.ts';

export interface NatsOptions {
  /** Whom it lets in; without it, everybody. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Between its pings. */
  readonly pingMs?: number;
}

/** NATS, over WebSocket. */
export class TestNats implements ChatServer {
  readonly url: string;
  private readonly monitor: string;
  private readonly folder: string;
  private readonly process: ServerProcess;

  private constructor(program: string, port: number, monitorPort: number, { login, pingMs = 120_000 }: NatsOptions) {
    this.url = `ws://127.0.0.1:${port}`;
    this.monitor = `127.0.0.1:${monitorPort}`;
    this.folder = mkdtempSync(join(tmpdir(), 'flashcrowd-nats-'));
    const settings = [
      // Its own protocol, which nobody here speaks, on any free port.
      'host: 127.0.0.1',
      'port: -1',
      `websocket { host: 127.0.0.1, port: ${port}, no_tls: true }`,
      `http: ${this.monitor}`,
      `ping_interval: "${pingMs}ms"`,
      'ping_max: 1',
      ...(login ? [`authorization { user: ${login.user}, password: ${login.password} }`] : []),
    ];
    const file = join(this.folder, 'nats.conf');
    writeFileSync(file, `${settings.join('\n')}\n`);
    this.process = new ServerProcess([program, '-c', file], /Server is ready/);
  }

  /** `program` is what `needService('nats-server')` found. */
  static async start(program: string, options: NatsOptions = {}): Promise<TestNats> {
    const nats = new TestNats(program, await freePort(), await freePort(), options);
    await nats.process.start();
    return nats;
  }

  async viewers(): Promise<number> {
    const answer = await fetch(`http://${this.monitor}/connz`);
    return ((await answer.json()) as { num_connections: number }).num_connections;
  }

  async kill(): Promise<void> {
    await this.process.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
