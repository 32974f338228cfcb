/** What to change when a worker could not keep up, by what was measured while it could not. Pure. */

/** A worker and its machine in the seconds that were bad. */
export interface Strain {
  readonly shard: number;
  readonly workers: number;
  readonly cores: number;
  /** As played. */
  readonly scale: number;
  /** Of one core: what the worker used, 0 to about 1. */
  readonly cpuShare: number;
  /** It had work, 0 to 1. */
  readonly busyShare: number;
  /** It was ready to run and no core was free; `null` where the system does not say. */
  readonly coreWaitShare: number | null;
  /** It collected garbage, 0 to 1. */
  readonly gcShare: number;
  readonly heapFull: boolean;
  readonly heapLimitMiB: number;
  /** Of all cores, 0 to 1; `null` where the system does not say. */
  readonly machine: { readonly cpuShare: number; readonly stealShare: number; readonly otherShare: number } | null;
}

/** A worker that is to keep up leaves the rest for bursts. */
const SOUND_SHARE = 0.6;
const MUCH_GC = 0.3;
const MUCH_STEAL = 0.1;
const MUCH_OTHER = 0.15;
const LONG_CORE_WAIT = 0.2;
const FULL_MACHINE = 0.9;
/** With less, its own work did not hold it up. */
const LITTLE_CPU = 0.5;

/** One sentence, with the number to use. */
export function remedyFor(strain: Strain): string {
  const { machine, heapFull, gcShare, heapLimitMiB, cpuShare, coreWaitShare } = strain;
  if (Number.isNaN(cpuShare)) return elsewhere(strain);
  if (heapFull || gcShare > MUCH_GC) return `Give the workers a bigger heap: ${biggerHeap(heapLimitMiB)}.`;
  if (machine !== null && machine.stealShare > MUCH_STEAL) {
    return `The hypervisor took ${percent(machine.stealShare)} of this machine's CPU (steal): use a machine whose cores are its own, or ${smaller(strain)}.`;
  }
  const waited = (coreWaitShare ?? 0) > LONG_CORE_WAIT || (machine !== null && machine.cpuShare > FULL_MACHINE);
  if (machine !== null && waited && machine.otherShare > MUCH_OTHER) {
    return `Other work on this machine (a shop that runs on it too) took ${percent(machine.otherShare)} of its CPU: give the run a machine of its own, or ${smaller(strain)}.`;
  }
  if (cpuShare + (coreWaitShare ?? 0) < LITTLE_CPU && strain.busyShare < FULL_MACHINE) {
    return `Worker ${strain.shard} used ${percent(cpuShare)} of a core in that time: not its work held it up, but something that stopped it (a debugger, a suspended machine, a paused container).`;
  }
  const more = moreWorkers(strain);
  return more === null ? `Use ${smaller(strain)}.` : `Use \`--workers ${more}\`: cores were idle.`;
}

/** Of a VU of k6 nobody knows what it used. */
function elsewhere({ shard, scale }: Strain): string {
  return `Worker ${shard} is a VU of k6: use more machines for the fleet, fewer viewers a VU (\`--viewers-per-vu\`), or \`--scale ${scale / 2}\`.`;
}

/** Twice as much, as Node takes it. */
export function biggerHeap(limitMiB: number): string {
  return `NODE_OPTIONS=--max-old-space-size=${Math.ceil((2 * limitMiB) / 64) * 64}`;
}

/** So many workers that each has work for a sound share of its core; null when the idle cores are too few for one more. */
export function moreWorkers({ workers, cores, machine, busyShare, cpuShare }: Strain): number | null {
  // Without figures: a core for each worker, and one for the coordinator.
  const idle = machine ? cores * (1 - machine.cpuShare - machine.stealShare) : cores - workers - 1;
  const spare = Math.floor(idle + 0.25);
  if (spare < 1) return null;
  const wanted = Math.ceil((workers * Math.max(busyShare, cpuShare)) / SOUND_SHARE);
  return Math.min(workers + spare, Math.max(workers + 1, wanted));
}

/** A scale at which the worker has a sound share of what it had in those seconds, and how many such machines make up for it. */
function smaller({ scale, busyShare, cpuShare }: Strain): string {
  const factor = Math.min(0.8, SOUND_SHARE / Math.max(busyShare, cpuShare, 0.01));
  const smallerScale = Number((scale * factor).toPrecision(2));
  return `\`--scale ${smallerScale}\`, or ${Math.ceil(1 / factor)} machines like this for the whole`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
