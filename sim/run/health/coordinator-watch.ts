import { epochMs } from '../../live/clock.ts';
import { Beats } from './beats.ts';
import { machineUse, readMachineTicks, type MachineUse } from './machine.ts';

const EVERY_MS = 1000;

/** One second of the machine and of the coordinator. */
export interface CoordinatorSample {
  /** Of the window. */
  readonly second: number;
  /** Null where the system does not say. */
  readonly machine: MachineUse | null;
  /** Of one core. */
  readonly cpuShare: number;
  readonly stallMs: number;
}

/** The coordinator looks at the machine and at itself once a second: the host's cues come from its loop. */
export class CoordinatorWatch {
  private readonly beats = new Beats();
  private readonly seen: (sample: CoordinatorSample) => void;
  private timer: NodeJS.Timeout | undefined;
  private ticks = readMachineTicks();
  private cpu = process.cpuUsage();
  private lookedAtMs = 0;
  private zeroMs = 0;

  constructor(seen: (sample: CoordinatorSample) => void) {
    this.seen = seen;
  }

  /** The window begins at this epoch time. */
  start(atEpochMs: number): void {
    this.zeroMs = atEpochMs;
    this.beats.start(atEpochMs);
    this.timer = setTimeout(() => this.begin(), Math.max(0, atEpochMs - epochMs()));
  }

  stop(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    // What came since the last whole second, if there was one.
    if (this.lookedAtMs > 0) this.look();
    this.beats.stop();
  }

  private begin(): void {
    this.ticks = readMachineTicks();
    this.cpu = process.cpuUsage();
    this.lookedAtMs = epochMs();
    this.timer = setInterval(() => this.look(), EVERY_MS);
  }

  private look(): void {
    const ticks = readMachineTicks();
    const cpu = process.cpuUsage(this.cpu);
    const nowMs = epochMs();
    this.seen({
      second: Math.max(0, Math.round((nowMs - this.zeroMs) / EVERY_MS) - 1),
      machine: ticks && this.ticks ? machineUse(this.ticks, ticks) : null,
      cpuShare: (cpu.user + cpu.system) / 1000 / (nowMs - this.lookedAtMs),
      stallMs: this.beats.take().stallMs,
    });
    this.ticks = ticks;
    this.cpu = process.cpuUsage();
    this.lookedAtMs = nowMs;
  }
}
