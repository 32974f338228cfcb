import { readSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Payload, SocketRequest } from '../../targets/target.ts';
import type { Opening as Passage } from '../http/connector.ts';
import { closeFrame, messageFrame, pongFrame } from './client-frame.ts';
import { Route } from './connect.ts';
import type { Expiring } from '../../live/deadlines.ts';
import { FrameScanner, type FrameEvents } from './frame-scanner.ts';
import { Answer, openingOf, type Opening } from './handshake.ts';
import type { Shared } from './shared.ts';
import { SILENT } from './silent.ts';
import type { WireEnding, WireEvents } from './wire.ts';
import type { Line } from '../../live/line.ts';

/** So much may wait for a peer that does not read. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
const CUT_CODE = 1006;
/** In the place of a file descriptor. */
const NO_FILE = -1;

const CONNECTING = 0;
const SHAKING = 1;
const OPEN = 2;
const CLOSING = 3;
const CLOSED = 4;

/** How a plain line ends: with a word to the dialer, which may try again with compression. */
export interface NetEnding extends WireEnding {
  /** See Refusal. */
  readonly mayWantDeflate?: boolean;
}

/**
 * A socket knows its line, so that the lines share their listeners. Its handle knows the file descriptor, where the system has such a
 * thing; Node does not document it, and `poll` does without when it is not there.
 */
type LineSocket = Socket & { line: NetWire; readonly _handle?: { readonly fd?: number } | null };

/** What a line needs until it is open. */
interface Dawn {
  readonly opening: Opening;
  readonly answer: Answer;
  route: Route | null;
  /** The way through a proxy, in the place of a route. */
  passage: Passage | null;
}

/**
 * A WebSocket over a socket of its own, without streams: the system reads into the shared buffer, and the frames are handed over where
 * they lie. Small, because there are as many as viewers: what only some moments need is null in the others.
 */
export class NetWire implements Line, FrameEvents, Expiring {
  /** Whom it tells; silent from `close` or `cut` on. */
  events: WireEvents;
  private readonly shared: Shared;
  private socket: Socket | null = null;
  private scanner: FrameScanner | null = null;
  private dawn: Dawn | null = null;
  private ending: NetEnding | null = null;
  private state = CONNECTING;
  /** Asking for it costs as much as a short read. Null until it is needed. */
  private fd: number | null = null;
  private isPaused = false;
  private isReading = false;

  constructor(request: SocketRequest, events: WireEvents, shared: Shared) {
    this.events = events;
    this.shared = shared;
    try {
      const opening = openingOf(request, shared.userAgent);
      this.dawn = { opening, answer: new Answer(opening), route: null, passage: null };
      shared.handshakes.add(this);
      if (shared.proxies.on(opening) !== null) this.passProxy(this.dawn);
      else shared.hosts.find(opening.host, (addresses, error) => this.found(addresses, error));
    } catch (error) {
      this.endSoon(error as Error);
    }
  }

  get isOpen(): boolean {
    return this.state === OPEN;
  }

  send(payload: Payload): boolean {
    if (this.state !== OPEN) return false;
    this.write(messageFrame(payload));
    return true;
  }

  /** In the middle of a read, the messages that it holds still follow. */
  pause(): void {
    this.isPaused = true;
    // The return of `read` does the same for less.
    if (!this.isReading) this.socket?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.socket?.resume();
  }

  poll(): boolean {
    if (this.state !== OPEN || !this.isPaused) return false;
    const { length } = this.shared.readBuffer;
    let bytes: number;
    do {
      bytes = this.readPaused();
      if (bytes <= 0) return false;
      this.read(bytes);
      // A full buffer means that there may be more.
    } while (bytes === length && this.state === OPEN && this.isPaused);
    return this.state === OPEN && this.isPaused;
  }

  close(code: number): void {
    const wasOpen = this.state === OPEN;
    this.events = SILENT;
    // Who closes already waits for the peer.
    if (this.state === CLOSING) return;
    if (wasOpen) this.bid(code);
    else this.cut();
  }

  cut(): void {
    this.events = SILENT;
    this.scanner?.stop();
    this.drop();
    this.state = CLOSED;
  }

