import type { Line } from '../../live/line.ts';
import type { SocketRequest } from '../../targets/target.ts';

/** What a line tells of itself, to the one viewer that holds it. */
export interface WireEvents {
  /** The handshake is done, or what stands for it over HTTP. Messages may follow at once, in the same read. */
  opened(): void;
  /**
   * A read that begins with a frame, before it is scanned. True when these very bytes are known and have been accounted for: they are not
   * scanned. That is safe only for whole frames of text or binary messages.
   */
  recognised(buffer: Buffer, start: number, end: number): boolean;
  /** A read that began with a frame and ended with one has been scanned. */
  scanned(buffer: Buffer, start: number, end: number): void;
  /**
   * One whole message: the bytes `start` to `end` of `buffer`, which is used again as soon as this returns. Text is not yet known to
   * be UTF-8: who reads it for the first time checks it, and answers `fail(1007)`; the same bytes need no second check.
   */
  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void;
  /** The line has ended, or never opened. Once, last; not after `close` or `cut`. */
  closed(ending: WireEnding): void;
}

export interface WireEnding {
  /** Close code as in RFC 6455: the peer's; 1005 without one, 1006 for a line that was cut; what we closed it with when the peer broke the protocol. */
  readonly code: number;
  /** The peer's words, or what was wrong; for logs. */
  readonly reason: string;
  /** The answer to the handshake when it was a no; null when there was none, or it was a yes. */
  readonly status: number | null;
}

/** Opens lines; one for each worker, which shares the read buffer and what was learnt about the backend. */
export interface Dialer {
  dial(request: SocketRequest, events: WireEvents): Line;
}
