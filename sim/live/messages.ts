import type { CompiledScenario } from '../crowd/compiled.ts';
import type { DigestState } from '../crowd/digest.ts';
import type { CrowdSnapshot } from '../crowd/snapshot.ts';
import type { MetricDelta } from '../metrics/metric-set.ts';
import type { SecondReport } from '../metrics/series.ts';
import type { Delays, HealthSample } from './sample.ts';

/** Between whoever leads a run and its shards: over the IPC channel of `fork` with structured clone, or as JSON. Times as named. */

/** What a shard is to play. */
export interface ShardSetup {
  readonly scenario: CompiledScenario;
  readonly shard: number;
  readonly shards: number;
  /** Keeps the idempotency keys of two runs apart. */
  readonly runId: string;
  readonly fromMs: number;
  readonly forMs: number;
  readonly snapshot: CrowdSnapshot;
  /** Viewers that this shard may let in in a second; `null`: as fast as it goes. */
  readonly joinsPerSec: number | null;
  /** Of the viewers: those whose lag is measured at the instant of arrival, 0 to 1. */
  readonly probeShare: number;
  /** Tagged metrics that thresholds ask for. */
  readonly watch: readonly string[];
}

export type ToShard =
  /** The window begins at this epoch time. */
  | { readonly type: 'go'; readonly atEpochMs: number }
  /** End the window now. */
  | { readonly type: 'stop' }
  /** Account for what was delivered, and end. `lastSeq` by room id: the last message that was ever published. */
  | { readonly type: 'close'; readonly lastSeq: Readonly<Record<string, number>> };

export type FromShard =
  | { readonly type: 'ramp'; readonly connected: number; readonly failed: number; readonly total: number }
  | { readonly type: 'ready'; readonly connected: number; readonly failed: number }
  | SecondMessage
  /** The window is over, and all answers are in or given up. `lastSeq`: the last message any viewer of this shard saw. */
  | { readonly type: 'drained'; readonly playedMs: number; readonly lastSeq: Readonly<Record<string, number>> }
  | DoneMessage
  /** For whoever watches the run. */
  | { readonly type: 'note'; readonly text: string };

export interface SecondMessage {
  readonly type: 'second';
  readonly report: SecondReport;
  readonly metrics: MetricDelta;
  /** Increments, FUNNEL_FIELDS for each product in turn. */
  readonly funnel: Float64Array;
  /** Receipts of each cue, increments. */
  readonly cuesReceived: Float64Array;
  /** The most negative lag so far: how far the backend's clock is ahead, at least. 0 when none was negative. */
  readonly leastLagMs: number;
  /** Of viewers: steps of purchases, sayings and sign-ins that came to an end, and those of them that failed. */
  readonly asked: number;
  readonly failed: number;
  /** `null` before the window. */
  readonly health: HealthSample | null;
}

export interface DoneMessage {
  readonly type: 'done';
  readonly last: SecondMessage;
  /** Events of its history that could not be written. */
  readonly historyLost: number;
  /** Lines went through `ws`, because the backend insisted on permessage-deflate. */
  readonly compressed: boolean;
  readonly selfDigest: DigestState;
  readonly reactionDigest: DigestState;
  readonly health: {
    readonly peakViewers: number;
    /** Of its process; null where nobody can say. */
    readonly cpuSeconds: number | null;
    readonly maxRssMiB: number | null;
    /** Over the whole window. */
    readonly delays: Delays;
  };
}

/** One row a product in `SecondMessage.funnel`. */
export const FUNNEL_FIELDS = [
  'shown',
  'clicked',
  'carted',
  'checkedOut',
  'paid',
  'unitsPaid',
  'unitsUnknown',
  'unitsRefunded',
  'gmvMinor',
  'lostSoldOut',
  'lostDeclined',
  'lostFailed',
  'lostUnknown',
] as const;
export type FunnelField = (typeof FUNNEL_FIELDS)[number];
