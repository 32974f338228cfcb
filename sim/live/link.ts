import type { Payload } from '../targets/target.ts';
import { epochMs } from './clock.ts';
import { Delivery } from './delivery.ts';
import type { Line } from './line.ts';
import type { Deadlines, Expiring } from './deadlines.ts';

export type LinkState = 'connecting' | 'open' | 'closed';

export interface LinkEvents {
  /** The line is open; the room has not welcomed the viewer yet. */
  opened(link: Link): void;
  /** The socket ended, or never opened. Not called after `leave` or `cut`. */
  lost(link: Link): void;
}

/** One viewer's line to its room. */
export class Link implements Expiring {
  readonly row: number;
  /** Event time at which the viewer meant to enter. */
  readonly dueMs: number;
  /** Its lag is measured at the instant of arrival; else it may be read in batches. */
  readonly isProbe: boolean;
  readonly delivery = new Delivery();
  state: LinkState = 'connecting';
  /** The room has said that it does not want the viewer: a welcome behind that is none. */
  isRefused = false;
  /** Numbers of its own chat, where nobody hears what they said themselves. */
  readonly saidItself: number[] = [];
  /** Epoch ms: in a room without numbers, chat that was sent before is not due. */
  dueFromMs = NaN;
  /** Epoch ms; NaN while it lasts. */
  endedAtMs = NaN;
  /** Messages that were not due after all, and count as received. */
  forgiven = 0;
  /** Indices of the cues it was shown. */
  readonly cues: number[] = [];
  /** In a room that is polled: how long it was last told to wait. */
  waitMs = 0;
  /** Messages that took LATE_MESSAGE_MS or more to come; counted at probes. */
  lateMessages = 0;
  private readonly events: LinkEvents;
  private readonly wire: Line;
  /** Until when the room is to welcome each viewer who is dialling. */
  private readonly welcomes: Deadlines;

  constructor(
    viewer: { readonly row: number; readonly dueMs: number; readonly isProbe: boolean },
    dial: (link: Link) => Line,
    welcomes: Deadlines,
    events: LinkEvents,
  ) {
    this.row = viewer.row;
    this.dueMs = viewer.dueMs;
    this.isProbe = viewer.isProbe;
    this.events = events;
    this.welcomes = welcomes;
    this.wire = dial(this);
    welcomes.add(this);
  }

  /** The room has answered: the viewer is in. `dueFromMs`: epoch ms. */
  welcomed(dueFromMs: number): void {
    this.state = 'open';
    this.dueFromMs = dueFromMs;
    this.welcomes.delete(this);
  }

  /** False when the socket is not open: nothing was sent. */
  send(payload: Payload): boolean {
    return this.state === 'open' && this.wire.send(payload);
  }

  /** Words of the protocol, also of one who is not in yet. */
  answer(payload: Payload): void {
    if (this.state !== 'closed') this.wire.send(payload);
  }

  /** Only of a room that is polled: the next question. */
  askAgain(afterMs: number, cursor: string): void {
    this.waitMs = afterMs;
    this.wire.again?.(afterMs, cursor);
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

  /** The room does not want the viewer. */
  refused(reason: string): void {
    this.isRefused = true;
    this.wire.fail(1000, reason);
  }

  /** Nothing that it says can be made sense of any more. */
  lostTrack(): void {
    this.wire.fail(1002, 'a unit of the protocol that cannot be read');
  }

  /** Text that is not UTF-8 (RFC 6455, section 8.1). */
  refuseText(): void {
    this.wire.fail(1007, 'text that is not UTF-8');
  }

  /** The line is open. */
  opened(): void {
    if (this.state !== 'closed') this.events.opened(this);
  }

  /** The line has ended, or never opened. */
  closed(): void {
    if (this.state === 'closed') return;
    this.finish();
    this.events.lost(this);
  }

  private finish(): void {
    this.state = 'closed';
    this.endedAtMs = epochMs();
    this.welcomes.delete(this);
  }
}
