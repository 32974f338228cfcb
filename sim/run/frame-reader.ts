import type { RoomTarget } from '../targets/target.ts';
import { FrameCache, type ParsedFrame } from './frame-cache.ts';
import type { Link } from './link.ts';
import type { Numbering } from './numbering.ts';

/** The beginning of a unit of a protocol may be so long before its end must come. */
const MOST_CARRIED_BYTES = 1024 * 1024;

/** Reads the frames of one room: each once, however many viewers get it, and units of a protocol that are cut between frames. */
export class FrameReader {
  private readonly room: RoomTarget;
  private readonly cache: FrameCache;

  constructor(room: RoomTarget, numbering: Numbering) {
    this.room = room;
    this.cache = new FrameCache(room, numbering);
  }

  /**
   * Null for what cannot be read. A frame that the adapter cannot read is passed over: whatever it said, the gap in the sequence
   * shows. Text that is not UTF-8 ends the line, and so does a unit of a protocol that has lost its beginning. `alone`: as for FrameCache.
   */
  read(link: Link, buffer: Buffer, start: number, end: number, isBinary: boolean, alone: boolean): ParsedFrame | null {
    try {
      if (link.carry !== null) return this.readOn(link, buffer.subarray(start, end));
      const frame = this.cache.read(buffer, start, end, isBinary, link.turn, alone);
      if (frame === 'cut') return this.readOn(link, buffer.subarray(start, end));
      if (frame === null) link.refuseText();
      return frame;
    } catch {
      if (this.room.wholeBytes) link.lostTrack();
      return null;
    }
  }

  /** Of a protocol whose units are cut anywhere: reads what is whole by now, and keeps the rest. Throws what cannot be read. */
  private readOn(link: Link, bytes: Buffer): ParsedFrame | null {
    const whole = link.carry === null ? bytes : Buffer.concat([link.carry, bytes]);
    const length = this.room.wholeBytes?.(whole) ?? whole.length;
    if (whole.length - length > MOST_CARRIED_BYTES) throw new Error('a unit of the protocol that does not end');
    // The bytes are in a buffer that is read into again.
    link.carry = length < whole.length ? Buffer.from(whole.subarray(length)) : null;
    return length > 0 ? this.cache.readUnits(whole.subarray(0, length)) : null;
  }
}
