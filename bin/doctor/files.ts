import { ownFileLimits } from '../../sim/run/file-limits.ts';
import type { Check } from './check.ts';

/** Files that a process has open besides its viewers' sockets: modules, logs, pipes, pooled HTTP connections. */
const OTHER_FILES = 256;
/** The default run holds about 2,500 viewers, all of them in the one process of the bundled stub. */
const DEFAULT_RUN_FILES = 4096;

export function checkFiles(limits = ownFileLimits()): Check {
  const remedy = 'Raise the limit: `ulimit -n 65536` in this shell; for good, `nofile` in /etc/security/limits.conf.';
  if (!limits) {
    return {
      id: 'files',
      status: 'warn',
      found: 'file-descriptor limit: not known on this system',
      meaning: 'every viewer holds one descriptor',
      remedy: 'See what `ulimit -n` says, and raise it: `ulimit -n 65536`.',
    };
  }
  const viewers = Math.max(0, limits.soft - OTHER_FILES);
  return {
    id: 'files',
    status: viewers === 0 ? 'fail' : limits.soft < DEFAULT_RUN_FILES ? 'warn' : 'ok',
    found: `file descriptors: soft limit ${count(limits.soft)}, hard limit ${count(limits.hard)}`,
    meaning: `up to ${count(viewers)} viewers a process (each worker, and the bundled stub, is one)`,
    remedy: limits.soft < DEFAULT_RUN_FILES ? remedy : null,
  };
}

function count(n: number): string {
  return n === Infinity ? 'unlimited' : n.toLocaleString('en-US');
}
