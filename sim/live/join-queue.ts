import { epochMs } from './clock.ts';
import { JoinLimit } from './join-limit.ts';

interface Waiting {
  readonly row: number;
  readonly enter: () => void;
  readonly sinceMs: number;
}

/** Lets viewers in one after another, so many a second at most. */
export class JoinQueue {
  private readonly limit: JoinLimit;
  private readonly held: (waitedMs: number) => void;
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | null = null;

  /** `joinsPerSec`: `null`: no limit. `held`: a viewer was let wait so long. */
  constructor(joinsPerSec: number | null, held: (waitedMs: number) => void) {
    this.limit = new JoinLimit(joinsPerSec ?? Infinity, epochMs());
    this.held = held;
  }

  /** Calls `enter` at once, or when it is this viewer's turn. */
  enter(row: number, enter: () => void): void {
    this.cancel(row);
    if (this.waiting.length === 0 && this.limit.take(epochMs()) === 0) return enter();
    this.waiting.push({ row, enter, sinceMs: epochMs() });
    this.timer ??= setTimeout(() => this.next(), 1);
  }

  /** The viewer does not want to come any more. */
  cancel(row: number): void {
    if (this.waiting.length > 0) this.waiting = this.waiting.filter((one) => one.row !== row);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting = [];
  }

  private next(): void {
    this.timer = null;
    while (this.waiting.length > 0) {
      const waitMs = this.limit.take(epochMs());
      if (waitMs > 0) {
        this.timer = setTimeout(() => this.next(), waitMs);
        return;
      }
      const { enter, sinceMs } = this.waiting.shift()!;
      this.held(epochMs() - sinceMs);
      enter();
    }
  }
}
