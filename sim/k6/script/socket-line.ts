import type { WebSocket } from 'k6/websockets';
import type { Line } from '../../live/line.ts';
import type { Payload } from '../../targets/target.ts';

interface SocketEvents {
  opened(): void;
  heard(payload: Payload): void;
  /** Once, last; not after `close` or `cut`. */
  closed(): void;
}

const OPEN = 1;

/** A viewer's line over a WebSocket of k6. It cannot be paused: k6 reads on into a queue of its own. */
export class SocketLine implements Line {
  private readonly socket: WebSocket;
  private readonly events: SocketEvents;
  private hasEnded = false;

  constructor(socket: WebSocket, events: SocketEvents) {
    this.socket = socket;
    this.events = events;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      if (!this.hasEnded) events.opened();
    });
    socket.addEventListener('message', (event) => {
      if (this.hasEnded) return;
      const { data } = event as { readonly data: string | ArrayBuffer };
      events.heard(typeof data === 'string' ? data : new Uint8Array(data));
    });
    socket.addEventListener('close', () => this.ended());
    // A handshake that failed is told here, and nowhere else.
    socket.addEventListener('error', () => {
      if (socket.readyState !== OPEN) this.ended();
    });
  }

  get isOpen(): boolean {
    return this.socket.readyState === OPEN;
  }

  send(payload: Payload): boolean {
    if (this.hasEnded || !this.isOpen) return false;
    this.socket.send(payload);
    return true;
  }

  pause(): void {}

  resume(): void {}

  poll(): boolean {
    return false;
  }

  close(code: number): void {
    this.hasEnded = true;
    this.socket.close(code);
  }

  fail(code: number, reason: string): void {
    this.socket.close(code, reason);
    this.ended();
  }

  cut(): void {
    this.close(1000);
  }

  private ended(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.events.closed();
  }
}
