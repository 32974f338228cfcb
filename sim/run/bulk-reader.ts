import { epochMs } from '../live/clock.ts';

/** A line that can be left alone for a while. */
export interface Batched {
  /** When it was read last, epoch ms. */
  readAtMs: number;
  /** See Line. */
  pause(): void;
  poll(): boolean;
  resume(): void;
}

/** Timers fire a little late: what was asked for is the most that anybody waits. */
const SLACK_MS = 3;
/** In place of the time of the last read. */
const WAITS = Infinity;

/**
 * Reads viewers who are no probes in batches. With one message a read, most of the cost of a message is the system call;
 * a viewer of a busy room is left alone for `everyMs` after a read, and what came meanwhile is read at once. One
 * of a quiet room is read as it comes: waiting would save nothing.
 */
export class BulkReader {
  private readonly everyMs: number;
  /** Who is left alone until the next batch. */
  private waiting: Batched[] = [];
  /** Set from the beginning of the window to its end; before and after, everything is read as it comes. */
  private timer: NodeJS.Timeout | null = null;

  constructor(everyMs: number) {
    this.everyMs = Math.max(1, everyMs - SLACK_MS);
  }

  start(): void {
    this.timer ??= setInterval(() => this.batch(epochMs()), this.everyMs);
  }

  /** A frame of this viewer is being read. */
  read(link: Batched, nowMs: number): void {
    // What is read of a line that waits belongs to its batch.
    if (this.timer === null || link.readAtMs === WAITS) return;
    const isBusy = nowMs - link.readAtMs < 2 * this.everyMs;
    link.readAtMs = nowMs;
    if (!isBusy) return;
    link.pause();
    this.wait(link);
  }

  /** Everything is read as it comes from now on. */
  stop(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    for (const link of this.waiting.splice(0)) {
      link.readAtMs = epochMs();
      link.resume();
    }
  }

  private batch(nowMs: number): void {
    const { waiting } = this;
    this.waiting = [];
    for (const link of waiting) {
      if (link.poll()) this.wait(link);
      else {
        link.readAtMs = nowMs;
        link.resume();
      }
    }
  }

  private wait(link: Batched): void {
    link.readAtMs = WAITS;
    this.waiting.push(link);
  }
}
