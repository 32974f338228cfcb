import type { CompiledHealth } from '../../crowd/compiled.ts';
import { formatClock } from '../../scenario/format.ts';
import { delaysPast, type Past } from './past.ts';
import type { Strain } from './remedy.ts';
import type { RunHealth } from './run-health.ts';
import type { Delays } from '../../live/sample.ts';
import type { Row } from './streak.ts';
import { SATURATED_IN_A_ROW, type WorkerLog } from './worker-log.ts';

/** What the window was played with. */
export interface Played {
  readonly bounds: CompiledHealth;
  readonly fromMs: number;
  readonly scale: number;
}

/** A worker was ... : what, of what. The words of messages and reports. */
const WORDS = {
  late: 'was late: p99 of late starts',
  blocked: 'was blocked: p99 of event-loop delay',
  backlog: 'read late: p99 of receive wait',
  stall: 'stood still for',
} as const satisfies Record<Past['kind'], string>;

/**
 * Why a worker could not keep up, one sentence a finding. `whole`: its delays over the whole window, `null` when it did not live to
 * tell. Empty when it was sound.
 */
export function sicknessOf(health: RunHealth, shard: number, whole: Delays | null, played: Played): string[] {
  const log = health.workers[shard];
  const { bounds, fromMs } = played;
  const said = slowness(log, whole, played).map((words) => `Worker ${shard} ${words}`);
  const clock = (second: number): string => formatClock(fromMs + second * 1000);
  const inARow = ({ fromSecond, untilSecond }: Row<unknown>): string =>
    `for ${untilSecond - fromSecond} s from ${clock(fromSecond)}`;
  const saturated = log.saturated.longest;
  if (saturated) {
    said.push(
      `Worker ${shard} was saturated ${inARow(saturated)}: its loop was busy up to ${percent(saturated.worst)} of the time, bound ${percent(bounds.workerCpuShare)} for ${SATURATED_IN_A_ROW} s.`,
    );
  }
  const full = log.heapFull.longest;
  if (full) {
    said.push(
      `Worker ${shard} had its heap full ${inARow(full)}: up to ${percent(full.worst)} of ${Math.round(log.most.heapLimitMiB)} MiB, bound ${percent(bounds.heapShare)}.`,
    );
  }
  return said;
}

function slowness(log: WorkerLog, whole: Delays | null, { bounds, fromMs }: Played): string[] {
  const clock = (second: number): string => formatClock(fromMs + second * 1000);
  const said = (whole ? delaysPast(whole, bounds) : []).map(({ kind, observedMs, boundMs }) => {
    const first = log.firstSecond.get(kind);
    const since = first === undefined ? '' : `, since ${clock(first)}`;
    return `${WORDS[kind]} ${ms(observedMs)}, bound ${ms(boundMs)}${since}.`;
  });
  if (log.stall && log.stall.observedMs > bounds.stallMs) {
    const at = formatClock(log.stall.atMs);
    said.push(`${WORDS.stall} ${ms(log.stall.observedMs)} at ${at}, bound ${ms(bounds.stallMs)}.`);
  }
  const row = log.invalidInARow.longest;
  if (said.length === 0 && row) {
    const { kind, observedMs, boundMs } = row.worst;
    const seconds = row.untilSecond - row.fromSecond;
    said.push(
      `${WORDS[kind]} up to ${ms(observedMs)}, bound ${ms(boundMs)}, in ${seconds} seconds in a row since ${clock(row.fromSecond)}.`,
    );
  }
  return said;
}

/** Past the bound of the scenario, which has none of its own accord. */
export function stolen(health: RunHealth, { bounds }: Played): string[] {
  return health.cores.flatMap((_, machine) => {
    const { stealShare } = health.machineMeans([], machine);
    if (bounds.stealShare === null || stealShare === null || stealShare <= bounds.stealShare) return [];
    const whose = health.cores.length === 1 ? "this machine's CPU" : `the CPU of shard ${machine + 1}`;
    return [
      `The hypervisor took ${percent(stealShare)} of ${whose} (steal), bound ${percent(bounds.stealShare)}: use a machine whose cores are its own.`,
    ];
  });
}

/** The worker in its invalid seconds, or in all when its trouble was another. */
export function strainOf(health: RunHealth, shard: number, scale: number): Strain {
  const log = health.workers[shard];
  const { useWhenInvalid, use, heapFull, most, invalid } = log;
  const { wallMs, cpuMs, busyMs, gcMs, coreWaitMs } = useWhenInvalid.wallMs > 0 ? useWhenInvalid : use;
  const of = (amountMs: number): number => (wallMs > 0 ? amountMs / wallMs : 0);
  const machine = health.machineOf(shard);
  const { cpuShare, stealShare, otherShare } = health.machineMeans(invalid, machine);
  return {
    shard,
    workers: health.workersEach,
    cores: health.cores[machine],
    scale,
    cpuShare: of(cpuMs),
    busyShare: of(busyMs),
    coreWaitShare: Number.isNaN(coreWaitMs) ? null : of(coreWaitMs),
    gcShare: of(gcMs),
    heapFull: heapFull.longest !== null,
    heapLimitMiB: most.heapLimitMiB,
    machine:
      cpuShare === null || stealShare === null || otherShare === null ? null : { cpuShare, stealShare, otherShare },
  };
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

/** Never rounded to what it is not: 99.6 % is not 100 %. */
function percent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}
