/** The processes that hold the viewers, among those that one `flashcrowd` started, each on the client's core. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { PINNED } from '../engine/pinning.ts';
import { family } from '../engine/processes.ts';

/** Where `pinned('client', ...)` starts what it starts. */
const CLIENT_CORE = String(cpus().length - 1);

/**
 * Finds workers and k6 processes as they come. They are children of the coordinator, which is on the server's core, and are moved as soon as
 * they are seen: before they have a viewer.
 */
export class Generators {
  readonly pids: number[] = [];
  private readonly rootPid: number;

  constructor(rootPid: number) {
    this.rootPid = rootPid;
  }

  look(): void {
    for (const pid of family(this.rootPid)) {
      if (pid === this.rootPid || this.pids.includes(pid) || !isGenerator(pid)) continue;
      this.pids.push(pid);
      toClientCore(pid);
    }
  }

  /** k6 does not end with who started it. */
  kill(): void {
    for (const pid of this.pids.filter(isGenerator)) signal(pid);
  }
}

function isGenerator(pid: number): boolean {
  try {
    const [program, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return path.basename(program) === 'k6' || args.some((arg) => arg.includes('worker-main'));
  } catch {
    return false;
  }
}

function toClientCore(pid: number): void {
  if (!PINNED) return;
  try {
    execFileSync('taskset', ['-a', '-p', '-c', CLIENT_CORE, String(pid)], { stdio: 'ignore' });
  } catch {
    // It has ended by itself; the play will say so.
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