  fail(code: number, reason: string): void {
    if (this.state !== OPEN) return;
    this.ending = { code, reason, status: null };
    this.bid(code);
    // RFC 6455, section 7.1.7: nobody waits for the answer of a peer that broke the rules.
    this.socket?.end();
  }

  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    this.events.message(buffer, start, end, isBinary);
  }

  pinged(buffer: Buffer, start: number, end: number): void {
    this.write(pongFrame(buffer, start, end));
  }

  closing(code: number, reason: string): void {
    this.ending = { code, reason, status: null };
    this.bid(code);
  }

  broken(code: number, reason: string): void {
    this.fail(code, reason);
  }

  expired(): void {
    if (this.state < OPEN) this.giveUp(`no answer to the handshake within ${this.shared.handshakeTimeoutMs} ms`);
    else this.socket?.destroy();
  }

  /**
   * Says goodbye. After that it is the server who ends the connection (RFC 6455, section 7.1.1), so that the port which has to rest
   * is not one of ours; what it still sends is not looked at.
   */
  private bid(code: number): void {
    this.scanner?.stop();
    this.write(closeFrame(code));
    this.state = CLOSING;
    this.shared.closings.add(this);
    // The end is read, too.
    if (this.isPaused) this.resume();
  }

  private write(frame: Buffer): void {
    const socket = this.socket!;
    // Only now: who never says anything saves the system call.
    socket.setNoDelay(true);
    socket.write(frame);
    if (socket.writableLength > MAX_BACKLOG_BYTES) this.giveUp(`the peer has left ${MAX_BACKLOG_BYTES} bytes unread`);
  }

  private found(addresses: readonly string[], error: Error | null): void {
    if (this.dawn === null || this.state === CLOSED) return;
    if (error !== null) return this.endSoon(error);
    this.dawn.route = new Route(this.dawn.opening, this.shared, addresses);
    this.connect(this.dawn.route, this.dawn.opening);
  }

  private passProxy(dawn: Dawn): void {
    dawn.passage = this.shared.connector.open(dawn.opening, (error, socket) => {
      if (socket === null) return this.end(error);
      // Its bytes do not come by way of the shared buffer, so that they cannot be read ahead of it.
      this.fd = NO_FILE;
      socket.on('data', (chunk: Buffer) => this.copied(chunk));
      this.hold(socket);
      this.shake();
      socket.resume();
    });
  }

  /** What was read elsewhere goes through the shared buffer, in pieces if need be. */
  private copied(chunk: Buffer): void {
    const { readBuffer } = this.shared;
    for (let from = 0; from < chunk.length; from += readBuffer.length) {
      if (!this.read(chunk.copy(readBuffer, 0, from))) this.socket?.pause();
    }
  }

  private connect(route: Route, { isSecure }: Opening): void {
    try {
      const callback = (bytes: number): boolean => this.read(bytes);
      const socket = this.hold(route.connect({ buffer: this.shared.readBuffer, callback }));
      socket.on(isSecure ? 'secureConnect' : 'connect', onConnect);
    } catch (error) {
      this.endSoon(error as Error);
    }
  }

  private hold(socket: Socket): Socket {
    const held = socket as LineSocket;
    held.line = this;
    held.on('error', onError);
    held.on('close', onClose);
    held.on('end', onEnd);
    this.socket = held;
    return held;
  }

  /** For the socket's listener. */
  connected(): void {
    if (this.state !== CONNECTING) return;
    this.dawn!.route!.connected();
    this.shake();
  }

  private shake(): void {
    this.state = SHAKING;
    this.socket!.write(this.dawn!.opening.head, 'latin1');
  }

  /** Returns whether to go on reading. */
  private read(bytes: number): boolean {
    const buffer = this.shared.readBuffer;
    this.isReading = true;
    if (this.state === OPEN) this.look(this.scanner!, buffer, bytes);
    else if (this.state === SHAKING) this.shaken(buffer, bytes);
    this.isReading = false;
    return !this.isPaused;
  }

  private look(scanner: FrameScanner, buffer: Buffer, bytes: number): void {
    const begins = scanner.isBetweenMessages;
    if (begins && this.events.recognised(buffer, 0, bytes)) return;
    scanner.scan(buffer, 0, bytes);
    if (begins && scanner.isBetweenMessages) this.events.scanned(buffer, 0, bytes);
  }

  private shaken(buffer: Buffer, bytes: number): void {
    const { answer } = this.dawn!;
    const start = answer.read(buffer, 0, bytes);
    if (answer.refusal !== null) {
      const { reason, status, mayWantDeflate } = answer.refusal;
      this.ending = { code: CUT_CODE, reason, status, mayWantDeflate };
      this.socket!.destroy();
    } else if (start >= 0) {
      this.shared.handshakes.delete(this);
      this.dawn = null;
      this.state = OPEN;
      const scanner = new FrameScanner(this, this.shared.maxMessageBytes);
      this.scanner = scanner;
      this.events.opened();
      scanner.scan(buffer, start, bytes);
    }
  }

  /** Bytes that were there; 0 or less when there were none, or it cannot be told. */
  private readPaused(): number {
    const { socket, shared } = this;
    // `encrypted`: what lies in the system's buffer is not what was said.
    if (socket === null || socket.destroyed) return -1;
    // oxlint-disable-next-line no-underscore-dangle -- see LineSocket
    const fd = (this.fd ??= 'encrypted' in socket ? NO_FILE : ((socket as LineSocket)._handle?.fd ?? NO_FILE));
    if (fd < 0) return -1;
    try {
      return readSync(fd, shared.readBuffer, 0, shared.readBuffer.length, null);
    } catch {
      // EAGAIN: nothing there. Any other error is the event loop's to find.
      return -1;
    }
  }

  /** For the socket's listener: the peer sends no more. Without a goodbye, that is the end. */
  ended(): void {
    if (this.state !== CLOSING) this.socket!.destroy();
  }

  /** For the socket's listener: it is no more. */
  gone(error: Error | null): void {
    if (this.state === CONNECTING && this.dawn?.route?.next(error)) this.connect(this.dawn.route, this.dawn.opening);
    else this.end(error);
  }

  private giveUp(reason: string): void {
    this.ending = { code: CUT_CODE, reason, status: null };
    this.drop();
  }

  private drop(): void {
    if (this.socket === null) this.end(null);
    else this.socket.destroy();
  }

  /** Later: nobody is told of the end of a line that is still being dialled. */
  private endSoon(error: Error): void {
    process.nextTick(() => this.end(error));
  }

  private end(error: Error | null): void {
    const { events, state, shared } = this;
    shared.handshakes.delete(this);
    shared.closings.delete(this);
    this.dawn?.passage?.abandon();
    this.state = CLOSED;
    this.events = SILENT;
    this.socket = null;
    this.scanner = null;
    this.dawn = null;
    const reason =
      error?.message ?? `the connection ended ${state < OPEN ? 'before it was open' : 'without a close frame'}`;
    events.closed(this.ending ?? { code: CUT_CODE, reason, status: null });
  }
}

function onConnect(this: LineSocket): void {
  this.line.connected();
}

function onEnd(this: LineSocket): void {
  this.line.ended();
}

function onClose(this: LineSocket): void {
  this.line.gone(this.errored);
}

/** `close` follows, and the socket keeps the error. */
function onError(): void {}
