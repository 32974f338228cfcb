import type { Audience } from './audience.ts';
import { epochMs, type EventClock } from './clock.ts';

/** Handshakes under way at once: enough to keep a backend busy, few enough not to be a join storm of its own. */
const AT_ONCE = 64;
const TRIES = 3;
const PROGRESS_EVERY_MS = 500;

export interface RampProgress {
  readonly connected: number;
  readonly failed: number;
  readonly total: number;
}

/** Connects the viewers who are present when the window begins: as fast as the backend takes them, uncounted. */
export class Ramp {
  private readonly audience: Audience;
  private readonly clock: EventClock;
  private readonly progress: (progress: RampProgress) => void;
  private readonly waiting: number[];
  private readonly total: number;
  private readonly tries = new Map<number, number>();
  private readonly offline = new Set<number>();
  private readonly underWay = new Set<number>();
  private done: () => void = () => undefined;

  constructor(
    rows: readonly number[],
    audience: Audience,
    clock: EventClock,
    progress: (progress: RampProgress) => void,
  ) {
    this.waiting = [...rows].reverse();
    this.total = rows.length;
    this.audience = audience;
    this.clock = clock;
    this.progress = progress;
  }

  async run(): Promise<RampProgress> {
    let lastMs = epochMs();
    // How many there are is known before any of them is in.
    this.progress(this.state());
    await new Promise<void>((resolve) => {
      this.done = resolve;
      this.audience.settled = (row, welcomed) => {
        this.settled(row, welcomed);
        if (epochMs() - lastMs < PROGRESS_EVERY_MS) return;
        lastMs = epochMs();
        this.progress(this.state());
      };
      this.fill();
    });
    return this.state();
  }

  /** Ends the ramp: from now on the crowd hears of losses. Returns the rows that are not connected. */
  release(): number[] {
    this.audience.settled = null;
    return [...this.offline, ...this.waiting];
  }

  private state(): RampProgress {
    return { connected: this.audience.connected, failed: this.offline.size, total: this.total };
  }

  private fill(): void {
    while (this.underWay.size < AT_ONCE && this.waiting.length > 0) {
      const row = this.waiting.pop()!;
      this.underWay.add(row);
      this.audience.enter(row, this.clock.now(), 0);
    }
    if (this.underWay.size === 0) this.done();
  }

  private settled(row: number, welcomed: boolean): void {
    this.underWay.delete(row);
    if (!welcomed) this.retryOrGiveUp(row);
    this.fill();
  }

  /** Also called when a viewer who was in is lost before the window begins. */
  private retryOrGiveUp(row: number): void {
    const tries = (this.tries.get(row) ?? 0) + 1;
    this.tries.set(row, tries);
    if (tries < TRIES) this.waiting.push(row);
    else this.offline.add(row);
  }
}
