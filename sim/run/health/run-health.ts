import type { CompiledHealth } from '../../crowd/compiled.ts';
import type { CoordinatorSample } from './coordinator-watch.ts';
import type { HealthSample } from '../../live/sample.ts';
import { WorkerLog } from './worker-log.ts';

/** Means over some seconds. Shares of all cores, 0 to 1; `null`: not known. */
interface MachineMeans {
  readonly cpuShare: number | null;
  readonly stealShare: number | null;
  /** What neither the coordinator nor a worker used. A shop that runs on this machine is among it. */
  readonly otherShare: number | null;
}

/** What all workers, the coordinator and the machine said of themselves in a window. */
export class RunHealth {
  readonly workers: readonly WorkerLog[];
  readonly cores: number;
  /** Of the coordinator. */
  stallMaxMs = 0;
  private readonly coordinator: CoordinatorSample[] = [];
  /** Cores that the workers used in each second. */
  private readonly workerCores: number[] = [];

  constructor(bounds: CompiledHealth, workers: number, cores: number) {
    this.workers = Array.from({ length: workers }, () => new WorkerLog(bounds));
    this.cores = cores;
  }

  add(shard: number, sample: HealthSample): void {
    this.workers[shard].add(sample);
    const cores = sample.cpuMs / 1000 / (sample.untilSecond - sample.fromSecond);
    for (let second = sample.fromSecond; second < sample.untilSecond; second++)
      this.workerCores[second] = (this.workerCores[second] ?? 0) + cores;
  }

  addSecond(sample: CoordinatorSample): void {
    this.coordinator.push(sample);
    this.stallMaxMs = Math.max(this.stallMaxMs, sample.stallMs);
  }

  /** Seconds in which some worker was invalid. */
  get invalidSeconds(): number {
    const seconds = new Set<number>();
    for (const { invalid } of this.workers)
      for (const { fromSecond, untilSecond } of invalid)
        for (let second = fromSecond; second < untilSecond; second++) seconds.add(second);
    return seconds.size;
  }

  /** Over these seconds, or over all when there are none. */
  machineMeans(seconds: readonly { readonly fromSecond: number; readonly untilSecond: number }[] = []): MachineMeans {
    const inside = (second: number): boolean =>
      seconds.length === 0 || seconds.some((range) => second >= range.fromSecond && second < range.untilSecond);
    const known = this.coordinator.flatMap(({ second, machine, cpuShare }) =>
      machine !== null && inside(second)
        ? [{ ...machine, oursShare: (cpuShare + (this.workerCores[second] ?? 0)) / this.cores }]
        : [],
    );
    if (known.length === 0 && seconds.length > 0) return this.machineMeans();
    const mean = (of: (one: (typeof known)[number]) => number): number | null =>
      known.length === 0 ? null : known.reduce((sum, one) => sum + of(one), 0) / known.length;
    const cpuShare = mean((one) => one.cpuShare);
    const oursShare = mean((one) => one.oursShare);
    return {
      cpuShare,
      stealShare: mean((one) => one.stealShare),
      // Of workers in k6 nobody knows what they use.
      otherShare:
        cpuShare === null || oursShare === null || Number.isNaN(oursShare) ? null : Math.max(0, cpuShare - oursShare),
    };
  }

  machineMost(): { readonly cpuShare: number | null; readonly stealShare: number | null } {
    const known = this.coordinator.flatMap(({ machine }) => (machine === null ? [] : [machine]));
    if (known.length === 0) return { cpuShare: null, stealShare: null };
    return {
      cpuShare: known.reduce((most, one) => Math.max(most, one.cpuShare), 0),
      stealShare: known.reduce((most, one) => Math.max(most, one.stealShare), 0),
    };
  }
}
