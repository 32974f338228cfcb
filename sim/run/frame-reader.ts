import type { RoomTarget } from '../targets/target.ts';
import { FrameCache, type ParsedFrame } from './frame-cache.ts';
import type { Ear } from './ear.ts';
import type { Numbering } from '../live/numbering.ts';

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
  read(ear: Ear, buffer: Buffer, start: number, end: number, isBinary: boolean, alone: boolean): ParsedFrame | null {
    try {
      if (ear.carry !== null) return this.readOn(ear, buffer.subarray(start, end));
      const frame = this.cache.read(buffer, start, end, isBinary, ear.turn, alone);
      if (frame === 'cut') return this.readOn(ear, buffer.subarray(start, end));
      if (frame === null) ear.link.refuseText();
      return frame;
    } catch {
      if (this.room.wholeBytes) ear.link.lostTrack();
      return null;
    }
  }

  /** Of a protocol whose units are cut anywhere: reads what is whole by now, and keeps the rest. Throws what cannot be read. */
  private readOn(ear: Ear, bytes: Buffer): ParsedFrame | null {
    const whole = ear.carry === null ? bytes : Buffer.concat([ear.carry, bytes]);
    const length = this.room.wholeBytes?.(whole) ?? whole.length;
    if (whole.length - length > MOST_CARRIED_BYTES) throw new Error('a unit of the protocol that does not end');
    // The bytes are in a buffer that is read into again.
    ear.carry = length < whole.length ? Buffer.from(whole.subarray(length)) : null;
    return length > 0 ? this.cache.readUnits(whole.subarray(0, length)) : null;
  }
}
