import type { WarmStart } from '../crowd/warm-start.ts';
import type { Books } from '../ledger/books.ts';
import type { ThresholdRule } from '../metrics/thresholds.ts';
import type { PlannedWindow } from '../result.ts';
import type { Target } from '../targets/combine.ts';
import type { RunHealth } from './health/run-health.ts';
import type { Fleet } from './fleet.ts';
import type { CueLogEntry } from './host.ts';
import type { LedgerFindings } from './ledger.ts';
import type { RunOptions } from './options.ts';
import type { Tally } from './tally.ts';
import type { Ending } from './verdict.ts';

/** All that a run found, for its result. */
export interface Findings {
  readonly options: RunOptions;
  readonly target: Target;
  readonly warm: WarmStart;
  readonly planned: PlannedWindow | null;
  readonly tally: Tally;
  readonly fleet: Fleet;
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
}
