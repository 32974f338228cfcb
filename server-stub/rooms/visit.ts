import { parseClientFrame } from './client-frame.ts';
import { CLOSE } from './line.ts';
import type { Room } from './room.ts';
import type { Viewer } from './viewer.ts';

/** A viewer in a room, as whoever holds the connection sees it. */
export class Visit {
  private readonly room: Room;
  private readonly viewer: Viewer;

  constructor(room: Room, viewer: Viewer) {
    this.room = room;
    this.viewer = viewer;
  }

  /** A message of the viewer has arrived. */
  said(payload: string): void {
    // Sent away already: what is still on the line no longer counts.
    if (this.viewer.slot < 0) return;
    const frame = parseClientFrame(payload);
    if (frame === null) this.room.sendAway(this.viewer, CLOSE.malformed, 'malformed frame');
    else this.room.receive(this.viewer, frame);
  }

  /** The line was found to hold too much that the viewer has not read. */
  fellBehind(): void {
    this.room.dropSlow(this.viewer);
  }

  /** The connection is gone. */
  left(): void {
    this.room.leave(this.viewer);
  }
}
