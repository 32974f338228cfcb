import { isUtf8 } from 'node:buffer';
import { Decoder, isPersonal, type DecodedFrame } from '../live/decoder.ts';
import type { Numbering } from '../live/numbering.ts';
import type { RoomTarget } from '../targets/target.ts';

/** Frames of a room that are kept: enough for the viewers of one worker to be a twentieth of a second of a busy room apart. */
const KEPT = 64;
/** So many bytes of a frame, spread over it, tell most frames apart. */
const SAMPLES = 16;

export interface ParsedFrame extends DecodedFrame {
  /** Place in the order of the frames that are kept; 0: it is not. */
  readonly turn: number;
}

/**
 * One message, parsed once. A room's frame is the same bytes for every viewer: it is parsed for the first, and for the
 * others compared in full and looked up.
 */
export class FrameCache {
  parsed = 0;
  reused = 0;
  private readonly room: RoomTarget;
  private readonly decoder: Decoder;
  private readonly bytes: (Buffer | null)[] = new Array<Buffer | null>(KEPT).fill(null);
  private readonly lengths = new Int32Array(KEPT).fill(-1);
  private readonly samples = new Int32Array(KEPT);
  private readonly frames: (ParsedFrame | null)[] = new Array<ParsedFrame | null>(KEPT).fill(null);
  private newest = 0;

  constructor(room: RoomTarget, numbering: Numbering) {
    this.room = room;
    this.decoder = new Decoder(room, numbering);
  }

  /**
   * Reads the frame in the bytes `start` to `end`. `after`: the `turn` of the frame that this viewer received last, because
   * the next one in turn is the likeliest. `alone`: no other viewer gets it, so that it is not worth keeping.
   * @returns null for text that is not UTF-8; 'cut' when it does not end with a whole unit of the protocol
   * @throws what the target throws for a malformed frame
   */
  read(
    buffer: Buffer,
    start: number,
    end: number,
    isBinary: boolean,
    after: number,
    alone: boolean,
  ): ParsedFrame | 'cut' | null {
    if (alone && this.newest === 0) return this.parse(buffer, start, end, isBinary, 0, alone);
    const next = (after + 1) % KEPT;
    if (this.lengths[next] === end - start && this.isKept(next, buffer, start, end)) {
      this.reused++;
      return this.frames[next];
    }
    const sample = sampleOf(buffer, start, end);
    for (let k = 0; k < KEPT; k++) {
      const i = (this.newest - k + KEPT) % KEPT;
      if (this.lengths[i] !== end - start || this.samples[i] !== sample || !this.isKept(i, buffer, start, end))
        continue;
      this.reused++;
      return this.frames[i];
    }
    return this.parse(buffer, start, end, isBinary, sample, alone);
  }

  /** Reads whole units of a protocol whose frames may be cut anywhere. Throws what the target throws. */
  readUnits(bytes: Uint8Array): ParsedFrame {
    return { ...this.decoder.decode(bytes), turn: 0 };
  }

  private isKept(slot: number, buffer: Buffer, start: number, end: number): boolean {
    return this.bytes[slot]?.compare(buffer, start, end, 0, end - start) === 0;
  }

  private parse(
    buffer: Buffer,
    start: number,
    end: number,
    isBinary: boolean,
    sample: number,
    alone: boolean,
  ): ParsedFrame | 'cut' | null {
    const bytes = buffer.subarray(start, end);
    if (!isBinary && !isUtf8(bytes)) return null;
    const { wholeBytes } = this.room;
    if (wholeBytes && wholeBytes(bytes) < bytes.length) return 'cut';
    const decoded = this.decoder.decode(isBinary ? bytes : buffer.toString('utf8', start, end));
    this.parsed++;
    const keep = !alone && !decoded.messages.some(isPersonal);
    const turn = keep ? this.newest + 1 : 0;
    const frame = { ...decoded, turn };
    if (keep) this.keep(frame, buffer, start, end, sample);
    return frame;
  }

  private keep(frame: ParsedFrame, buffer: Buffer, start: number, end: number, sample: number): void {
    this.newest = frame.turn;
    const slot = frame.turn % KEPT;
    const length = end - start;
    // The bytes are in a buffer that is read into again; the copy goes where an older frame was, if it fits.
    let bytes = this.bytes[slot];
    if (bytes === null || bytes.length < length || bytes.length > 4 * length + 1024) {
      bytes = Buffer.allocUnsafeSlow(length + (length >> 2));
      this.bytes[slot] = bytes;
    }
    buffer.copy(bytes, 0, start, end);
    this.lengths[slot] = length;
    this.samples[slot] = sample;
    this.frames[slot] = frame;
  }
}

function sampleOf(buffer: Buffer, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  for (let i = 0; i < SAMPLES; i++)
    hash = Math.imul(hash ^ buffer[start + Math.floor((i * length) / SAMPLES)], 0x01000193);
  return hash;
}
