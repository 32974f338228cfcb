import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import type { ChatServer } from './chat-server.ts';
import { Inbox } from './inbox.ts';
import { freePort, ServerProcess } from './server-process.ts';

export interface MosquittoOptions {
  /** Whom it lets in; without it, everybody. */
  readonly login?: { readonly username: string; readonly password: string };
}

/** Mosquitto, which speaks MQTT 5 over WebSocket. */
export class TestMosquitto implements ChatServer {
  readonly url: string;
  private readonly login: MosquittoOptions['login'];
  private readonly folder: string;
  private readonly process: ServerProcess;
  private readonly counts = new Inbox<number>();
  private monitor: MqttClient | null = null;

  private constructor(program: string, port: number, { login }: MosquittoOptions) {
    this.url = `ws://127.0.0.1:${port}`;
    this.login = login;
    this.folder = mkdtempSync(join(tmpdir(), 'flashcrowd-mosquitto-'));
    const settings = [
      // Whoever runs the tests owns the folder: as root, it would otherwise take another account.
      'user root',
      // Without one that is no WebSocket, Debian's version says that it cannot listen anywhere.
      `listener 0 ${join(this.folder, 'socket')}`,
      `listener ${port} 127.0.0.1`,
      'socket_domain ipv4',
      'protocol websockets',
      // What it prints on standard output waits in a buffer.
      'log_dest stderr',
      // Of messages of QoS 1 that wait for a slow reader: none is thrown away.
      'max_queued_messages 0',
      // How often it publishes how many are connected.
      'sys_interval 1',
      `allow_anonymous ${login === undefined}`,
      ...(login ? [`password_file ${this.passwords(dirname(program), login)}`] : []),
    ];
    const file = join(this.folder, 'mosquitto.conf');
    writeFileSync(file, `${settings.join('\n')}\n`);
    this.process = new ServerProcess([program, '-c', file], /mosquitto version \S+ running/);
  }

  /** `program` is what `needService('mosquitto')` found. */
  static async start(program: string, options: MosquittoOptions = {}): Promise<TestMosquitto> {
    const mosquitto = new TestMosquitto(program, await freePort(), options);
    await mosquitto.process.start();
    return mosquitto;
  }

  /** Up to a second ago. */
  async viewers(): Promise<number> {
    this.monitor ??= await this.monitored();
    const counts = await this.counts.atLeast(1);
    // One of them is the one who asks.
    return counts[counts.length - 1] - 1;
  }

  private async monitored(): Promise<MqttClient> {
    const client = await connectAsync(this.url, { protocolVersion: 5, reconnectPeriod: 0, ...this.login }, false);
    client.on('message', (_, payload) => this.counts.add(Number(payload.toString())));
    await client.subscribeAsync('$SYS/broker/clients/connected');
    return client;
  }

  async kill(): Promise<void> {
    await this.monitor?.endAsync(true);
    await this.process.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Path of the file. */
  private passwords(programs: string, { username, password }: NonNullable<MosquittoOptions['login']>): string {
    const file = join(this.folder, 'passwords');
    // Debian keeps the server in `sbin` and its tool in `bin`.
    const tool = join(programs.replace(/sbin$/, 'bin'), 'mosquitto_passwd');
    execFileSync(tool, ['-b', '-c', file, username, password], { stdio: 'pipe' });
    return file;
  }
}
