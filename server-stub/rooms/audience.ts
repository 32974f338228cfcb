import type { ServerFrame } from '../protocol.ts';
import type { Line } from './line.ts';

export type FrameKind = ServerFrame['t'];

/** Somebody in a list. */
export interface Listed {
  readonly line: Line;
  slot: number;
}

/** Those who are in a room, and how all of them are told something. */
export interface Audience<T extends Listed> {
  readonly size: number;
  /** Anyone, or undefined when nobody is left. */
  any(): T | undefined;
  add(member: T): void;
  /** @returns false when they were not in it. */
  remove(member: T): boolean;
  /**
   * Sends one encoded frame to everybody. Whoever is found too slow is told to `tooSlow`, which may remove them. `kind` is what is in
   * the frame.
   */
  broadcast(frame: Buffer, tooSlow: (member: T) => void, kind: FrameKind): void;
}

/** A list that its members leave in O(1). Their order means nothing. */
export class Roster<T extends Listed> {
  protected readonly members: T[] = [];

  get size(): number {
    return this.members.length;
  }

  any(): T | undefined {
    return this.members.at(-1);
  }

  add(member: T): void {
    member.slot = this.members.push(member) - 1;
  }

  remove(member: T): boolean {
    if (member.slot < 0) return false;
    // The last one moves into the gap.
    const last = this.members.pop();
    if (last !== undefined && last !== member) {
      this.members[member.slot] = last;
      last.slot = member.slot;
    }
    member.slot = -1;
    return true;
  }
}

/** Everybody has a line of their own in this process. */
export class DirectAudience<T extends Listed> extends Roster<T> implements Audience<T> {
  /** Backwards, because a slow member is taken out of the list on the way. */
  broadcast(frame: Buffer, tooSlow: (member: T) => void, _kind?: FrameKind): void {
    for (let i = this.members.length - 1; i >= 0; i--) {
      const member = this.members[i];
      if (!member.line.send(frame)) tooSlow(member);
    }
  }
}
