import type { CompiledHealth } from '../../crowd/compiled.ts';
import { pastIn, worsePast, type Past } from './past.ts';
import type { HealthSample } from '../../live/sample.ts';
import { Streak } from './streak.ts';

/** Invalid seconds in a row that make a run invalid: one may be a hiccup of a shared machine. */
const INVALID_IN_A_ROW = 3;
/** A burst may fill a core for a moment; what fills it for so long is behind for good. */
export const SATURATED_IN_A_ROW = 10;
const HEAP_IN_A_ROW = 3;

/** Sums over some seconds of a worker. */
interface Use {
  wallMs: number;
  cpuMs: number;
  busyMs: number;
  gcMs: number;
  /** NaN where the system does not say. */
  coreWaitMs: number;
}

/** The seconds of one worker, judged as they come. Pure: what it says depends on its samples alone. */
export class WorkerLog {
  /** The longest stall of all; null before any second. */
  stall: { readonly observedMs: number; readonly atMs: number } | null = null;
  readonly invalidInARow = new Streak<Past>(INVALID_IN_A_ROW, worsePast);
  readonly saturated = new Streak<number>(SATURATED_IN_A_ROW, Math.max);
  readonly heapFull = new Streak<number>(HEAP_IN_A_ROW, Math.max);
  /** By kind: the first second in which it was past its bound. */
  readonly firstSecond = new Map<Past['kind'], number>();
  /** Invalid seconds as ranges, ascending, the ends exclusive. */
  readonly invalid: { fromSecond: number; untilSecond: number }[] = [];
  readonly use = noUse();
  /** Of the invalid seconds alone. */
  readonly useWhenInvalid = noUse();
  readonly most = { cpuShare: 0, busyShare: 0, coreWaitShare: 0, gcMs: 0, rssMiB: 0, heapMiB: 0, heapLimitMiB: 0 };
  seconds = 0;
  private readonly bounds: CompiledHealth;

  constructor(bounds: CompiledHealth) {
    this.bounds = bounds;
  }

  add(sample: HealthSample): void {
    const { fromSecond, untilSecond, busyShare, heap, stallMs, stallAtMs } = sample;
    const past = pastIn(sample, this.bounds);
    if (stallMs > (this.stall?.observedMs ?? -1)) this.stall = { observedMs: stallMs, atMs: stallAtMs };
    for (const { kind } of past) if (!this.firstSecond.has(kind)) this.firstSecond.set(kind, fromSecond);
    if (past.length > 0) this.mark(fromSecond, untilSecond);
    this.invalidInARow.add(fromSecond, untilSecond, past.length > 0 ? past.reduce(worsePast) : null);
    const heapShare = heap.usedMiB / heap.limitMiB;
    this.saturated.add(fromSecond, untilSecond, busyShare > this.bounds.workerCpuShare ? busyShare : null);
    this.heapFull.add(fromSecond, untilSecond, heapShare > this.bounds.heapShare ? heapShare : null);
    addUse(this.use, sample);
    if (past.length > 0) addUse(this.useWhenInvalid, sample);
    this.raise(sample);
  }

  get invalidSeconds(): number {
    return this.invalid.reduce((sum, range) => sum + range.untilSecond - range.fromSecond, 0);
  }

  private mark(fromSecond: number, untilSecond: number): void {
    const last = this.invalid.at(-1);
    if (last && fromSecond <= last.untilSecond) last.untilSecond = Math.max(last.untilSecond, untilSecond);
    else this.invalid.push({ fromSecond, untilSecond });
  }

  private raise({ wallMs, cpuMs, busyShare, coreWaitMs, gcMaxMs, rssMiB, heap, untilSecond }: HealthSample): void {
    const { most } = this;
    this.seconds = Math.max(this.seconds, untilSecond);
    most.gcMs = Math.max(most.gcMs, gcMaxMs);
    most.rssMiB = Math.max(most.rssMiB, rssMiB);
    most.heapMiB = Math.max(most.heapMiB, heap.usedMiB);
    most.heapLimitMiB = Math.max(most.heapLimitMiB, heap.limitMiB);
    // Shares of what is left after the last whole second would be those of a few ms.
    if (wallMs < 500) return;
    most.cpuShare = Math.max(most.cpuShare, cpuMs / wallMs);
    most.busyShare = Math.max(most.busyShare, busyShare);
    most.coreWaitShare = Math.max(most.coreWaitShare, (coreWaitMs ?? NaN) / wallMs);
  }
}

function noUse(): Use {
  return { wallMs: 0, cpuMs: 0, busyMs: 0, gcMs: 0, coreWaitMs: 0 };
}

function addUse(use: Use, { wallMs, cpuMs, busyShare, gcMs, coreWaitMs }: HealthSample): void {
  use.wallMs += wallMs;
  use.cpuMs += cpuMs;
  use.busyMs += busyShare * wallMs;
  use.gcMs += gcMs;
  use.coreWaitMs += coreWaitMs ?? NaN;
}
