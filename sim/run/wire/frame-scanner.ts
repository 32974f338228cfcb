import { isUtf8 } from 'node:buffer';
import { GrowingBuffer } from './growing-buffer.ts';

const FIN = 0x80;
const MASKED = 0x80;
const RESERVED_BITS = 0x70;
const OPCODE_BITS = 0x0f;
const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const FIRST_CONTROL = OPCODE.close;
const MAX_CONTROL_BYTES = 125;
/** Above this, a length of 64 bits is no longer exact in a double. */
const MAX_HIGH_WORD = 2 ** 21 - 1;

/** What a scanner found. The bytes are good for the time of the call. */
export interface FrameEvents {
  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void;
  pinged(buffer: Buffer, start: number, end: number): void;
  /** The peer closes. Nothing follows. */
  closing(code: number, reason: string): void;
  /** The peer broke a rule; `code` is what to close with. Nothing follows. */
  broken(code: number, reason: string): void;
}

/**
 * Finds the frames (RFC 6455, section 5) in what a client reads. A frame that lies in the read as a whole is handed over where it lies;
 * only what a read has cut is copied, and the copy is let go when it is whole.
 */
export class FrameScanner {
  private readonly events: FrameEvents;
  private readonly maxMessageBytes: number;
  /** The beginning of a frame whose rest has not come yet. */
  private tail: GrowingBuffer | null = null;
  /** Payload of the fragments of a message that has not ended yet. */
  private parts: GrowingBuffer | null = null;
  /** Of the message that `parts` is of; 0: there is none. */
  private opcode = 0;
  private stopped = false;

