import { readFileSync } from 'node:fs';

/**
 * How long the main thread has waited for a core while it was ready to run, in ms since it started: the second figure of
 * /proc/PID/schedstat (Linux, Documentation/scheduler/sched-stats.rst), in ns. `null` where there is none.
 */
export function parseCoreWaitMs(text: string): number | null {
  const match = /^\d+ (\d+) \d+/.exec(text);
  return match ? Number(match[1]) / 1e6 : null;
}

export function ownCoreWaitMs(): number | null {
  try {
    return parseCoreWaitMs(readFileSync('/proc/self/schedstat', 'utf8'));
  } catch {
    // Only Linux has this file, and not every kernel.
    return null;
  }
}
