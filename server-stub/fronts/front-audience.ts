import { Roster, type Audience } from '../rooms/audience.ts';
import type { Line } from '../rooms/line.ts';
import type { Viewer } from '../rooms/viewer.ts';
import type { Channel } from './channel.ts';
import { TO_FRONT } from './records.ts';

/** The way to a viewer whose socket a front holds. The front finds out who is slow. */
export class FrontLine implements Line {
  private readonly channel: Channel;
  private readonly number: number;

  constructor(channel: Channel, number: number) {
    this.channel = channel;
    this.number = number;
  }

  join(roomNumber: number): void {
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32LE(roomNumber);
    this.channel.send(TO_FRONT.join, this.number, payload);
  }

  send(frame: Buffer): boolean {
    this.channel.send(TO_FRONT.tell, this.number, frame);
    return true;
  }

  close(code: number, reason: string): void {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16LE(code);
    payload.write(reason, 2);
    this.channel.send(TO_FRONT.close, this.number, payload);
  }
}

/** A room whose viewers are connected to fronts: each front is told once, and passes it on to those it holds. */
export class FrontAudience extends Roster<Viewer> implements Audience<Viewer> {
  private readonly roomNumber: number;
  private readonly channels: Iterable<Channel>;

  /** `channels` are those of all fronts that live, now and later. */
  constructor(roomNumber: number, channels: Iterable<Channel>) {
    super();
    this.roomNumber = roomNumber;
    this.channels = channels;
  }

  override add(viewer: Viewer): void {
    super.add(viewer);
    // With fronts there are no lines of another kind.
    (viewer.line as FrontLine).join(this.roomNumber);
  }

  broadcast(frame: Buffer): void {
    if (this.size === 0) return;
    for (const channel of this.channels) channel.send(TO_FRONT.broadcast, this.roomNumber, frame);
  }
}
