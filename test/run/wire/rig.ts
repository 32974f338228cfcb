import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { WireEnding, WireEvents } from '../../../sim/run/wire/wire.ts';
import type { Line } from '../../../sim/live/line.ts';
import { Receiver } from './ws-parts.ts';

/** A promise and what settles it. */
export function later<T = void>(): { promise: Promise<T>; done: (value: T) => void } {
  let done: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => (done = resolve));
  return { promise, done };
}

/** The port it listens on. Everything ends with the test. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that takes connections and does with them as told. */
export async function speaking(onConnection: (socket: Socket) => void, host = '127.0.0.1'): Promise<string> {
  const port = await listen(createServer({ noDelay: true }, onConnection), host);
  return `ws://127.0.0.1:${port}`;
}

/** Calls once the whole head of the request is there. What comes after it stays in the socket. */
export function onRequest(socket: Socket, answer: (head: string) => void): void {
  let head = '';
  const read = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', read);
    answer(head);
  };
  socket.on('data', read);
}

export function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)\r$`, 'im').exec(head)?.[1];
}

export function acceptOf(head: string): string {
  const key = headerOf(head, 'sec-websocket-key')!;
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

export function yes(head: string, more: readonly string[] = []): string {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return [...lines, `Sec-WebSocket-Accept: ${acceptOf(head)}`, ...more, '', ''].join('\r\n');
}

/** A server without ws: it agrees to every handshake, and then does as told. */
export function agreeing(onOpen: (socket: Socket, head: string) => void): Promise<string> {
  return speaking((socket) =>
    onRequest(socket, (head) => {
      socket.write(yes(head));
      onOpen(socket, head);
    }),
  );
}

/** What a server hears from its client, by the reader of ws: `pong 6162`, `text hello`, `close 1000`. */
export function heardFrom(socket: Socket, onHeard: (what: string) => void): void {
  const receiver = new Receiver({ isServer: true });
  receiver.on('message', (data: Buffer) => onHeard(`text ${data.toString()}`));
  receiver.on('pong', (data: Buffer) => onHeard(`pong ${data.toString('hex')}`));
  receiver.on('conclude', (code: number) => onHeard(`close ${code}`));
  receiver.on('error', (error) => onHeard(`error ${error.message}`));
  socket.on('data', (chunk) => receiver.write(chunk));
}

/** A viewer that writes down what its line tells, and checks that it tells it in order. */
export class Viewer implements WireEvents {
  /** `text` as read, or hexadecimal `binary`. */
  readonly messages: string[] = [];
  /** Everything, in order: `opened`, `message`, `closed`. */
  readonly events: string[] = [];
  /** Reads that began with a frame and ended with one. */
  readonly scans: string[] = [];
  wire: Line | null = null;
  onMessage: ((text: string) => void) | null = null;
  private readonly open = later();
  private readonly end = later<WireEnding>();

  /** Resolves when the line is open. */
  get whenOpen(): Promise<void> {
    return this.open.promise;
  }

  get whenClosed(): Promise<WireEnding> {
    return this.end.promise;
  }

  opened(): void {
    this.events.push('opened');
    this.open.done();
  }

  recognised(): boolean {
    return false;
  }

  scanned(buffer: Buffer, start: number, end: number): void {
    this.scans.push(buffer.toString('latin1', start, end));
  }

  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    const bytes = buffer.subarray(start, end);
    if (!isBinary && !isUtf8(bytes)) return this.wire!.fail(1007, 'not UTF-8');
    this.events.push('message');
    this.messages.push(isBinary ? `binary ${bytes.toString('hex')}` : bytes.toString());
    this.onMessage?.(bytes.toString());
  }

  closed(ending: WireEnding): void {
    this.events.push('closed');
    this.end.done(ending);
  }
}
