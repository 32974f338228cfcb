import type { WarmStart } from '../crowd/warm-start.ts';
import type { Books } from '../ledger/books.ts';
import type { ThresholdRule } from '../metrics/thresholds.ts';
import type { PlannedWindow } from '../result.ts';
import type { RunHealth } from './health/run-health.ts';
import type { ClocksJudged } from './clocks.ts';
import type { FleetFacts } from './fleet-facts.ts';
import type { CueLogEntry } from '../live/host.ts';
import type { LedgerFindings } from './ledger.ts';
import type { RunOptions } from './options.ts';
import type { Tally } from './tally.ts';
import type { TargetFacts } from './target-facts.ts';
import type { Ending } from './verdict.ts';

/** How it was played, as far as its result depends on it. */
export type PlayedWith = Pick<
  RunOptions,
  | 'compiled'
  | 'file'
  | 'seed'
  | 'overrides'
  | 'targetWords'
  | 'embedded'
  | 'fromMs'
  | 'forMs'
  | 'workers'
  | 'probeShare'
  | 'faults'
  | 'allowInvalid'
  | 'fleet'
  | 'version'
>;

/** What a run found before the ledger was asked. */
export type Played = Omit<Findings, 'ledger'>;

/** All that a run found, for its result. */
export interface Findings {
  readonly options: PlayedWith;
  readonly target: TargetFacts;
  readonly warm: WarmStart;
  readonly planned: PlannedWindow | null;
  readonly tally: Tally;
  readonly fleet: FleetFacts;
  readonly health: RunHealth;
  readonly cues: readonly CueLogEntry[];
  readonly books: Books | null;
  /** Why they could not be read; `null`: they could, or there are none. */
  readonly booksProblem: string | null;
  readonly ledger: LedgerFindings;
  /** Events of the history that could not be written. */
  readonly historyLost: number;
  readonly ending: Ending;
  readonly aborted: readonly ThresholdRule[];
  /** Event time at which something ended the run early; null when it came to its end. */
  readonly endedAtMs: number | null;
  readonly playedMs: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Epoch time of the window's start; NaN when it never began. */
  readonly zeroEpochMs: number;
  readonly rampMs: number;
  /** Machines that played it, each its share of the crowd. */
  readonly shards: number;
  readonly clocks: ClocksJudged;
  /** Further sentences for the notes. */
  readonly said: readonly string[];
}
