/** The client on one core and the server on another, so that neither takes the other's time. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

const cores = cpus().length;

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export const PINNED = cores >= 2 && hasTaskset();

/** `none`: wherever the system likes. */
export type Side = 'client' | 'server' | 'none';

/** taskset becomes the program that it starts, so the process number stays. */
export function pinned(side: Side, command: string, args: readonly string[]): [string, string[]] {
  if (!PINNED || side === 'none') return [command, [...args]];
  return ['taskset', ['-c', String(side === 'client' ? cores - 1 : 0), command, ...args]];
}
