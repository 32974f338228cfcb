import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Processes of this machine, by /proc. */

export interface Child {
  readonly pid: number;
  readonly commandLine: string;
}

/** The processes that this one has started and that have not ended. */
export function childrenOf(pid: number): Child[] {
  return readdirSync('/proc').flatMap((entry) => {
    const child = /^\d+$/.test(entry) ? read(Number(entry)) : null;
    return child?.parent === pid && child.state !== 'Z' ? [{ pid: child.pid, commandLine: child.commandLine }] : [];
  });
}

export const workersOf = (pid: number): Child[] => childrenOf(pid).filter(isWorker);
export const stubOf = (pid: number): Child =>
  childrenOf(pid).find((child) => child.commandLine.includes('server-stub/main'))!;

function isWorker({ commandLine }: Child): boolean {
  return commandLine.includes('run/worker-main');
}

/** Those of `pids` that still run after a moment of grace: the kernel takes a while to end what was killed. */
export async function survivors(pids: readonly number[]): Promise<number[]> {
  let left = [...pids];
  for (let tries = 0; tries < 60 && left.length > 0; tries++) {
    left = left.filter(isRunning);
    if (left.length > 0) await delay(50);
  }
  return left;
}

function isRunning(pid: number): boolean {
  const process = read(pid);
  return process !== null && process.state !== 'Z';
}

function read(pid: number): { pid: number; parent: number; state: string; commandLine: string } | null {
  try {
    // The name in parentheses may hold anything.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent: Number(parent), state, commandLine };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
