import type { EngineCost } from './cost.ts';

/** What is to be played in the busiest second. */
export interface CrowdLoad {
  readonly viewers: number;
  readonly messagesPerViewerPerSec: number;
  /** Of all viewers together; 0 when it is not known. */
  readonly joinsPerSec: number;
  readonly bytesPerMessage: number;
}

export interface PlayerMachine {
  readonly cores: number;
  readonly memoryMiB: number;
  /** To one address of the backend: what its ephemeral ports allow. */
  readonly connections: number;
}

export const LIMITS = ['cpu', 'memory', 'ports'] as const;
export type Limit = (typeof LIMITS)[number];

/** What one machine has to carry. */
export interface Needs {
  readonly viewers: number;
  /** At most `MOST_BUSY` of them busy. */
  readonly cores: number;
  readonly memoryMiB: number;
  /** Descriptors, of all processes together. */
  readonly openFiles: number;
  /** Received, in bits a second. */
  readonly bitsPerSec: number;
}

export interface Sizing {
  readonly machines: number;
  /** What allows no more viewers a machine. */
  readonly limit: Limit;
  readonly viewersPerMachine: number;
  readonly each: Needs;
}

/** A generator that is busier than this answers late, and its lateness is taken for the backend's. */
export const MOST_BUSY = 0.6;
/** The rest is for the kernel's buffers, and for messages that arrive faster than they are read. */
const MOST_MEMORY_SHARE = 0.7;
/** A socket for each viewer, and a quarter more for the requests of those who shop; some for files. */
const FILES_PER_VIEWER = 1.25;
const FILES_BESIDES = 1024;

/** 28,232 ports by default on Linux, nine in ten of them to count on. */
export const USUAL_MACHINE: PlayerMachine = { cores: 4, memoryMiB: 16_384, connections: 25_408 };

/**
 * How many machines a crowd takes, with the same number of viewers on each.
 *
 * - cpu: cores x 60 % / (messages a viewer a second / messages a core second + joins a viewer a second x CPU of a join)
 * - memory: (70 % of it - processes x memory of one) / memory of a viewer
 * - ports: those of one address to one address of the backend
 */
export function machinesFor(load: CrowdLoad, cost: EngineCost, machine: PlayerMachine): Sizing {
  const most: Readonly<Record<Limit, number>> = {
    cpu: (machine.cores * MOST_BUSY) / busyCoresPerViewer(load, cost),
    memory: (machine.memoryMiB * MOST_MEMORY_SHARE - machine.cores * cost.processMemoryMiB) / cost.memoryMiBPerViewer,
    ports: machine.connections,
  };
  const limit = LIMITS.reduce((tightest, name) => (most[name] < most[tightest] ? name : tightest));
  // The noise of binary fractions must not cost a viewer.
  const viewersPerMachine = Math.max(1, Math.floor(Number(most[limit].toPrecision(12))));
  const machines = Math.max(1, Math.ceil(load.viewers / viewersPerMachine));
  return { machines, limit, viewersPerMachine, each: shareOf(load, cost, machines) };
}

/** What each machine carries when so many share the crowd. */
export function shareOf(load: CrowdLoad, cost: EngineCost, machines: number): Needs {
  const viewers = Math.ceil(load.viewers / machines);
  const cores = (viewers * busyCoresPerViewer(load, cost)) / MOST_BUSY;
  const processes = Math.max(1, Math.ceil(cores));
  return {
    viewers,
    cores,
    memoryMiB: (processes * cost.processMemoryMiB + viewers * cost.memoryMiBPerViewer) / MOST_MEMORY_SHARE,
    openFiles: Math.ceil(viewers * FILES_PER_VIEWER) + FILES_BESIDES,
    bitsPerSec: viewers * load.messagesPerViewerPerSec * load.bytesPerMessage * 8,
  };
}

function busyCoresPerViewer(load: CrowdLoad, cost: EngineCost): number {
  const joinsPerViewerPerSec = load.viewers > 0 ? load.joinsPerSec / load.viewers : 0;
  return load.messagesPerViewerPerSec / cost.messagesPerCoreSecond + (joinsPerViewerPerSec * cost.connectCpuMs) / 1000;
}