  constructor(events: FrameEvents, maxMessageBytes: number) {
    this.events = events;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** What was scanned so far ended with a whole message, or a control frame after one. */
  get isBetweenMessages(): boolean {
    return this.tail === null && this.opcode === 0 && !this.stopped;
  }

  /** Nothing more is handed over, not even what is left of this read. */
  stop(): void {
    this.stopped = true;
    this.tail = null;
    this.parts = null;
  }

  scan(buffer: Buffer, start: number, end: number): void {
    let at = this.tail === null ? start : this.finishTail(this.tail, buffer, start, end);
    while (at < end && !this.stopped) {
      const needed = this.needed(buffer, at, end - at);
      if (needed > end - at) return this.keep(buffer, at, end, needed);
      this.frame(buffer, at, at + needed);
      at += needed;
    }
  }

  /** Completes the frame that the last read has cut. Returns where the next one begins. */
  private finishTail(tail: GrowingBuffer, buffer: Buffer, start: number, end: number): number {
    let at = start;
    for (;;) {
      const needed = this.needed(tail.bytes, 0, tail.length);
      if (this.stopped) return end;
      if (needed <= tail.length) {
        this.tail = null;
        this.frame(tail.bytes, 0, needed);
        return at;
      }
      if (at === end) return end;
      const taken = Math.min(needed - tail.length, end - at);
      tail.append(buffer, at, at + taken, needed);
      at += taken;
    }
  }

  private keep(buffer: Buffer, at: number, end: number, needed: number): void {
    if (this.stopped) return;
    this.tail = new GrowingBuffer();
    this.tail.append(buffer, at, end, needed);
  }

  /**
   * How many bytes must be there before the next thing can be known of the frame at `at`; when so many are there, the frame is
   * whole. Infinite when the frame breaks a rule.
   */
  private needed(buffer: Buffer, at: number, there: number): number {
    if (there < 2) return 2;
    const first = buffer[at];
    const second = buffer[at + 1];
    const isUsual = (first === (FIN | OPCODE.text) || first === (FIN | OPCODE.binary)) && this.opcode === 0;
    if (!isUsual || second >= MASKED) {
      const fault = this.fault(first, second);
      if (fault !== null) return this.break(1002, fault);
    }
    const headerBytes = headerBytesOf(second);
    if (there < headerBytes) return headerBytes;
    const length = this.payloadBytes(buffer, at, second);
    if (length > this.maxMessageBytes - this.partsBytes && (first & OPCODE_BITS) < FIRST_CONTROL)
      return this.break(1009, `message longer than ${this.maxMessageBytes} bytes`);
    return headerBytes + length;
  }

  private get partsBytes(): number {
    return this.parts === null ? 0 : this.parts.length;
  }

  /** Infinite when it cannot be said. */
  private payloadBytes(buffer: Buffer, at: number, second: number): number {
    if (second < 126) return second;
    if (second === 126) return buffer[at + 2] * 256 + buffer[at + 3];
    const high = buffer.readUInt32BE(at + 2);
    return high > MAX_HIGH_WORD ? Infinity : high * 2 ** 32 + buffer.readUInt32BE(at + 6);
  }

  /** The rule that the first two bytes of a frame break. */
  private fault(first: number, second: number): string | null {
    const opcode = first & OPCODE_BITS;
    if ((first & RESERVED_BITS) !== 0) return 'reserved bits are set';
    if (opcode >= FIRST_CONTROL) {
      if (opcode > OPCODE.pong) return `unknown opcode ${opcode}`;
      if ((first & FIN) === 0) return 'control frame in fragments';
      const length = second & ~MASKED;
      if (length > MAX_CONTROL_BYTES) return 'control frame longer than 125 bytes';
      if (opcode === OPCODE.close && length === 1) return 'close frame with half a code';
    } else {
      if (opcode > OPCODE.binary) return `unknown opcode ${opcode}`;
      if (opcode === OPCODE.continuation && this.opcode === 0) return 'continuation of nothing';
      if (opcode !== OPCODE.continuation && this.opcode !== 0) return 'new message inside of another';
    }
    return second >= MASKED ? 'masked frame from a server' : null;
  }

  private break(code: number, reason: string): number {
    this.stop();
    this.events.broken(code, reason);
    return Infinity;
  }

  /** A whole frame, whose header breaks no rule. */
  private frame(buffer: Buffer, at: number, end: number): void {
    const first = buffer[at];
    const start = at + headerBytesOf(buffer[at + 1]);
    const opcode = first & OPCODE_BITS;
    if (opcode === OPCODE.ping) this.events.pinged(buffer, start, end);
    else if (opcode === OPCODE.close) this.close(buffer, start, end);
    else if (opcode === OPCODE.pong) return;
    else if (first >= FIN && this.opcode === 0) this.events.message(buffer, start, end, opcode === OPCODE.binary);
    else this.fragment(buffer, start, end, first);
  }

  private fragment(buffer: Buffer, start: number, end: number, first: number): void {
    const opcode = this.opcode === 0 ? first & OPCODE_BITS : this.opcode;
    const parts = (this.parts ??= new GrowingBuffer());
    parts.append(buffer, start, end, this.maxMessageBytes);
    this.opcode = opcode;
    if (first < FIN) return;
    this.opcode = 0;
    this.parts = null;
    this.events.message(parts.bytes, 0, parts.length, opcode === OPCODE.binary);
  }

  private close(buffer: Buffer, start: number, end: number): void {
    if (start === end) {
      this.stop();
      return this.events.closing(1005, '');
    }
    const code = buffer.readUInt16BE(start);
    const reason = buffer.subarray(start + 2, end);
    if (!mayBeSent(code)) this.break(1002, `close code ${code}`);
    else if (!isUtf8(reason)) this.break(1007, 'reason for closing that is not UTF-8');
    else {
      this.stop();
      this.events.closing(code, reason.toString('utf8'));
    }
  }
}

function headerBytesOf(second: number): number {
  const length = second & ~MASKED;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
}

/** RFC 6455, section 7.4, and the codes that were registered since. 1004 to 1006 and 1015 are never sent. */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
}
