import { biggerHeap } from './remedy.ts';
import type { HeapState } from '../../live/sample.ts';

/** Its heap was last seen so full that the next second may have filled it. */
const NEARLY_FULL = 0.7;
/** Node ends so (SIGABRT, as a shell tells it) when its heap is full. */
const ABORTED = 128 + 6;

/**
 * How a worker ended, in words. Node aborts when its heap is full, and for little else: then the heap as it was last seen
 * says which it was.
 */
export function howItDied(code: number | null, signal: NodeJS.Signals | null, heap: HeapState | null): string {
  const how = signal ? `killed by ${signal}` : `exit code ${code}`;
  if (signal !== 'SIGABRT' && code !== ABORTED) return how;
  if (heap === null) return `${how}, as Node ends when its heap is full`;
  const share = heap.usedMiB / heap.limitMiB;
  const state = `its heap was last seen ${Math.round(share * 100)} % full (limit ${Math.round(heap.limitMiB)} MiB)`;
  return share > NEARLY_FULL ? `${how}, ${state}; give it more: ${biggerHeap(heap.limitMiB)}` : `${how}, ${state}`;
}
