import { readFileSync } from 'node:fs';

/** All cores of the machine together, in ticks since it started. */
export interface MachineTicks {
  readonly total: number;
  readonly idle: number;
  readonly steal: number;
}

/** Of all cores, 0 to 1. */
export interface MachineUse {
  /** Somebody on this machine used them. */
  readonly cpuShare: number;
  /** The hypervisor gave them to somebody else while we wanted them. */
  readonly stealShare: number;
}

/**
 * The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; the two after them are in the first two
 * already (man 5 proc_stat). `null` when it is not as expected.
 */
export function parseMachineTicks(text: string): MachineTicks | null {
  const match = /^cpu +([\d ]+)$/m.exec(text);
  const ticks = match ? match[1].split(' ').slice(0, 8).map(Number) : [];
  if (ticks.length < 8) return null;
  return { total: ticks.reduce((sum, each) => sum + each, 0), idle: ticks[3] + ticks[4], steal: ticks[7] };
}

/** Null when no time has passed. */
export function machineUse(before: MachineTicks, after: MachineTicks): MachineUse | null {
  const total = after.total - before.total;
  // The kernel may correct idle time backwards.
  const idle = Math.max(0, after.idle - before.idle);
  const steal = Math.max(0, after.steal - before.steal);
  if (!(total > 0)) return null;
  return { cpuShare: Math.max(0, (total - idle - steal) / total), stealShare: steal / total };
}

/** Null on other systems than Linux. */
export function readMachineTicks(): MachineTicks | null {
  try {
    return parseMachineTicks(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return null;
  }
}
