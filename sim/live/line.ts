import type { Payload } from '../targets/target.ts';

/** A viewer's line to its room, as a client sees it: a WebSocket, or what is heard over HTTP in its stead. */
export interface Line {
  readonly isOpen: boolean;
  /** Text for a string, a binary message for bytes. False when the line is not open, or carries nothing this way: nothing was sent. */
  send(payload: Payload): boolean;
  /** Stops reading: what arrives waits in the kernel. Only on an open line. */
  pause(): void;
  resume(): void;
  /**
   * On a paused line: reads what has arrived meanwhile, at once, for a fraction of what resuming, waiting and pausing again cost. False when there was
   * nothing, the peer has ended, or it cannot be done (TLS, compression, a proxy, HTTP): `resume` then does what is left to do.
   */
  poll(): boolean;
  /** Closes in order: a close frame, the peer's answer or two seconds, the end. No event follows. */
  close(code: number): void;
  /** The peer broke a rule: tells it (close frame with `code`), ends the line, and tells whoever holds it. */
  fail(code: number, reason: string): void;
  /** Ends the line at once. No event follows. */
  cut(): void;
  /** Only where a room is polled: the next question. */
  again?(afterMs: number, cursor: string): void;
}
