import type { Link } from './link.ts';

/** How often it is looked for those who have waited long enough. */
export const LOOK_EVERY_MS = 10;

/**
 * Reads viewers who are no probes in batches. With one message a read, most of the cost of a message is the system call;
 * a viewer of a busy room is left alone for `everyMs` after a read, and what came meanwhile is read at once. One
 * of a quiet room is read as it comes: waiting would save nothing.
 */
export class BulkReader {
  /** Until the window begins and after it ends everything is read as it comes. */
  enabled = false;
  /** How long a viewer is left alone; with the wait for the look after it, that makes `everyMs`. */
  private readonly aloneMs: number;
  /** In the order in which they are due. */
  private waiting: Link[] = [];
  private dueMs: number[] = [];
  private first = 0;

  constructor(everyMs: number) {
    this.aloneMs = Math.max(0, everyMs - LOOK_EVERY_MS);
  }

  /** A frame of this viewer is being read. */
  read(link: Link, nowMs: number): void {
    // More frames of the same read: it waits already.
    if (!this.enabled || link.readAtMs > nowMs) return;
    const isBusy = nowMs - link.readAtMs < 2 * this.aloneMs;
    link.readAtMs = nowMs;
    if (!isBusy) return;
    link.readAtMs = nowMs + this.aloneMs;
    link.pause();
    this.wait(link);
  }

  /** Call every LOOK_EVERY_MS. */
  tick(nowMs: number): void {
    while (this.first < this.waiting.length && this.dueMs[this.first] <= nowMs) {
      const link = this.waiting[this.first++];
      // What it reads now is of this batch.
      link.readAtMs = nowMs + this.aloneMs;
      if (this.enabled && link.poll()) this.wait(link);
      else {
        link.readAtMs = nowMs;
        link.resume();
      }
    }
    if (this.first < 1024 || this.first * 2 < this.waiting.length) return;
    this.waiting = this.waiting.slice(this.first);
    this.dueMs = this.dueMs.slice(this.first);
    this.first = 0;
  }

  /** Everything is read as it comes from now on. */
  stop(): void {
    this.enabled = false;
    this.tick(Infinity);
  }

  private wait(link: Link): void {
    this.waiting.push(link);
    this.dueMs.push(link.readAtMs);
  }
}
