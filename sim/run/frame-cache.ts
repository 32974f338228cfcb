import type { RoomMessage, Target } from '../targets/target.ts';

/** Frames of a room that are kept: enough for the viewers of one worker to be a few frames apart. */
const KEPT = 16;

/**
 * One message, parsed once. A room's frame is the same bytes for every viewer: it is parsed for the first, and for the
 * others compared in full and looked up.
 */
export class FrameCache {
  parsed = 0;
  reused = 0;
  private readonly target: Target;
  private readonly frames: (Buffer | null)[] = new Array<Buffer | null>(KEPT).fill(null);
  private readonly messages: (readonly RoomMessage[])[] = Array.from({ length: KEPT }, () => []);
  private newest = 0;

  constructor(target: Target) {
    this.target = target;
  }

  /** Throws what the target throws for a malformed frame. */
  decode(frame: Buffer): readonly RoomMessage[] {
    for (let k = 0; k < KEPT; k++) {
      const i = (this.newest - k + KEPT) % KEPT;
      const kept = this.frames[i];
      if (kept !== null && kept.length === frame.length && kept.equals(frame)) {
        this.reused++;
        return this.messages[i];
      }
    }
    const messages: RoomMessage[] = [];
    this.target.decode(frame.toString('utf8'), (message) => messages.push(message));
    this.parsed++;
    this.newest = (this.newest + 1) % KEPT;
    this.frames[this.newest] = frame;
    this.messages[this.newest] = messages;
    return messages;
  }
}
