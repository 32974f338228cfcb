import type { FromShard, ShardSetup, ToShard } from '../live/messages.ts';
import type { HeapState } from '../live/sample.ts';
import type { TargetConfig } from '../targets/combine.ts';
import type { BeaconSetup } from './health/beacon.ts';

/** Between the coordinator and its workers, over the IPC channel of `fork` with structured clone. */

export interface WorkerSetup extends ShardSetup {
  readonly type: 'setup';
  readonly target: TargetConfig;
  readonly userAgent: string;
  /** Where the history is written. */
  readonly historyFolder: string;
  /** Connections for shopping, at most. */
  readonly shopConnections: number;
  /** Hosts that requests and lines may go to; `null`: any. */
  readonly hosts: readonly string[] | null;
  /** Hosts that viewers who watch the stream may ask. */
  readonly videoHosts: readonly string[];
  /** Of this worker, for the stream: requests at a time. */
  readonly videoConnections: number;
  /** Who is no probe may be read in batches of so long, to save system calls. */
  readonly bulkEveryMs: number;
  /** Addresses to connect from, in turn; none: the system chooses. */
  readonly localAddresses: readonly string[];
  /** `null`: receive wait is not measured. */
  readonly beacon: BeaconSetup | null;
}

export type ToWorker = WorkerSetup | ToShard;

export type FromWorker =
  | FromShard
  /** Sent every second, so that a worker that hangs is noticed, and one that dies of its heap understood. */
  | { readonly type: 'alive'; readonly heap: HeapState }
  | { readonly type: 'failed'; readonly message: string };
