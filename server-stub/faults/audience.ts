import { DirectAudience, type FrameKind, type Listed } from '../rooms/audience.ts';
import type { Faults } from './faults.ts';
import { LateFrames } from './late-frames.ts';

type TooSlow<T> = (member: T) => void;

/** One viewer in so many belongs to the shard that is late. */
const SHARDS = 8;

/**
 * A room whose viewers can be made to miss what is said. Which way a frame takes is decided once for all of them. What is kept back
 * for somebody is forgotten when they leave, so nothing follows a close frame.
 */
export class FaultyAudience<T extends Listed> extends DirectAudience<T> {
  private readonly faults: Faults;
  /** Chat frames that go to a viewer after the next one. */
  private readonly swapped = new Map<T, Buffer>();
  private readonly late = new LateFrames<T>();
  private readonly lateShard = new Set<T>();
  private everAdded = 0;

  constructor(faults: Faults) {
    super();
    this.faults = faults;
  }

  override add(member: T): void {
    super.add(member);
    if (this.everAdded++ % SHARDS === 0) this.lateShard.add(member);
  }

  override remove(member: T): boolean {
    this.swapped.delete(member);
    this.late.forget(member);
    this.lateShard.delete(member);
    return super.remove(member);
  }

  override broadcast(frame: Buffer, tooSlow: TooSlow<T>, kind: FrameKind): void {
    const isSound = !this.faults.isAnyOn('room') && this.swapped.size === 0 && this.late.size === 0;
    if (isSound) return super.broadcast(frame, tooSlow);
    const isChat = kind === 'chat' || kind === 'batch';
    const isLate = isChat && this.lateShard.size > 0 && this.faults.happens('chat_delayed');
    if (isLate) this.late.begin((member, each) => this.write(member, each, tooSlow));
    for (let i = this.members.length - 1; i >= 0; i--) {
      const member = this.members[i];
      for (const each of this.framesFor(member, frame, kind)) {
        if (!this.late.keep(member, each, isLate && this.lateShard.has(member))) this.write(member, each, tooSlow);
      }
    }
  }

  /** What goes to this viewer now, in order. */
  private framesFor(member: T, frame: Buffer, kind: FrameKind): readonly Buffer[] {
    if (kind === 'cue') return this.faults.happens('cue_missed') ? [] : [frame];
    if (kind !== 'chat' && kind !== 'batch') return [frame];
    if (this.faults.happens('chat_dropped')) return [];
    const frames = this.faults.happens('chat_duplicated') ? [frame, frame] : [frame];
    const earlier = this.swapped.get(member);
    if (earlier !== undefined) {
      this.swapped.delete(member);
      this.faults.count('chat_reordered');
      return [...frames, earlier];
    }
    if (!this.faults.isDue('chat_reordered')) return frames;
    this.swapped.set(member, frame);
    return frames.slice(1);
  }

  private write(member: T, frame: Buffer, tooSlow: TooSlow<T>): void {
    // Found too slow a frame ago, and gone.
    if (member.slot >= 0 && !member.line.send(frame)) tooSlow(member);
  }
}
