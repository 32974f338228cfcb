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
  'docs/engine-bench.md: one frame a read, memory of an idle viewer, connections; 2 cores, Node 20, k6 2.1.0';

export const COSTS: Readonly<Record<EngineName, EngineCost>> = {
  // 9.25 CPU-seconds a million messages; 4.67 KiB; 4,545 connections a CPU-second; 93 MiB before the first viewer.
  run: {
    messagesPerCoreSecond: 108_000,
    memoryMiBPerViewer: 0.0046,
    connectCpuMs: 0.22,
    processMemoryMiB: 93,
    source: BENCH,
  },
  // 68.75 CPU-seconds a million messages; 61.76 KiB; 3,378 connections a CPU-second; 37 MiB before the first viewer. The script there only
  // counts messages: a crowd that thinks costs more.
  k6: {
    messagesPerCoreSecond: 14_500,
    memoryMiBPerViewer: 0.0603,
    connectCpuMs: 0.3,
    processMemoryMiB: 37,
    source: BENCH,
  },
};
