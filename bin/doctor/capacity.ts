import { availableParallelism } from 'node:os';
import type { Check } from './check.ts';

/** Viewers that one core can drive, from a chatty room to a quiet one. Rough: it hangs on chat rate and hardware. */
const VIEWERS_PER_CORE = { few: 2_000, many: 5_000 };
/** An assumption: about 40 KiB a viewer in the workers and as much again in the stub, beside 100 MiB a process. */
const COMFORTABLE_BYTES = 1024 ** 3;

export interface Machine {
  readonly cores: number;
  /** Memory that can still be used, container limits included. */
  readonly freeBytes: number;
}

function thisMachine(): Machine {
  return { cores: availableParallelism(), freeBytes: process.availableMemory() };
}

export function checkCapacity({ cores, freeBytes }: Machine = thisMachine()): Check {
  // The bundled stub wants a core of its own; the default number of workers leaves it one.
  const workers = Math.max(1, cores - 1);
  const few = (workers * VIEWERS_PER_CORE.few).toLocaleString('en-US');
  const many = (workers * VIEWERS_PER_CORE.many).toLocaleString('en-US');
  const tight = freeBytes < COMFORTABLE_BYTES;
  const alone = cores < 2;
  const remedies = [
    alone ? 'With one core the stub and the viewers disturb each other: keep the crowd small (--scale).' : '',
    tight ? 'Free some memory, or shrink the crowd (--scale).' : '',
  ];
  return {
    id: 'capacity',
    status: tight || alone ? 'warn' : 'ok',
    found: `${cores} ${cores === 1 ? 'core' : 'cores'}, ${(freeBytes / 1024 ** 3).toFixed(1)} GiB of memory free`,
    meaning: `roughly ${few} to ${many} viewers with ${workers} ${workers === 1 ? 'worker' : 'workers'} and the stub on this machine`,
    remedy: remedies.filter(Boolean).join(' ') || null,
  };
}
