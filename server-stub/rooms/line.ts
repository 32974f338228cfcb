import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { writeFrame, type Late } from './direct-write.ts';

/** Close codes of the protocol beyond RFC 6455's. */
export const CLOSE = { goingAway: 1001, slowConsumer: 4008, malformed: 4400, noSuchRoom: 4404 } as const;

/** The way to one viewer. */
export interface Line {
  /** Sends an encoded frame. @returns false when the viewer is too slow: then it was not sent. */
  send(frame: Buffer): boolean;
  /** Says why the viewer is sent away. No frame may follow. */
  close(code: number, reason: string): void;
}

/**
 * The way over a socket of this process. `ws` reads and does the handshakes; frames are written to `socket` itself,
 * already encoded. That is safe between the two handshakes only: no frame may follow a close frame.
 */
export class SocketLine implements Line, Late {
  lateBytes = 0;
  private readonly ws: WebSocket;
  private readonly socket: Socket;
  private readonly maxBufferedBytes: number;

  constructor(ws: WebSocket, socket: Socket, maxBufferedBytes: number) {
    this.ws = ws;
    this.socket = socket;
    this.maxBufferedBytes = maxBufferedBytes;
  }

  /**
   * Writes the frame, unless that would leave more than `maxBufferedBytes` waiting in this process.
   * A frame larger than that is still written when nothing waits: a large frame makes nobody slow.
   */
  send(frame: Buffer): boolean {
    if (this.ws.readyState !== WebSocket.OPEN) return true;
    const waitingBytes = this.socket.writableLength + this.lateBytes;
    if (waitingBytes > 0 && waitingBytes + frame.length > this.maxBufferedBytes) return false;
    writeFrame(this.socket, frame, this);
    return true;
  }

  /** `ws` cuts the line if the viewer does not answer. */
  close(code: number, reason: string): void {
    this.ws.close(code, reason);
  }
}
