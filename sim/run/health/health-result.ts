import type { GeneratorHealth, WorkerHealth } from '../../result.ts';
import type { Findings, PlayedWith } from '../findings.ts';
import type { RunHealth } from './run-health.ts';
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
    invalid: invalidRanges(log, options),
    ended: done ? 'ok' : (fleet.death(shard) ?? 'ended with the run'),
  };
}

type Stretch = WorkerHealth['invalid'][number];

/** The invalid seconds of a worker in event time. */
function invalidRanges({ invalid }: WorkerLog, { fromMs, forMs }: PlayedWith): Stretch[] {
  return invalid.map(({ fromSecond, untilSecond }) => ({
    fromMs: fromMs + fromSecond * 1000,
    untilMs: Math.min(fromMs + untilSecond * 1000, fromMs + forMs),
  }));
}

/** Stretches of event time in which some worker could not keep up. */
export function invalidStretches({ workers }: RunHealth, options: PlayedWith): Stretch[] {
  return workers.flatMap((log) => invalidRanges(log, options));
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
