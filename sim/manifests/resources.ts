import type { Needs } from '../scaling/size.ts';

/** What a container asks for. Memory has a limit: a pod that grows without bound takes the others of its node along. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/** Coordinator, worker and the rest of the smallest shard took 283 MiB (proportional share of its process tree, 250 viewers). */
const LEAST_MEMORY_MIB = 512;
const MEMORY_STEP_MIB = 64;
const CPU_STEP_MILLI = 100;

/**
 * No limit on the CPU: being throttled for a tenth of a second is what a load generator may least of all be, and its requests keep the
 * others off its cores.
 *
 * @param besidesCores what the pod takes apart from its viewers
 */
export function resourcesFor({ cores, memoryMiB }: Needs, besidesCores: number): Resources {
  const milli = stepUp((cores + besidesCores) * 1000, CPU_STEP_MILLI);
  const memory = `${Math.max(LEAST_MEMORY_MIB, stepUp(memoryMiB, MEMORY_STEP_MIB))}Mi`;
  return { requests: { cpu: `${milli}m`, memory }, limits: { memory } };
}

function stepUp(value: number, step: number): number {
  return Math.ceil(Number((value / step).toPrecision(12))) * step;
}
