/** What a buffer tells. Times in ms. */
export interface BufferEvents {
  /** The first picture. */
  started(): void;
  stalled(): void;
  resumed(stalledMs: number): void;
  /** Since it was last told: how long the picture moved, and how long it stood still. */
  watched(playedMs: number, stalledMs: number): void;
}

/**
 * What a player has read and not shown yet, as time: nothing of the stream itself is kept.
 *
 *     starting --> playing <--> stalled
 *                     |
 *                     +-------> ended
 */
export class PlayBuffer {
  state: 'starting' | 'playing' | 'stalled' | 'ended' = 'starting';
  private readonly events: BufferEvents;
  private aheadMs = 0;
  private settledAtMs = 0;
  private stalledAtMs = 0;
  private hasAll = false;

  constructor(events: BufferEvents) {
    this.events = events;
  }

  /** How much of the stream is there that was not shown yet. */
  level(nowMs: number): number {
    this.settle(nowMs);
    return this.aheadMs;
  }

  /** So much more is there. It plays on, or begins to, when it has `enoughMs`. Less than 0 takes back what was promised. */
  add(durationMs: number, nowMs: number, enoughMs: number): void {
    this.settle(nowMs);
    this.aheadMs = Math.max(0, this.aheadMs + durationMs);
    if (this.state === 'playing' || this.state === 'ended' || this.aheadMs < enoughMs) return;
    const before = this.state;
    this.state = 'playing';
    if (before === 'starting') this.events.started();
    else this.events.resumed(nowMs - this.stalledAtMs);
  }

  /** Nothing comes any more: when it has shown all, it has ended and does not stall. */
  complete(nowMs: number): void {
    this.settle(nowMs);
    this.hasAll = true;
  }

  /** The viewer is gone. */
  close(nowMs: number): void {
    this.settle(nowMs);
    if (this.state === 'stalled') this.events.resumed(nowMs - this.stalledAtMs);
    this.state = 'ended';
  }

  /** Brings it up to this moment. */
  settle(nowMs: number): void {
    const passedMs = nowMs - this.settledAtMs;
    this.settledAtMs = nowMs;
    if (this.state === 'playing') this.play(passedMs, nowMs);
    else if (this.state === 'stalled') this.events.watched(0, passedMs);
  }

  private play(passedMs: number, nowMs: number): void {
    const playedMs = Math.min(passedMs, this.aheadMs);
    this.aheadMs -= playedMs;
    this.events.watched(playedMs, 0);
    const dryMs = passedMs - playedMs;
    if (dryMs <= 0) return;
    if (this.hasAll) {
      this.state = 'ended';
      return;
    }
    this.state = 'stalled';
    this.stalledAtMs = nowMs - dryMs;
    this.events.stalled();
    this.events.watched(0, dryMs);
  }
}
