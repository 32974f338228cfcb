import { isIP, type Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import type { Payload, SocketRequest } from '../../targets/target.ts';
import { hasNoPort } from './connect.ts';
import { withUserAgent } from './handshake.ts';
import { endpointOf, type Endpoint } from './proxy.ts';
import type { Shared } from './shared.ts';
import { SILENT } from './silent.ts';
import type { WireEnding, WireEvents } from './wire.ts';
import type { Line } from '../../live/line.ts';

const CUT_CODE = 1006;

/** A line of the `ws` package, for backends that will not talk without permessage-deflate. */
export class WsWire implements Line {
  /** Whom it tells; silent from `close` or `cut` on. */
  events: WireEvents;
  private readonly request: SocketRequest;
  private readonly shared: Shared;
  private socket: WebSocket | null = null;
  private ending: WireEnding | null = null;
  private error: Error | null = null;
  private status: number | null = null;
  private triesLeft: number;

  constructor(request: SocketRequest, events: WireEvents, shared: Shared) {
    this.events = events;
    this.request = request;
    this.shared = shared;
    this.triesLeft = shared.localAddresses.tries;
    this.dial();
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(payload: Payload): boolean {
    if (!this.isOpen) return false;
    this.socket!.send(payload);
    return true;
  }

  pause(): void {
    this.socket?.pause();
  }

  resume(): void {
    this.socket?.resume();
  }

  get isCompressed(): boolean {
    return this.socket?.extensions.includes('permessage-deflate') === true;
  }

  /** What lies in the system's buffer is compressed. */
  poll(): boolean {
    return false;
  }

  close(code: number): void {
    this.events = SILENT;
    if (this.isOpen) this.bid(code);
    else if (this.socket?.readyState === WebSocket.CONNECTING) this.socket.terminate();
  }

  cut(): void {
    this.events = SILENT;
    this.socket?.terminate();
  }

  fail(code: number, reason: string): void {
    if (!this.isOpen) return;
    this.ending = { code, reason, status: null };
    this.bid(code);
  }

  private bid(code: number): void {
    const socket = this.socket!;
    socket.close(code);
    if (socket.isPaused) socket.resume();
  }

  private dial(): void {
    try {
      this.listen(new WebSocket(this.request.url, [...(this.request.protocols ?? [])], this.options()));
    } catch (error) {
      this.error = error as Error;
      process.nextTick(() => this.end(CUT_CODE, ''));
    }
  }

  private options(): ClientOptions {
    const { shared } = this;
    const endpoint = endpointOf(new URL(this.request.url));
    // `closeTimeout` is newer than the types of ws.
    const options: ClientOptions & { closeTimeout: number } = {
      headers: withUserAgent(this.request.headers ?? {}, shared.userAgent),
      perMessageDeflate: true,
      maxPayload: shared.maxMessageBytes,
      handshakeTimeout: shared.handshakeTimeoutMs,
      closeTimeout: shared.closeTimeoutMs,
      // Who reads a text checks it.
      skipUTF8Validation: true,
    };
    if (shared.proxies.on(endpoint) !== null) return { ...options, ...this.byProxy(endpoint) };
    if (endpoint.isSecure) Object.assign(options, shared.tls.optionsFor(endpoint.host));
    const localAddress = shared.localAddresses.next();
    if (localAddress !== undefined) Object.assign(options, { localAddress, family: isIP(localAddress) });
    return options;
  }

  private byProxy(endpoint: Endpoint): ClientOptions {
    const { connector } = this.shared;
    // Node calls it like this, and not as the types of ws have it: with a function to be told of the connection later.
    const createConnection = (_options: object, done: (error: Error | null, socket: Socket | null) => void): void =>
      void connector.open(endpoint, (error, socket) => {
        done(error, socket);
        // It comes paused from the proxy.
        socket?.resume();
      });
    return { createConnection: createConnection as unknown as ClientOptions['createConnection'] };
  }

  private listen(socket: WebSocket): void {
    this.socket = socket;
    socket.on('open', () => this.events.opened());
    socket.on('message', (data, isBinary) => {
      // After a goodbye, what the peer still says is not heard.
      if (this.isOpen) this.events.message(data as Buffer, 0, (data as Buffer).length, isBinary);
    });
    socket.on('unexpected-response', (_request, response) => {
      this.status = response.statusCode ?? null;
      this.error = new Error(`the handshake was answered with ${this.status}`);
      socket.terminate();
    });
    socket.on('error', (error) => (this.error ??= error));
    socket.on('close', (code, reason) => this.gone(code, reason.toString('utf8')));
  }

  private gone(code: number, reason: string): void {
    if (this.events !== SILENT && hasNoPort(this.error) && --this.triesLeft > 0) {
      this.error = null;
      this.dial();
    } else this.end(code, reason);
  }

  private end(code: number, reason: string): void {
    const { events, error, status } = this;
    this.events = SILENT;
    const ofError = error === null ? null : { code: codeOf(error) ?? code, reason: error.message, status };
    events.closed(this.ending ?? ofError ?? { code, reason, status });
  }
}

/** What ws closes with when the peer breaks this rule; its close event tells only what the peer has answered. */
function codeOf(error: Error): number | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !code.startsWith('WS_ERR_')) return null;
  if (code === 'WS_ERR_INVALID_UTF8') return 1007;
  if (code === 'WS_ERR_TOO_MANY_BUFFERED_PARTS') return 1008;
  return code.startsWith('WS_ERR_UNSUPPORTED_') ? 1009 : 1002;
}
