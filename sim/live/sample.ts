import type { Histogram } from '../metrics/histogram.ts';

/** A p99 of fewer values than this is their largest, and one hiccup is no verdict: so many must be past a bound. */
const AT_LEAST_PAST = 3;

/** A quantity of many values, as people read it and as it is judged. */
export interface Spread {
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The 99th percentile, but at most the third largest value; `null` when there were fewer than three. */
  readonly judgedMs: number | null;
}

/** Null when nothing was measured. */
export function spreadOf(histogram: Histogram): Spread | null {
  const { count } = histogram;
  if (count === 0) return null;
  const judged = Math.min(0.99, (count - AT_LEAST_PAST + 1) / count);
  return {
    p99Ms: histogram.quantile(0.99),
    maxMs: histogram.max,
    judgedMs: count < AT_LEAST_PAST ? null : histogram.quantile(judged),
  };
}

/** How a worker was while it measured: the three delays that make its figures wrong. */
export interface Delays {
  readonly lateStart: Spread | null;
  readonly loopDelay: Spread | null;
  readonly receiveWait: Spread | null;
}

/** What a worker says of itself once a second. */
export interface HealthSample extends Delays {
  /** Seconds of the window, the second one exclusive: a worker that stood still reports several as one. */
  readonly fromSecond: number;
  readonly untilSecond: number;
  /** Longest time for which the loop stood still, and when that began, event time. */
  readonly stallMs: number;
  readonly stallAtMs: number;
  /** Since the sample before. */
  readonly wallMs: number;
  /** Of all threads of the process. */
  readonly cpuMs: number;
  /** The loop had work, 0 to 1 (event-loop utilisation): waiting for a core counts, waiting for events does not. */
  readonly busyShare: number;
  /** The main thread was ready to run, and no core was free for it; `null` where the system does not say. */
  readonly coreWaitMs: number | null;
  readonly gcMs: number;
  readonly gcMaxMs: number;
  readonly rssMiB: number;
  readonly heap: HeapState;
}

export interface HeapState {
  readonly usedMiB: number;
  readonly limitMiB: number;
}
