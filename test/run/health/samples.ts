import type { CompiledHealth } from '../../../sim/crowd/compiled.ts';
import type { HealthSample } from '../../../sim/live/sample.ts';

export const BOUNDS: CompiledHealth = {
  lateStartP99Ms: 100,
  loopDelayP99Ms: 100,
  receiveWaitP99Ms: 100,
  stallMs: 500,
  heapShare: 0.9,
  workerCpuShare: 0.98,
  stealShare: null,
};

/** One healthy second of a worker, unless told otherwise. */
export function sample(second: number, other: Partial<HealthSample> = {}): HealthSample {
  return {
    fromSecond: second,
    untilSecond: second + 1,
    lateStart: { p99Ms: 4, maxMs: 9, judgedMs: 4 },
    loopDelay: { p99Ms: 4, maxMs: 9, judgedMs: 4 },
    receiveWait: { p99Ms: 4, maxMs: 9, judgedMs: 3 },
    stallMs: 9,
    stallAtMs: second * 1000,
    wallMs: 1000,
    cpuMs: 400,
    busyShare: 0.35,
    coreWaitMs: 20,
    gcMs: 5,
    gcMaxMs: 2,
    rssMiB: 120,
    heap: { usedMiB: 20, limitMiB: 2000 },
    ...other,
  };
}

/** A delay that is past its bound in one second. */
export const LATE: Partial<HealthSample> = { lateStart: { p99Ms: 140, maxMs: 200, judgedMs: 130 } };
