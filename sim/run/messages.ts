import type { CompiledScenario } from '../crowd/compiled.ts';
import type { DigestState } from '../crowd/digest.ts';
import type { CrowdSnapshot } from '../crowd/snapshot.ts';
import type { MetricDelta } from '../metrics/metric-set.ts';
import type { SecondReport } from '../metrics/series.ts';
import type { TargetConfig } from '../targets/index.ts';
import type { BeaconSetup } from './health/beacon.ts';
import type { Delays, HealthSample, HeapState } from './health/sample.ts';

/** Between the coordinator and its workers, over the IPC channel of `fork` with structured clone. Times as named. */

export interface WorkerSetup {
  readonly type: 'setup';
  readonly scenario: CompiledScenario;
  readonly target: TargetConfig;
  readonly userAgent: string;
  readonly shard: number;
  readonly shards: number;
  /** Keeps the idempotency keys of two runs apart. */
  readonly runId: string;
  /** Where the history is written. */
  readonly historyFolder: string;
  readonly fromMs: number;
  readonly forMs: number;
  readonly snapshot: CrowdSnapshot;
  /** Connections for shopping, at most. */
  readonly shopConnections: number;
  /** Viewers that this worker may let in in a second; `null`: as fast as it goes. */
  readonly joinsPerSec: number | null;
  /** Hosts that requests and lines may go to; `null`: any. */
  readonly hosts: readonly string[] | null;
  /** Hosts that viewers who watch the stream may ask. */
  readonly videoHosts: readonly string[];
  /** Of this worker, for the stream: requests at a time. */
  readonly videoConnections: number;
  readonly receiving: ReceivingSetup;
  /** Addresses to connect from, in turn; none: the system chooses. */
  readonly localAddresses: readonly string[];
  /** Tagged metrics that thresholds ask for. */
  readonly watch: readonly string[];
  /** `null`: receive wait is not measured. */
  readonly beacon: BeaconSetup | null;
}

/** How the viewers' sockets are read. */
export interface ReceivingSetup {
  /** Of the viewers: those whose lag is measured at the instant of arrival, 0 to 1. */
  readonly probeShare: number;
  /** The others may be read in batches of so long, to save system calls. */
  readonly bulkEveryMs: number;
}

export type ToWorker =
  | WorkerSetup
  /** The window begins at this epoch time. */
  | { readonly type: 'go'; readonly atEpochMs: number }
  /** End the window now. */
  | { readonly type: 'stop' }
  /** Account for what was delivered, and end. `lastSeq` by room id: the last message that was ever published. */
  | { readonly type: 'close'; readonly lastSeq: Readonly<Record<string, number>> };

export type FromWorker =
  | { readonly type: 'ramp'; readonly connected: number; readonly failed: number; readonly total: number }
  | { readonly type: 'ready'; readonly connected: number; readonly failed: number }
  | SecondMessage
  /** The window is over, and all answers are in or given up. `lastSeq`: the last message any viewer of this worker saw. */
  | { readonly type: 'drained'; readonly playedMs: number; readonly lastSeq: Readonly<Record<string, number>> }
  | DoneMessage
  /** Sent every second, so that a worker that hangs is noticed, and one that dies of its heap understood. */
  | { readonly type: 'alive'; readonly heap: HeapState }
  /** For whoever watches the run. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'failed'; readonly message: string };

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
    readonly cpuSeconds: number;
    readonly maxRssMiB: number;
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
