/** What a viewer costs the machine that plays it, measured. Docs and manifests take their figures from here alone. */

export interface EngineCost {
  /** Received and accounted for by one core that does nothing else. */
  readonly messagesPerCoreSecond: number;
  /** Of a present viewer, besides what the processes take without any. */
  readonly memoryMiBPerViewer: number;
  /** CPU from the first packet of a viewer to its welcome, ms. */
  readonly connectCpuMs: number;
  /** Of a process that has no viewers yet. */
  readonly processMemoryMiB: number;
  /** Where the figures are from. */
  readonly source: string;
}

export type EngineName = 'run' | 'k6';

const BENCH =
  'docs/engines-bench.md: one frame a message, memory and CPU of an idle viewer; medians of three on a shared machine, 2 cores, Node 20.20.2, k6 v2.1.0';

export const COSTS: Readonly<Record<EngineName, EngineCost>> = {
  run: {
    messagesPerCoreSecond: 82_700,
    memoryMiBPerViewer: 0.0115,
    connectCpuMs: 0.41,
    processMemoryMiB: 105,
    source: BENCH,
  },
  // With the VU that 250 viewers share.
  k6: {
    messagesPerCoreSecond: 6_450,
    memoryMiBPerViewer: 0.132,
    connectCpuMs: 0.86,
    processMemoryMiB: 14,
    source: BENCH,
  },
};
