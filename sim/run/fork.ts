import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HeapState } from '../live/sample.ts';
import type { Hire } from './fleet.ts';
import { howItDied } from './health/death.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';

/** A worker as a process of this machine. */
export function forkWorker(setup: WorkerSetup): Hire {
  return ({ heard, isAlive, ended }) => {
    const child = fork(fileURLToPath(new URL('./worker-main.ts', import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let words: string | null = null;
    /** As last heard of. */
    let heap: HeapState | null = null;
    child.on('message', (message: FromWorker) => {
      isAlive();
      if (message.type === 'failed') words = firstLine(message.message);
      else if (message.type === 'alive') heap = message.heap;
      else heard(message);
    });
    child.on('error', (error) => ended(error.message));
    child.on('exit', (code, signal) => ended(words ?? howItDied(code, signal, heap)));
    const tell = (message: ToWorker): void => {
      if (child.connected) child.send(message, () => undefined);
    };
    tell(setup);
    return { pid: child.pid ?? 0, tell, kill: () => void child.kill('SIGKILL') };
  };
}

/** The rest of it is for the log of whoever wrote the code. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0];
}
