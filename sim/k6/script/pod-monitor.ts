import { epochMs } from '../../live/clock.ts';
import type { Monitor } from '../../live/recorder.ts';
import type { Delays, HealthSample } from '../../live/sample.ts';

const BEAT_EVERY_MS = 50;

/**
 * What a pod can watch of itself: how long its event loop stood still, or was behind. What arrives waits in the same queue as a beat, so a beat that
 * is late shows messages that were read late. CPU, memory and collections are those of a process with many pods, which nobody can ask for here.
 */
export class PodMonitor implements Monitor {
  /** Event time at epoch time 0. */
  private offsetMs = NaN;
  private timer: number | null = null;
  private dueMs = 0;
  private stallMs = 0;
  private stallAtMs = 0;
  private nextSecond = 0;
  private tookAtMs = 0;

  start(atEpochMs: number, fromMs: number): void {
    this.offsetMs = fromMs - atEpochMs;
    this.tookAtMs = Math.max(epochMs(), atEpochMs);
    this.stallAtMs = atEpochMs;
    this.beat();
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  take(second: number, delays: Delays): HealthSample | null {
    if (Number.isNaN(this.offsetMs)) return null;
    const nowMs = epochMs();
    const sample: HealthSample = {
      ...delays,
      fromSecond: Math.min(this.nextSecond, second),
      untilSecond: second + 1,
      stallMs: this.stallMs,
      stallAtMs: this.stallAtMs + this.offsetMs,
      wallMs: nowMs - this.tookAtMs,
      cpuMs: NaN,
      busyShare: NaN,
      coreWaitMs: null,
      gcMs: NaN,
      gcMaxMs: NaN,
      rssMiB: NaN,
      heap: { usedMiB: NaN, limitMiB: NaN },
    };
    this.nextSecond = second + 1;
    this.tookAtMs = nowMs;
    this.stallMs = 0;
    this.stallAtMs = nowMs;
    return sample;
  }

  private beat(): void {
    this.dueMs = epochMs() + BEAT_EVERY_MS;
    this.timer = setTimeout(() => {
      const lateMs = epochMs() - this.dueMs;
      if (lateMs > this.stallMs) {
        this.stallMs = lateMs;
        this.stallAtMs = this.dueMs;
      }
      this.beat();
    }, BEAT_EVERY_MS) as unknown as number;
  }
}
