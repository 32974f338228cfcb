import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { epochMs } from '../../live/clock.ts';

/** Where a worker finds the beacon, and what it says first. */
export interface BeaconSetup {
  readonly port: number;
  readonly token: string;
}

/** An idle worker costs what it is woken for. */
const EVERY_MS = 50;
/** Whoever has not said the word by then is no worker of ours. */
const WORD_WITHIN_MS = 5000;

/**
 * Sends every worker a time stamp 20 times a second, over a socket like those of its viewers. What lies between stamp and reading
 * is what every frame waits: in the kernel, and for the worker's loop. The stamp is taken at the write, so our own
 * lateness is in none of them.
 */
export class Beacon {
  private readonly token = randomBytes(16).toString('hex');
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly timer: NodeJS.Timeout;

  private constructor() {
    this.server = createServer((socket) => this.greet(socket));
    // Without a worker nothing is measured, and the run goes on all the same.
    this.server.on('error', () => undefined);
    this.timer = setInterval(() => this.shine(), EVERY_MS);
  }

  /** Null when no port could be had: then receive wait is not measured. */
  static async open(): Promise<Beacon | null> {
    const beacon = new Beacon();
    const listening = await new Promise<boolean>((resolve) => {
      beacon.server.once('error', () => resolve(false));
      beacon.server.listen(0, '127.0.0.1', () => resolve(true));
    });
    if (listening) return beacon;
    beacon.close();
    return null;
  }

  get setup(): BeaconSetup {
    return { port: (this.server.address() as AddressInfo).port, token: this.token };
  }

  close(): void {
    clearInterval(this.timer);
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private greet(socket: Socket): void {
    let said = '';
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.setTimeout(WORD_WITHIN_MS, () => socket.destroy());
    const hear = (chunk: Buffer): void => {
      said += chunk.toString('latin1');
      if (said.length <= this.token.length && !said.includes('\n')) return;
      if (said !== `${this.token}\n`) return void socket.destroy();
      socket.setTimeout(0);
      socket.off('data', hear).resume();
      this.sockets.add(socket);
    };
    socket.on('data', hear);
  }

  private shine(): void {
    for (const socket of this.sockets) {
      const stamp = Buffer.allocUnsafe(8);
      stamp.writeDoubleLE(epochMs());
      socket.write(stamp);
    }
  }
}
