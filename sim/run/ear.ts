import type { Link } from '../live/link.ts';
import type { WireEvents } from './wire/wire.ts';

/** Who reads what ears hear. */
export interface Reader {
  recognised(ear: Ear, buffer: Buffer, start: number, end: number): boolean;
  scanned(ear: Ear, buffer: Buffer, start: number, end: number): void;
  frame(ear: Ear, buffer: Buffer, start: number, end: number, isBinary: boolean): void;
}

/** The receiving end of one viewer's line. */
export class Ear implements WireEvents {
  readonly link: Link;
  /** `turn` of the last frame, see FrameCache. */
  turn = 0;
  /** When it was read last; for those who are no probes. */
  readAtMs = 0;
  /** The beginning of a unit of the protocol whose rest has not come yet. */
  carry: Buffer | null = null;
  private readonly reader: Reader;

  constructor(link: Link, reader: Reader) {
    this.link = link;
    this.reader = reader;
  }

  opened(): void {
    this.link.opened();
  }

  recognised(buffer: Buffer, start: number, end: number): boolean {
    return this.reader.recognised(this, buffer, start, end);
  }

  scanned(buffer: Buffer, start: number, end: number): void {
    if (this.link.state === 'open') this.reader.scanned(this, buffer, start, end);
  }

  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    if (this.link.state !== 'closed') this.reader.frame(this, buffer, start, end, isBinary);
  }

  closed(): void {
    this.link.closed();
  }

  /** See Line. */
  pause(): void {
    this.link.pause();
  }

  poll(): boolean {
    return this.link.poll();
  }

  resume(): void {
    this.link.resume();
  }
}
