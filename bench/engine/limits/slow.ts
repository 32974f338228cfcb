/** Three ways to make a generator too slow on purpose. */
import { execFileSync, type ChildProcess } from 'node:child_process';
import { cpus } from 'node:os';
import { ended, start } from '../children.ts';
import { here } from '../places.ts';
import { sleep } from '../processes.ts';
import type { Play } from './play.ts';

/** Beside one of these the worker still has half the core, which is enough for it. Beside twelve it has a thirteenth. */
const BUSY_LOOPS = 12;
const BUSY_AT_MOST_SEC = 20;
const STOPPED_MS = 2000;
/** A little less than this crowd needs: with 22 it is held, and then the run is right to pass. */
const HEAP_MIB = 18;

const small = { scenario: 'limits/small-room.yaml', fromText: '10m', forText: '6s' } as const;

export const HEALTHY: Play = small;

export const SLOW: Readonly<Record<'core' | 'stopped' | 'heap', { readonly label: string; readonly play: Play }>> = {
  core: {
    label: `pinned to a core that it shares with ${BUSY_LOOPS} busy loops`,
    play: { ...small, disturb: shareCore },
  },
  stopped: {
    label: `stopped by SIGSTOP for ${STOPPED_MS / 1000} s in the window`,
    play: { ...small, disturb: stopForAWhile },
  },
  heap: {
    label: `with a heap of ${HEAP_MIB} MiB`,
    play: {
      ...small,
      env: { NODE_OPTIONS: `--require=${here('limits/heap-limit.cjs')}`, BENCH_HEAP_MIB: String(HEAP_MIB) },
    },
  },
};

async function shareCore(workerPid: number): Promise<void> {
  const core = String(cpus().length - 1);
  execFileSync('taskset', ['-a', '-p', '-c', core, String(workerPid)], { stdio: 'ignore' });
  const loops: ChildProcess[] = Array.from({ length: BUSY_LOOPS }, () =>
    start('client', 'timeout', [String(BUSY_AT_MOST_SEC), 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' }),
  );
  // Through the window: ramp's end, six seconds, and a little.
  await sleep(7000);
  for (const loop of loops) loop.kill('SIGTERM');
  await Promise.all(loops.map((loop) => ended(loop)));
}

async function stopForAWhile(workerPid: number): Promise<void> {
  await sleep(2300);
  signal(workerPid, 'SIGSTOP');
  await sleep(STOPPED_MS);
  signal(workerPid, 'SIGCONT');
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
