import type { CompiledScenario } from '../crowd/compiled.ts';
import type { WarmStart } from '../crowd/warm-start.ts';
import type { ProgressSnapshot } from '../progress.ts';
import type { PlannedWindow } from '../result.ts';
import type { RunLog } from '../live/log.ts';
import type { ClockFinding } from '../metrics/clock-bound.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';
import type { Hire } from './fleet.ts';
import type { WorkerSetup } from './messages.ts';
import type { ShardPlace } from './shards/place.ts';
import type { RecordingFile } from './shards/recording-file.ts';
import type { AbortLimits } from '../targets/index.ts';
import type { TargetConfig } from '../targets/combine.ts';

/** Viewers who are no probes wait at most so long for what has arrived. */
export const BULK_EVERY_MS = 50;

/** Workers that are not processes of this one. */
export interface ElsewhereFleet {
  /** As results name it. */
  readonly engine: 'k6';
  /** Long enough for all of them to hear that the window begins. */
  readonly goDelayMs: number;
  /** A worker that has not said its first word by then counts as dead. */
  readonly firstWordWithinMs: number;
  hire(setup: WorkerSetup): Hire;
  /** By worker: how far the clock of this machine is ahead of its; null: it is the same, or nobody needs to know. */
  clocks(): readonly (ClockFinding | null)[];
}

/** One machine of several, which together play the crowd. */
export interface ShardRun {
  readonly place: ShardPlace;
  readonly recording: RecordingFile;
}

export interface RunOptions {
  readonly scenario: Scenario;
  readonly compiled: CompiledScenario;
  /** As shown in reports. */
  readonly file: string;
  readonly seed: string;
  /** `path=value`, as given. */
  readonly overrides: readonly string[];
  readonly target: TargetConfig;
  /** Words of the command line that name the target, without secrets; none for the embedded stub. */
  readonly targetWords: readonly string[];
  /** Says to the backend what this is. */
  readonly userAgent: string;
  /** Viewers who may come in in a second, by all workers together; `null`: as fast as it goes. */
  readonly joinsPerSec: number | null;
  /** Hosts that the user says are theirs: the stream may be anywhere among them. */
  readonly owned: readonly string[];
  /** Hosts that requests and lines may go to; `null`: any. */
  readonly hosts: readonly string[] | null;
  /** When the run ends by itself because the target breaks down; `null`: it does not. */
  readonly abort: AbortLimits | null;
  /** The target was started for this run and ends with it. */
  readonly embedded: boolean;
  /** Processes of the embedded stub; 0 without one. */
  readonly stubProcesses: number;
  readonly fromMs: number;
  readonly forMs: number;
  readonly workers: number;
  /** Of the viewers: those whose lag is measured at the instant of arrival, 0 to 1; the others may be read in batches. */
  readonly probeShare: number;
  /** Addresses of this machine to connect from, in turn; none: the system chooses. */
  readonly localAddresses: readonly string[];
  /** What the bundled shop is to do wrong, by name: how often, as a share; `null`: its default rate. */
  readonly faults: Readonly<Record<string, number | null>>;
  /** An existing folder for the history. */
  readonly historyFolder: string;
  /** Thresholds of an invalid run are judged all the same; it never passes. */
  readonly allowInvalid: boolean;
  /** The state of the event at `fromMs`. The model world works it out; the real one does not know it. */
  warmStart(compiled: CompiledScenario, atMs: number): WarmStart;
  /** What the model world says of the window; `null` when nobody asked it, or it was stopped or failed. */
  planWindow(): Promise<PlannedWindow | null>;
  /** Default: as processes of this machine. */
  readonly fleet?: ElsewhereFleet;
  /** The moment, epoch ms, at which the window begins. Default: when the crowd is in. */
  readonly startAtEpochMs?: number;
  /** Default: this machine plays all of the crowd. */
  readonly shard?: ShardRun;
  readonly version: string;
  /** Aborted by the first Ctrl-C: the run ends in order. */
  readonly stop: AbortSignal;
  /** Aborted by the second: it ends at once, with what it has. */
  readonly stopNow: AbortSignal;
  readonly log: RunLog;
  onProgress(progress: ProgressSnapshot): void;
  /** A line worth telling while the run goes on. */
  onNote(line: string): void;
  /** No worker writes any more: disk that was kept for the end of the history and for the results may be given free. */
  onPlayed?(): void;
}
