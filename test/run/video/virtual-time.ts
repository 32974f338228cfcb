import type { Timer, Timers } from '../../../sim/run/video/timers.ts';

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that moves when it is told to, and runs what is due on the way, in order. */
export class VirtualTime implements Timers {
  private nowMs: number;
  private readonly due: Due[] = [];

  /** Epoch ms. */
  constructor(nowMs = 1_700_000_000_000) {
    this.nowMs = nowMs;
  }

  now(): number {
    return this.nowMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const due = { atMs: this.nowMs + Math.max(0, delayMs), run };
    this.due.push(due);
    return { cancel: () => this.remove(due) };
  }

  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let rounds = 0; ; rounds++) {
      if (rounds > 1_000_000) throw new Error('time stands still: something asks again and again');
      const next = this.due.reduce<Due | null>((best, each) => (best && best.atMs <= each.atMs ? best : each), null);
      if (next === null || next.atMs > untilMs) break;
      this.remove(next);
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = untilMs;
  }

  private remove(due: Due): void {
    const at = this.due.indexOf(due);
    if (at >= 0) this.due.splice(at, 1);
  }
}
