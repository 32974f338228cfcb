import type { GeneratorHealth, WorkerHealth } from '../../result.ts';
import type { Findings } from '../findings.ts';
import { healthSummary } from './summary.ts';
import type { WorkerLog } from './worker-log.ts';

/** What a result says of the generator. `sick`: something was past its bound. */
export function healthResult(findings: Findings, sick: boolean): GeneratorHealth {
  const { options, health } = findings;
  const means = health.machineMeans();
  const most = health.machineMost();
  const figures = {
    bounds: options.compiled.health,
    invalidSeconds: health.invalidSeconds,
    machine: {
      cpuShareMean: means.cpuShare,
      cpuShareMax: most.cpuShare,
      stealShareMean: means.stealShare,
      stealShareMax: most.stealShare,
      otherShareMean: means.otherShare,
    },
    coordinator: { stallMaxMs: health.stallMaxMs },
    workers: health.workers.map((log, shard) => workerHealth(findings, shard, log)),
  };
  return { summary: healthSummary(figures, sick), ...figures };
}

function workerHealth({ fleet, options }: Findings, shard: number, log: WorkerLog): WorkerHealth {
  const done = fleet.done(shard);
  const { peakViewers = 0, cpuSeconds = 0, maxRssMiB = log.most.rssMiB, delays } = done?.health ?? {};
  const atSecond = (second: number): number => options.fromMs + second * 1000;
  return {
    shard,
    pid: fleet.pid(shard),
    peakViewers,
    cpuSeconds,
    maxRssMiB,
    loopDelayP99Ms: delays?.loopDelay?.p99Ms ?? 0,
    loopDelayMaxMs: delays?.loopDelay?.maxMs ?? null,
    lateStartP99Ms: delays?.lateStart?.p99Ms ?? 0,
    lateStartMaxMs: delays?.lateStart?.maxMs ?? null,
    receiveWaitP99Ms: delays?.receiveWait?.p99Ms ?? null,
    receiveWaitMaxMs: delays?.receiveWait?.maxMs ?? null,
    ...useOf(log),
    invalidSeconds: log.invalidSeconds,
    invalid: log.invalid.map(({ fromSecond, untilSecond }) => ({
      fromMs: atSecond(fromSecond),
      untilMs: Math.min(atSecond(untilSecond), options.fromMs + options.forMs),
    })),
    ended: done ? 'ok' : (fleet.death(shard) ?? 'ended with the run'),
  };
}

/** By its own words second by second: known also of a worker that died, unless it did so before its first. */
function useOf({ stall, use, most }: WorkerLog) {
  const known = use.wallMs > 0;
  const mean = (amountMs: number): number | null => (known ? orNull(amountMs / use.wallMs) : null);
  const peak = (value: number): number | null => (known ? orNull(value) : null);
  return {
    stallMaxMs: stall?.observedMs ?? null,
    stallAtMs: stall ? Math.round(stall.atMs) : null,
    cpuShareMean: mean(use.cpuMs),
    cpuShareMax: peak(most.cpuShare),
    busyShareMean: mean(use.busyMs),
    busyShareMax: peak(most.busyShare),
    coreWaitShareMean: mean(use.coreWaitMs),
    coreWaitShareMax: peak(most.coreWaitShare),
    gcMs: peak(use.gcMs),
    gcMaxMs: peak(most.gcMs),
    heapMaxMiB: peak(most.heapMiB),
    heapLimitMiB: peak(most.heapLimitMiB),
  };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
