import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Limiter } from './limiter.ts';

/** Close codes of the protocol beyond RFC 6455's. */
export const CLOSE = { goingAway: 1001, slowConsumer: 4008, malformed: 4400, noSuchRoom: 4404 } as const;

/**
 * One connection to a room; a viewer who reconnects may have two for a while. `ws` reads and does the handshakes;
 * frames are written to `socket` itself, already encoded. That is safe between the two handshakes only: no frame may
 * follow a close frame.
 */
export class Viewer {
  readonly id: string;
  readonly name: string;
  readonly limiter: Limiter;
  readonly ws: WebSocket;
  readonly socket: Socket;
  /** Place in the room's list; -1 when not in it. */
  slot = -1;

  constructor(who: { id: string; name: string }, ws: WebSocket, socket: Socket, limiter: Limiter) {
    this.id = who.id;
    this.name = who.name;
    this.ws = ws;
    this.socket = socket;
    this.limiter = limiter;
  }

  /**
   * Writes the frame, unless that would leave more than `maxBufferedBytes` waiting in this process.
   * A frame larger than that is still written when nothing waits: a large frame makes nobody slow.
   * @returns false when the viewer is too slow.
   */
  send(frame: Buffer, maxBufferedBytes: number): boolean {
    if (this.ws.readyState !== WebSocket.OPEN) return true;
    const waitingBytes = this.socket.writableLength;
    if (waitingBytes > 0 && waitingBytes + frame.length > maxBufferedBytes) return false;
    this.socket.write(frame);
    return true;
  }
}
