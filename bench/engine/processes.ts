/** What the system says about a process and those that it started: Linux only. */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of times in /proc: 1/100 s on every Linux (USER_HZ). */
const TICKS_PER_SEC = 100;
const QUIET_FOR_MS = 600;
const QUIET_AT_MOST_MS = 20_000;
const LOOK_EVERY_MS = 100;
/** Of a core: who uses more than this when nothing is sent has something left to do. */
const IDLE_SHARE = 0.2;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Stat {
  readonly parent: number;
  readonly ticks: number;
}

/** See proc_pid_stat(5). Null when the process has ended. The name in brackets may hold anything, so what follows its end is read. */
function stat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}

/** The process and all that descend from it. */
export function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const found = /^\d+$/.test(entry) ? stat(Number(entry)) : null;
    if (found) parents.set(Number(entry), found.parent);
  }
  const members = [pid];
  for (let i = 0; i < members.length; i++)
    for (const [child, parent] of parents) if (parent === members[i]) members.push(child);
  return members;
}

/** User and system time of a process with all its threads, and of the processes that it started and that still run. */
export function cpuSeconds(pid: number): number {
  return family(pid).reduce((sum, member) => sum + (stat(member)?.ticks ?? 0), 0) / TICKS_PER_SEC;
}

/** What they hold in memory. */
export function rssKiB(pid: number): number {
  return family(pid).reduce((sum, member) => sum + residentKiB(member), 0);
}

function residentKiB(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Waits until a process that is starting has done so: it uses next to no CPU any more. */
export async function quiet(pid: number): Promise<void> {
  const until = performance.now() + QUIET_AT_MOST_MS;
  while (performance.now() < until) {
    const before = cpuSeconds(pid);
    await sleep(QUIET_FOR_MS);
    if (cpuSeconds(pid) - before <= 1.5 / TICKS_PER_SEC) return;
  }
}

/** Waits until a client has handled what was sent to it. Returns how long that took: a client that keeps up has next to nothing left. */
export async function caughtUp(pid: number): Promise<number> {
  const began = performance.now();
  for (let last = cpuSeconds(pid), now = last; performance.now() - began < QUIET_AT_MOST_MS; last = now) {
    await sleep(LOOK_EVERY_MS);
    now = cpuSeconds(pid);
    if (now - last <= (IDLE_SHARE * LOOK_EVERY_MS) / 1000) break;
  }
  return performance.now() - began - LOOK_EVERY_MS;
}
