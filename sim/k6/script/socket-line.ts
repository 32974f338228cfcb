import type { WebSocket } from 'k6/websockets';
import type { Line } from '../../live/line.ts';
import type { Payload } from '../../targets/target.ts';

interface SocketEvents {
  opened(): void;
  /** `readEpochMs`: when k6 read it, before it waited for the script. */
  heard(payload: Payload, readEpochMs: number): void;
  /** Once, last; not after `close` or `cut`. */
  closed(): void;
}

const OPEN = 1;
const NORMAL = 1000;
/** From here on codes are a program's own. */
const OWN_CODES = 3000;

/** As in a browser a script may say no other: an error of protocol is a normal end with a reason. */
function sayable(code: number): number {
  return code >= OWN_CODES ? code : NORMAL;
}

/** A viewer's line over a WebSocket of k6. It cannot be paused: k6 reads on into a queue of its own. */
export class SocketLine implements Line {
  private readonly dial: () => WebSocket;
  private readonly events: SocketEvents;
  private socket: WebSocket;
  private hasEnded = false;

  constructor(dial: () => WebSocket, events: SocketEvents) {
    this.dial = dial;
    this.events = events;
    this.socket = this.begin();
  }

  private begin(): WebSocket {
    const socket = this.dial();
    const isOurs = (): boolean => !this.hasEnded && this.socket === socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      if (isOurs()) this.events.opened();
    });
    socket.addEventListener('message', (event) => {
      if (!isOurs()) return;
      const { data, timestamp } = event as { readonly data: string | ArrayBuffer; readonly timestamp: number };
      this.events.heard(typeof data === 'string' ? data : new Uint8Array(data), timestamp);
    });
    socket.addEventListener('close', () => {
      if (isOurs()) this.ended();
    });
    // A handshake that failed is told here, and nowhere else.
    socket.addEventListener('error', () => {
      if (isOurs() && socket.readyState !== OPEN) this.ended();
    });
    return socket;
  }

  /** Another handshake in place of this one; nobody hears that it ended. */
  again(): void {
    if (this.hasEnded) return;
    const old = this.socket;
    this.socket = this.begin();
    old.close(NORMAL);
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
    this.socket.close(sayable(code));
  }

  fail(code: number, reason: string): void {
    this.socket.close(sayable(code), reason);
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
