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

/** What all workers, and the coordinator of each machine, said of themselves and of the machine in a window. */
export class RunHealth {
  readonly workers: readonly WorkerLog[];
  /** Of each machine. */
  readonly cores: readonly number[];
  /** Of the coordinator of the first machine: it gives the cues. */
  stallMaxMs = 0;
  private readonly coordinators: { readonly machine: number; readonly sample: CoordinatorSample }[] = [];
  /** By machine: cores that its workers used in each second. */
  private readonly workerCores: readonly number[][];

  /** `workers`: of all machines together, as many on each. `cores`: of the one machine, or of each of several. */
  constructor(bounds: CompiledHealth, workers: number, cores: number | readonly number[]) {
    this.workers = Array.from({ length: workers }, () => new WorkerLog(bounds));
    this.cores = typeof cores === 'number' ? [cores] : cores;
    this.workerCores = this.cores.map(() => []);
  }

  get workersEach(): number {
    return this.workers.length / this.cores.length;
  }

  /** On which a worker runs. */
  machineOf(worker: number): number {
    return Math.floor(worker / this.workersEach);
  }

  add(shard: number, sample: HealthSample): void {
    this.workers[shard].add(sample);
    const cores = sample.cpuMs / 1000 / (sample.untilSecond - sample.fromSecond);
    const inAll = this.workerCores[this.machineOf(shard)];
    for (let second = sample.fromSecond; second < sample.untilSecond; second++)
      inAll[second] = (inAll[second] ?? 0) + cores;
  }

  addSecond(sample: CoordinatorSample, machine = 0): void {
    this.coordinators.push({ machine, sample });
    if (machine === 0) this.stallMaxMs = Math.max(this.stallMaxMs, sample.stallMs);
  }

  /** Seconds in which some worker was invalid. */
  get invalidSeconds(): number {
    const seconds = new Set<number>();
    for (const { invalid } of this.workers)
      for (const { fromSecond, untilSecond } of invalid)
        for (let second = fromSecond; second < untilSecond; second++) seconds.add(second);
    return seconds.size;
  }

  /** Over these seconds, or over all when there are none; of one machine, or of all (`null`). */
  machineMeans(
    seconds: readonly { readonly fromSecond: number; readonly untilSecond: number }[] = [],
    machine: number | null = null,
  ): MachineMeans {
    const inside = (second: number): boolean =>
      seconds.length === 0 || seconds.some((range) => second >= range.fromSecond && second < range.untilSecond);
    const known = this.coordinators.flatMap(({ machine: at, sample }) => {
      if (sample.machine === null || !inside(sample.second) || (machine !== null && at !== machine)) return [];
      const ours = sample.cpuShare + (this.workerCores[at][sample.second] ?? 0);
      return [{ ...sample.machine, oursShare: ours / this.cores[at] }];
    });
    if (known.length === 0 && seconds.length > 0) return this.machineMeans([], machine);
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
    const known = this.coordinators.flatMap(({ sample }) => (sample.machine === null ? [] : [sample.machine]));
    if (known.length === 0) return { cpuShare: null, stealShare: null };
    return {
      cpuShare: known.reduce((most, one) => Math.max(most, one.cpuShare), 0),
      stealShare: known.reduce((most, one) => Math.max(most, one.stealShare), 0),
    };
  }
}
