import type { SocketRequest } from '../targets/target.ts';
import { Delivery } from './delivery.ts';
import type { Deadlines, Expiring } from './wire/deadlines.ts';
import type { Dialer, Wire, WireEvents } from './wire/wire.ts';

export type LinkState = 'connecting' | 'open' | 'closed';

export interface LinkEvents {
  /** See WireEvents. */
  recognised(link: Link, buffer: Buffer, start: number, end: number): boolean;
  scanned(link: Link, buffer: Buffer, start: number, end: number): void;
  /** A message for this viewer; its bytes are good for this call only. */
  frame(link: Link, buffer: Buffer, start: number, end: number, isBinary: boolean): void;
  /** The socket ended, or never opened. Not called after `leave` or `cut`. */
  lost(link: Link): void;
}

/** One viewer's socket to its room. */
export class Link implements WireEvents, Expiring {
  readonly row: number;
  /** Event time at which the viewer meant to enter. */
  readonly dueMs: number;
  /** Its lag is measured at the instant of arrival; else it may be read in batches. */
  readonly isProbe: boolean;
  readonly delivery = new Delivery();
  state: LinkState = 'connecting';
  /** `turn` of the last frame, see FrameCache. */
  turn = 0;
  /** When it was read last; for those who are no probes. */
  readAtMs = 0;
  /** Indices of the cues it was shown. */
  readonly cues: number[] = [];
  /** Messages that took LATE_MESSAGE_MS or more to come; counted at probes. */
  lateMessages = 0;
  private readonly events: LinkEvents;
  private readonly wire: Wire;
  /** Until when the room is to welcome each viewer who is dialling. */
  private readonly welcomes: Deadlines;

  constructor(
    viewer: { readonly row: number; readonly dueMs: number; readonly isProbe: boolean },
    request: SocketRequest,
    dialer: Dialer,
    welcomes: Deadlines,
    events: LinkEvents,
  ) {
    this.row = viewer.row;
    this.dueMs = viewer.dueMs;
    this.isProbe = viewer.isProbe;
    this.events = events;
    this.welcomes = welcomes;
    this.wire = dialer.dial(request, this);
    welcomes.add(this);
  }

  /** The room has answered: the viewer is in. */
  welcomed(): void {
    this.state = 'open';
    this.welcomes.delete(this);
  }

  /** False when the socket is not open: nothing was sent. */
  send(frame: string): boolean {
    return this.state === 'open' && this.wire.sendText(frame);
  }

  /** What arrives waits in the kernel until `resume`. */
  pause(): void {
    this.wire.pause();
  }

  /** Reads what waits. False when that was nothing, or cannot be done: then `resume`. */
  poll(): boolean {
    return this.state === 'open' && this.wire.poll();
  }

  resume(): void {
    if (this.state === 'open') this.wire.resume();
  }

  /** The viewer goes, politely. */
  leave(): void {
    this.finish();
    this.wire.close(1000);
  }

  /** Ends the connection at once. */
  cut(): void {
    this.finish();
    this.wire.cut();
  }

  /** The room has not welcomed the viewer in time: it is lost. */
  expired(): void {
    if (this.wire.isOpen) return this.wire.fail(1002, 'no welcome');
    // It is still being dialled; that takes too long as well.
    this.wire.cut();
    this.closed();
  }

  /** Text that is not UTF-8 (RFC 6455, section 8.1). */
  refuseText(): void {
    this.wire.fail(1007, 'text that is not UTF-8');
  }

  opened(): void {
    // The viewer is in when the room has welcomed it.
  }

  recognised(buffer: Buffer, start: number, end: number): boolean {
    return this.events.recognised(this, buffer, start, end);
  }

  scanned(buffer: Buffer, start: number, end: number): void {
    if (this.state === 'open') this.events.scanned(this, buffer, start, end);
  }

  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    if (this.state !== 'closed') this.events.frame(this, buffer, start, end, isBinary);
  }

  closed(): void {
    if (this.state === 'closed') return;
    this.finish();
    this.events.lost(this);
  }

  private finish(): void {
    this.state = 'closed';
    this.welcomes.delete(this);
  }
}
