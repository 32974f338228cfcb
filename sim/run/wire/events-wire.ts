import { Client } from 'undici';
import type { SocketRequest } from '../../targets/target.ts';
import { headerOf } from '../http/answer.ts';
import type { Opening } from '../http/connector.ts';
import type { Expiring } from '../../live/deadlines.ts';
import { EventScanner, type EventStreamEvents } from './event-scanner.ts';
import { credentials, withUserAgent } from './handshake.ts';
import { endpointOf } from './proxy.ts';
import type { Shared } from './shared.ts';
import { SILENT } from './silent.ts';
import type { WireEnding, WireEvents } from './wire.ts';
import type { Line } from '../../live/line.ts';

const CUT_CODE = 1006;
const TOO_LONG_CODE = 1009;
const EVENT_STREAM = /^\s*text\/event-stream\s*(?:;|$)/i;
const NOTHING = Buffer.alloc(0);

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/**
 * A line of server-sent events: one GET whose answer does not end. Its first message is empty and stands for the opening; then every
 * event is one, as it came, comments too. It reads only, redirects are not followed, and it does not connect again by itself.
 */
export class EventsWire implements Line, EventStreamEvents, Expiring {
  private events: WireEvents;
  private readonly shared: Shared;
  private readonly scanner: EventScanner;
  private client: Client | null = null;
  private opening: Opening | null = null;
  private state = CONNECTING;
  private isPaused = false;
  /** undici waits for `goOn`. */
  private isHalted = false;
  /** Came while the line was paused: undici halts one read later. */
  private held: Buffer | null = null;
  private goOn: () => void = () => undefined;

  constructor(request: SocketRequest, events: WireEvents, shared: Shared) {
    this.events = events;
    this.shared = shared;
    this.scanner = new EventScanner(this, shared.maxMessageBytes);
    shared.handshakes.add(this);
    try {
      this.dial(request);
    } catch (error) {
      process.nextTick(() => this.end({ code: CUT_CODE, reason: (error as Error).message, status: null }));
    }
  }

  get isOpen(): boolean {
    return this.state === OPEN;
  }

  send(): boolean {
    return false;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    const { held } = this;
    this.held = null;
    if (held !== null) this.look(held);
    // What was held may have had the line paused again.
    if (!this.isHalted || this.isPaused || this.state !== OPEN) return;
    this.isHalted = false;
    this.goOn();
  }

  poll(): boolean {
    return false;
  }

  /** There is nothing to be said in parting. */
  close(): void {
    this.cut();
  }

  fail(code: number, reason: string): void {
    if (this.state !== OPEN) return;
    this.stop();
    process.nextTick(() => this.tell({ code, reason, status: null }));
  }

  cut(): void {
    this.events = SILENT;
    this.stop();
  }

  expired(): void {
    const reason = `no answer to the request within ${this.shared.handshakeTimeoutMs} ms`;
    this.end({ code: CUT_CODE, reason, status: null });
  }

  event(buffer: Buffer, start: number, end: number): void {
    this.events.message(buffer, start, end, false);
  }

  tooLong(): void {
    this.fail(TOO_LONG_CODE, `event longer than ${this.shared.maxMessageBytes} bytes`);
  }

  private dial(request: SocketRequest): void {
    const url = new URL(request.url);
    const endpoint = endpointOf(url);
    const { connector, userAgent } = this.shared;
    const client = new Client(url.origin, {
      connect: (_target, callback) => void (this.opening = connector.open(endpoint, callback)),
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.client = client;
    const own = { accept: 'text/event-stream', ...authorizationOf(url) };
    const headers = { ...own, ...withUserAgent(request.headers ?? {}, userAgent) };
    // undici calls the methods of its older handler interface, as in Exchange.
    client.dispatch({ method: 'GET', path: url.pathname + url.search, headers }, this);
  }

  onConnect(): void {}

  onHeaders(status: number, headers: readonly Buffer[], resume: () => void): boolean {
    // Early hints and the like: the answer comes after them.
    if (this.state !== CONNECTING || status < 200) return true;
    const type = headerOf(headers, 'content-type') ?? '';
    if (status !== 200 || !EVENT_STREAM.test(type)) {
      const what = status === 200 ? `${type || 'no content type'} in the place of text/event-stream` : status;
      this.end({ code: CUT_CODE, reason: `the request was answered with ${what}`, status });
      return true;
    }
    this.shared.handshakes.delete(this);
    this.state = OPEN;
    this.goOn = resume;
    this.events.opened();
    if (this.isOpen) this.events.message(NOTHING, 0, 0, false);
    return true;
  }

  /** Returns whether to go on reading. */
  onData(chunk: Buffer): boolean {
    if (this.state !== OPEN) return true;
    if (this.isPaused) this.held = chunk;
    else this.look(chunk);
    this.isHalted = this.isPaused;
    return !this.isHalted;
  }

  onComplete(): void {
    this.ended('the server has ended the stream');
  }

  /** Later: a request that cannot be made is refused while the line is still being dialled. */
  onError(error: Error): void {
    process.nextTick(() => this.ended(error.message));
  }

  private look(chunk: Buffer): void {
    const { scanner } = this;
    const begins = scanner.isBetweenEvents;
    if (begins && this.events.recognised(chunk, 0, chunk.length)) return;
    scanner.scan(chunk, 0, chunk.length);
    if (begins && scanner.isBetweenEvents) this.events.scanned(chunk, 0, chunk.length);
  }

  private ended(reason: string): void {
    this.end({ code: CUT_CODE, reason, status: null });
  }

  private end(ending: WireEnding): void {
    if (this.state === CLOSED) return;
    this.stop();
    this.tell(ending);
  }

  /** Nothing is heard any more. */
  private stop(): void {
    this.state = CLOSED;
    this.scanner.stop();
    this.held = null;
    this.shared.handshakes.delete(this);
    this.opening?.abandon();
    void this.client?.destroy();
    this.client = null;
  }

  private tell(ending: WireEnding): void {
    const { events } = this;
    this.events = SILENT;
    events.closed(ending);
  }
}

function authorizationOf(url: URL): Readonly<Record<string, string>> {
  return url.username + url.password === '' ? {} : { authorization: `Basic ${credentials(url)}` };
}
