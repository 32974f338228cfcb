import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { HeapState } from '../../live/sample.ts';

const MIB = 1024 * 1024;
/** V8's limit holds three semi-spaces of 16 MiB for the young; what a heap runs out of is the rest. */
const YOUNG_MIB = 48;

/** Of what lives long: that is what fills a heap. The young are collected every few ms. */
export function heapState(): HeapState {
  const old = getHeapSpaceStatistics().filter(({ space_name }) => !space_name.startsWith('new_'));
  return {
    usedMiB: old.reduce((sum, space) => sum + space.space_used_size, 0) / MIB,
    limitMiB: getHeapStatistics().heap_size_limit / MIB - YOUNG_MIB,
  };
}

/** The pauses of garbage collection, and what was left after it. */
export class Collections {
  private readonly observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.see(entry);
  });
  private totalMs = 0;
  private longestMs = 0;
  private afterwards: HeapState | null = null;

  start(): void {
    this.observer.observe({ entryTypes: ['gc'] });
  }

  stop(): void {
    this.observer.disconnect();
  }

  /** Since the last call. The heap is the smallest after a full collection, or that of now when there was none. */
  take(): { gcMs: number; gcMaxMs: number; heap: HeapState } {
    const taken = { gcMs: this.totalMs, gcMaxMs: this.longestMs, heap: this.afterwards ?? heapState() };
    this.totalMs = 0;
    this.longestMs = 0;
    this.afterwards = null;
    return taken;
  }

  private see(entry: PerformanceEntry): void {
    this.totalMs += entry.duration;
    this.longestMs = Math.max(this.longestMs, entry.duration);
    const { kind } = (entry as PerformanceEntry & { readonly detail: { readonly kind: number } }).detail;
    if (kind !== constants.NODE_PERFORMANCE_GC_MAJOR) return;
    const now = heapState();
    if (this.afterwards === null || now.usedMiB < this.afterwards.usedMiB) this.afterwards = now;
  }
}
