import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { epochMs } from '../../live/clock.ts';
import { Beats } from './beats.ts';
import { Collections } from './heap.ts';
import type { Monitor } from '../../live/recorder.ts';
import type { Delays, HealthSample } from '../../live/sample.ts';
import { ownCoreWaitMs } from './schedule.ts';

const MIB = 1024 * 1024;

/** What a worker watches of itself from the start of the window until everything is in. */
export class OwnMonitor implements Monitor {
  /** Event time at epoch time 0. */
  private offsetMs = NaN;
  private readonly beats = new Beats();
  private readonly collections = new Collections();
  private nextSecond = 0;
  private tookAtMs = 0;
  private cpu = process.cpuUsage();
  private loop: EventLoopUtilization = performance.eventLoopUtilization();
  private coreWaitMs: number | null = null;

  start(atEpochMs: number, fromMs: number): void {
    this.offsetMs = fromMs - atEpochMs;
    this.beats.start(atEpochMs);
    this.collections.start();
    this.tookAtMs = epochMs();
    this.cpu = process.cpuUsage();
    this.loop = performance.eventLoopUtilization();
    this.coreWaitMs = ownCoreWaitMs();
  }

  stop(): void {
    if (!this.isRunning) return;
    this.beats.stop();
    this.collections.stop();
  }

  take(second: number, delays: Delays): HealthSample | null {
    if (!this.isRunning) return null;
    const nowMs = epochMs();
    const cpu = process.cpuUsage(this.cpu);
    const loop = performance.eventLoopUtilization(this.loop);
    const coreWaitMs = ownCoreWaitMs();
    const { stallMs, atMs } = this.beats.take();
    const sample: HealthSample = {
      ...delays,
      // What is left at the end belongs to the last second, which has been taken already.
      fromSecond: Math.min(this.nextSecond, second),
      untilSecond: second + 1,
      stallMs,
      stallAtMs: atMs + this.offsetMs,
      wallMs: nowMs - this.tookAtMs,
      cpuMs: (cpu.user + cpu.system) / 1000,
      busyShare: loop.utilization,
      coreWaitMs: coreWaitMs === null || this.coreWaitMs === null ? null : coreWaitMs - this.coreWaitMs,
      ...this.collections.take(),
      rssMiB: process.memoryUsage.rss() / MIB,
    };
    this.nextSecond = second + 1;
    this.tookAtMs = nowMs;
    this.cpu = process.cpuUsage();
    this.loop = performance.eventLoopUtilization();
    this.coreWaitMs = coreWaitMs;
    return sample;
  }

  private get isRunning(): boolean {
    return !Number.isNaN(this.offsetMs);
  }
}
