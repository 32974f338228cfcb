import type { Limiter } from './limiter.ts';
import type { Line } from './line.ts';

/** One connection to a room; a viewer who reconnects may have two for a while. */
export class Viewer {
  readonly id: string;
  readonly name: string;
  readonly line: Line;
  readonly limiter: Limiter;
  /** Place in the list of the room; -1 when not in it. */
  slot = -1;

  constructor(who: { id: string; name: string }, line: Line, limiter: Limiter) {
    this.id = who.id;
    this.name = who.name;
    this.line = line;
    this.limiter = limiter;
  }
}
