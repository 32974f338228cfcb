import type { ChatRun } from '../live/decoder.ts';
import type { ParsedFrame } from './frame-cache.ts';

/** Reads that are kept: viewers of one room are rarely more than this many apart. */
const KEPT = 4;
/** Longer ones are rare, and their frames are recognised one by one. */
const MAX_BYTES = 16 * 1024;

/** A read that held nothing but chat, numbered in turn. */
export interface KnownRead extends ChatRun {
  readonly frames: number;
  readonly payloadBytes: number;
  /** Of the last frame, see FrameCache. */
  readonly turn: number;
  readonly bytes: Buffer;
}

/**
 * What one room's viewers have read lately. In a busy room the backend writes the same frames to everybody at once, so one viewer after
 * another reads the same bytes: they are compared as a whole, not frame by frame.
 */
export class ReadMemory {
  private readonly reads: (KnownRead | null)[] = new Array<KnownRead | null>(KEPT).fill(null);
  private newest = 0;
  private newestSeq = -1;
  /** The frames of the read that is being scanned, and the bytes of their payloads. */
  private readonly frames: ParsedFrame[] = [];
  private readonly lengths: number[] = [];
  private isOpen = false;

  /** The read in the bytes `start` to `end`, if it is known and begins with message `seq`. */
  find(seq: number, buffer: Buffer, start: number, end: number): KnownRead | null {
    for (let k = 0; k < KEPT; k++) {
      const read = this.reads[(this.newest - k + KEPT) % KEPT];
      if (read === null || read.firstSeq !== seq) continue;
      const { bytes } = read;
      if (bytes.length === end - start && bytes.compare(buffer, start, end) === 0) return read;
    }
    return null;
  }

  /** A read is about to be scanned. What is added otherwise is of a read that cannot be known as a whole. */
  begin(): void {
    this.isOpen = true;
    this.frames.length = 0;
    this.lengths.length = 0;
  }

  /** One of its frames. */
  add(frame: ParsedFrame, payloadBytes: number): void {
    if (!this.isOpen) return;
    this.frames.push(frame);
    this.lengths.push(payloadBytes);
  }

  /** The read has been scanned, and ended with the end of a frame. */
  learn(buffer: Buffer, start: number, end: number): void {
    const { frames, isOpen } = this;
    this.isOpen = false;
    if (!isOpen) return;
    // The first viewer who reads something new stands for those who follow.
    if (frames.length === 0 || frames[0].firstSeq <= this.newestSeq || end - start > MAX_BYTES) return;
    if (!this.isPlain(end - start)) return;
    this.newest = (this.newest + 1) % KEPT;
    this.newestSeq = frames[0].firstSeq;
    this.reads[this.newest] = {
      firstSeq: frames[0].firstSeq,
      publishedAtMs: frames.flatMap(({ publishedAtMs }) => publishedAtMs),
      frames: frames.length,
      payloadBytes: this.lengths.reduce((sum, length) => sum + length, 0),
      turn: frames[frames.length - 1].turn,
      bytes: Buffer.from(buffer.subarray(start, end)),
    };
  }

  /** Chat in turn from the first frame to the last, and no ping or other frame between: its bytes would be missing. */
  private isPlain(length: number): boolean {
    let next = this.frames[0].firstSeq;
    let bytes = 0;
    for (let i = 0; i < this.frames.length; i++) {
      const { firstSeq, publishedAtMs, turn } = this.frames[i];
      if (firstSeq !== next || firstSeq < 0 || turn === 0) return false;
      next += publishedAtMs.length;
      bytes += this.lengths[i] + (this.lengths[i] < 126 ? 2 : 4);
    }
    return bytes === length;
  }
}
