import { epochMs } from './clock.ts';
import { idleTimer } from './timers.ts';

export interface Expiring {
  expired(): void;
}

/** How far a deadline may be passed unless told otherwise, as a share of the delay: so many timers at most are set while lines come and go. */
const COARSENESS = 0.05;

/**
 * One time limit for many lines, with one timer: they all wait equally long, so that who came first is due first. A `Timeout` for
 * each would cost more than the rest of a handshake's bookkeeping.
 */
export class Deadlines {
  readonly delayMs: number;
  /** How far a deadline may be passed. */
  private readonly coarseMs: number;
  /** In the order of `add`, which is that of their due times. */
  private readonly dueMs = new Map<Expiring, number>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(delayMs: number, coarseMs = delayMs * COARSENESS) {
    this.delayMs = delayMs;
    this.coarseMs = coarseMs;
  }

  add(line: Expiring): void {
    this.dueMs.set(line, epochMs() + this.delayMs);
    if (this.timer === null) this.arm(this.delayMs);
  }

  /** Nobody waits any more. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.dueMs.clear();
  }

  delete(line: Expiring): void {
    this.dueMs.delete(line);
  }

  /** Who waits holds a socket, and that keeps the process alive; the timer need not. */
  private arm(inMs: number): void {
    this.timer = idleTimer(() => this.check(), Math.ceil(Math.max(inMs, this.coarseMs)));
  }

  private check(): void {
    this.timer = null;
    const nowMs = epochMs();
    for (const [line, dueMs] of this.dueMs) {
      if (dueMs > nowMs) {
        this.arm(dueMs - nowMs);
        return;
      }
      this.dueMs.delete(line);
      line.expired();
    }
  }
}
