import type { RoomTarget, TargetViewer } from '../targets/target.ts';
import type { HttpClients } from './http-clients.ts';
import { PollWire } from './wire/poll-wire.ts';
import type { Dialer, Wire, WireEvents } from './wire/wire.ts';

/** A viewer's line to its room, of whatever kind. */
export type Line = Wire & {
  /** Only where a room is polled. */
  again?(afterMs: number, cursor: string): void;
};

export type OpenLine = (viewer: TargetViewer, events: WireEvents) => Line;

const POLL_TIMEOUT_MS = 10_000;

/** How the viewers' lines are opened. Without a room, everybody is in at once, and nothing is heard. */
export function lineOpener(room: RoomTarget | null, dialer: Dialer, http: HttpClients): OpenLine {
  if (room === null) return (_viewer, events) => new NoLine(events);
  if (room.line !== 'poll') return (viewer, events) => dialer.dial(room.connect(viewer), events);
  const { poll, origin } = room;
  if (!poll) throw new Error('a room that is polled says how');
  return (viewer, events) =>
    new PollWire(
      {
        http,
        origin,
        request: (cursor) => poll(viewer, cursor),
        timeoutMs: POLL_TIMEOUT_MS,
        viewer: viewer.number,
      },
      events,
    );
}

/** A line to nowhere. */
class NoLine implements Line {
  isOpen = true;

  constructor(events: WireEvents) {
    process.nextTick(() => {
      if (this.isOpen) events.opened();
    });
  }

  send(): boolean {
    return false;
  }

  pause(): void {}

  resume(): void {}

  poll(): boolean {
    return false;
  }

  close(): void {
    this.isOpen = false;
  }

  fail(): void {
    this.isOpen = false;
  }

  cut(): void {
    this.isOpen = false;
  }
}
