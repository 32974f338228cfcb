import type { Books } from '../../ledger/books.ts';
import type { FromShard } from '../../live/messages.ts';
import type { Scenario } from '../../scenario/schema/scenario.ts';
import type { CoordinatorSample } from '../health/coordinator-watch.ts';
import type { CueLogEntry } from '../../live/host.ts';
import type { Probed } from '../clock-probe.ts';
import type { TargetFacts } from '../target-facts.ts';
import type { Ending } from '../verdict.ts';

/**
 * What a shard leaves for `flashcrowd merge`: NDJSON. The first line is the header, all others are entries in the order in which they
 * happened. JSON as in `sim/live/message-json.ts`.
 */

export const RECORDING_FILE = 'recording.ndjson';
export const RECORDING_FORMAT = 'flashcrowd/recording';
export const RECORDING_VERSION = 1;

export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly version: typeof RECORDING_VERSION;
  readonly runId: string;
  /** From 1, as on the command line. */
  readonly shard: number;
  readonly shards: number;
  /** Of each shard. */
  readonly workers: number;
  readonly startAtEpochMs: number;
  readonly tool: { readonly version: string; readonly node: string; readonly platform: string; readonly cores: number };
  /** As validated, without its target. */
  readonly scenario: Omit<Scenario, 'target'>;
  readonly file: string;
  readonly overrides: readonly string[];
  readonly seed: string;
  readonly scale: number;
  readonly fromMs: number;
  readonly forMs: number;
  readonly probeShare: number;
  readonly faults: Readonly<Record<string, number | null>>;
  readonly allowInvalid: boolean;
  /** Without secrets. */
  readonly targetWords: readonly string[];
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
}

export type RecordingEntry =
  /** The target was there, and the workers were started. */
  | { readonly k: 'begun'; readonly pids: readonly number[]; readonly target: TargetFacts }
  /** Of a worker, from 0 in each shard. */
  | { readonly k: 'said'; readonly w: number; readonly m: FromShard }
  | { readonly k: 'died'; readonly w: number; readonly how: string }
  /** The window begins. `late`: viewers who were to be in, and were neither in nor refused. */
  | { readonly k: 'go'; readonly zeroEpochMs: number; readonly rampMs: number; readonly late: number }
  | { readonly k: 'sample'; readonly sample: CoordinatorSample }
  | { readonly k: 'cue'; readonly cue: CueLogEntry }
  | { readonly k: 'clock'; readonly found: Probed }
  /** Of the first shard. `problem`: why they could not be read; `null`: they could, or there are none. */
  | { readonly k: 'books'; readonly books: Books | null; readonly problem: string | null }
  | EndEntry;

/** Last line of a recording that is whole. */
export interface EndEntry {
  readonly k: 'end';
  readonly ending: Ending;
  /** Event time; `null`: it came to its end. */
  readonly endedAtMs: number | null;
  readonly playedMs: number;
  /** ISO 8601 in UTC. */
  readonly endedAt: string;
  readonly historyLost: number;
  /** Of the first shard, as they were at last. */
  readonly cues: readonly CueLogEntry[];
  /** Entries that could not be written. */
  readonly lost?: number;
}
