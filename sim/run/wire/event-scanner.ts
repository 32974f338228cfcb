import { GrowingBuffer } from './growing-buffer.ts';

const LF = 0x0a;
const CR = 0x0d;
/** Of the last line of an event. */
const LINE_END_BYTES = 2;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** What a scanner found. The bytes are good for the time of the call. */
export interface EventStreamEvents {
  /** The lines of one event, without the end of the last one. */
  event(buffer: Buffer, start: number, end: number): void;
  /** An event is longer than it may be. Nothing follows. */
  tooLong(): void;
}

/**
 * Finds the events in a stream of them (HTML, section 9.2.5): what lies between blank lines, whose ends may be LF, CR or CRLF, and may be cut
 * anywhere. An event that lies in the read as a whole is handed over where it lies.
 */
export class EventScanner {
  private readonly events: EventStreamEvents;
  private readonly maxEventBytes: number;
  /** The beginning of an event whose rest has not come yet. */
  private kept: GrowingBuffer | null = null;
  /** Of the event under way, to the end of its last line; a line that is still going on is not in it. 0: there is none yet. */
  private contentBytes = 0;
  private isLineEmpty = true;
  /** The last byte was CR: LF after it is of the same end of line. */
  private isAfterCr = false;
  private isFirst = true;
  private stopped = false;

  constructor(events: EventStreamEvents, maxEventBytes: number) {
    this.events = events;
    this.maxEventBytes = maxEventBytes;
  }

  /** What was scanned so far ended with a whole event, or is nothing. */
  get isBetweenEvents(): boolean {
    return this.kept === null && !this.isAfterCr && !this.stopped;
  }

  /** Nothing more is handed over, not even what is left of this read. */
  stop(): void {
    this.stopped = true;
    this.kept = null;
  }

  scan(buffer: Buffer, start: number, end: number): void {
    let from = start;
    for (let at = start; at < end && !this.stopped; at++) {
      const byte = buffer[at];
      const isRestOfEnd = byte === LF && this.isAfterCr;
      this.isAfterCr = byte === CR;
      if (isRestOfEnd) {
        // After a blank line it is not yet the next event.
        if (this.contentBytes === 0 && this.isLineEmpty) from = at + 1;
      } else if (byte !== LF && byte !== CR) this.isLineEmpty = false;
      else if (!this.isLineEmpty) {
        this.isLineEmpty = true;
        this.contentBytes = this.keptBytes + at - from;
      } else {
        this.finish(buffer, from, at);
        from = at + 1;
      }
    }
    if (from < end && !this.stopped) this.keep(buffer, from, end);
  }

  private get keptBytes(): number {
    return this.kept === null ? 0 : this.kept.length;
  }

  /** A blank line begins at `at`. */
  private finish(buffer: Buffer, from: number, at: number): void {
    const { contentBytes } = this;
    this.contentBytes = 0;
    if (contentBytes === 0) return;
    if (this.kept === null) return this.hand(buffer, from, from + contentBytes);
    this.keep(buffer, from, at);
    if (this.stopped) return;
    const { bytes } = this.kept;
    this.kept = null;
    this.hand(bytes, 0, contentBytes);
  }

  private keep(buffer: Buffer, from: number, end: number): void {
    const most = this.maxEventBytes + LINE_END_BYTES;
    if (this.keptBytes + end - from > most) return this.overrun();
    this.kept ??= new GrowingBuffer();
    this.kept.append(buffer, from, end, most);
  }

  private hand(buffer: Buffer, start: number, end: number): void {
    if (end - start > this.maxEventBytes) return this.overrun();
    const isMarked = this.isFirst && BYTE_ORDER_MARK.every((byte, i) => buffer[start + i] === byte);
    this.isFirst = false;
    this.events.event(buffer, isMarked ? start + BYTE_ORDER_MARK.length : start, end);
  }

  private overrun(): void {
    this.stop();
    this.events.tooLong();
  }
}
