import { WebSocket } from 'ws';
import type { SocketRequest, TargetViewer } from '../targets/target.ts';
import { Delivery } from './delivery.ts';

/** A room that does not welcome a viewer within this has not let it in. */
const WELCOME_TIMEOUT_MS = 10_000;
const MAX_FRAME_BYTES = 1024 * 1024;

export type LinkState = 'connecting' | 'open' | 'closed';

export interface LinkEvents {
  frame(link: Link, data: Buffer): void;
  /** The socket ended, or never opened. Not called after `leave` or `cut`. */
  lost(link: Link): void;
}

/** One viewer's socket to its room. */
export class Link {
  readonly row: number;
  readonly viewer: TargetViewer;
  /** Event time at which the viewer meant to enter. */
  readonly dueMs: number;
  /** 0: the first time, else a reconnect. */
  readonly attempt: number;
  readonly delivery = new Delivery();
  state: LinkState = 'connecting';
  private readonly socket: WebSocket;
  private readonly timer: NodeJS.Timeout;

  constructor(
    row: number,
    viewer: TargetViewer,
    dueMs: number,
    attempt: number,
    request: SocketRequest,
    events: LinkEvents,
  ) {
    this.row = row;
    this.viewer = viewer;
    this.dueMs = dueMs;
    this.attempt = attempt;
    this.socket = new WebSocket(request.url, request.protocols ? [...request.protocols] : [], {
      headers: request.headers,
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
    });
    this.socket.on('message', (data) => {
      if (this.state !== 'closed') events.frame(this, data as Buffer);
    });
    this.socket.on('close', () => this.end(events));
    // The close event follows and says the same.
    this.socket.on('error', () => undefined);
    this.timer = setTimeout(() => this.socket.terminate(), WELCOME_TIMEOUT_MS);
  }

  /** The room has answered: the viewer is in. */
  welcomed(): void {
    clearTimeout(this.timer);
    this.state = 'open';
  }

  /** False when the socket is not open: nothing was sent. */
  send(frame: string): boolean {
    if (this.state !== 'open' || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(frame);
    return true;
  }

  /** The viewer goes, politely. */
  leave(): void {
    this.finish();
    this.socket.close(1000);
  }

  /** Ends the connection at once. */
  cut(): void {
    this.finish();
    this.socket.terminate();
  }

  private end(events: LinkEvents): void {
    if (this.state === 'closed') return;
    this.finish();
    events.lost(this);
  }

  private finish(): void {
    clearTimeout(this.timer);
    this.state = 'closed';
  }
}
