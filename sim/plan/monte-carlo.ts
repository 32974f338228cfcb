import { setImmediate as nextTurn } from 'node:timers/promises';
import { expectedViews } from './choose.ts';
import { startJob, type Job } from './job.ts';
import { Pool } from './pool.ts';
import type { PlanSample } from './sample.ts';

export interface MonteCarloOptions {
  /** Processes; 1: this one, and for long runs one in its place. */
  readonly workers: number;
  readonly signal: AbortSignal;
}

export interface MonteCarloOutcome {
  /** In order of run; fewer than asked for when it was stopped or a worker died. */
  readonly samples: readonly PlanSample[];
  /** How a worker died; `null` when none did. */
  readonly died: string | null;
}

/** Starting workers takes about this long: less work than this is done here. */
const WORTH_STARTING_MS = 1000;
/** To hand a job to workers that are there takes hardly any time. */
const WORTH_HANDING_OVER_MS = 50;
/** A run that takes longer is played by a worker, if need be by the only one: played here, nobody would hear Ctrl-C meanwhile. */
const LONG_RUN_MS = 2000;
/** What agents play in a millisecond, roughly; only to tell a long first run before it has begun. */
const VIEWERS_PER_MS = 1000;

/**
 * Plays scenarios many times over. The seed of a run hangs on its number alone, so the samples are the same wherever and in what
 * order they are made. Workers are started when they are worth it, and stay until `close`.
 */
export class MonteCarlo {
  private readonly options: MonteCarloOptions;
  private pool: Pool | null = null;
  /** What the last run that was played here took: the next job is most often a variant of it. */
  private runMs: number | null = null;

  constructor(options: MonteCarloOptions) {
    this.options = options;
  }

  /** Plays runs 0 to `runs - 1`; `runsAfter` more are to come in other jobs. Rejects with what an engine threw. */
  async play(job: Job, runs: number, onRun: () => void, runsAfter = 0): Promise<MonteCarloOutcome> {
    const samples: PlanSample[] = [];
    const take = (sample: PlanSample): void => {
      samples.push(sample);
      onRun();
    };
    await this.playHere(job, runs, runsAfter, take);
    const died = await this.playElsewhere(job, samples.length, runs, take);
    samples.sort((a, b) => a.run - b.run);
    return { samples, died };
  }

  close(): void {
    this.pool?.close();
    this.pool = null;
  }

  /** In this process, as long as that is quicker than to leave it to others. */
  private async playHere(job: Job, runs: number, runsAfter: number, take: (sample: PlanSample) => void): Promise<void> {
    const { signal } = this.options;
    // A variant may be much larger than what was played before it.
    let runMs = Math.max(this.runMs ?? 0, guessedRunMs(job));
    if (signal.aborted || this.isForWorkers(runs, runsAfter, runMs)) return;
    const playRun = await startJob(job);
    for (let run = 0; run < runs && !signal.aborted; run++) {
      if (this.isForWorkers(runs - run, runsAfter, runMs)) return;
      const startedMs = performance.now();
      take(playRun(run));
      this.runMs = runMs = performance.now() - startedMs;
      // So that signals and the progress get their turn.
      await nextTurn();
    }
  }

  private isForWorkers(runsLeft: number, runsAfter: number, runMs: number): boolean {
    if (runMs > LONG_RUN_MS) return true;
    if (this.options.workers === 1 || runsLeft === 1) return false;
    return this.pool ? runsLeft * runMs > WORTH_HANDING_OVER_MS : (runsLeft + runsAfter) * runMs > WORTH_STARTING_MS;
  }

  private async playElsewhere(
    job: Job,
    from: number,
    runs: number,
    take: (sample: PlanSample) => void,
  ): Promise<string | null> {
    const { signal, workers } = this.options;
    if (from >= runs || signal.aborted) return null;
    this.pool ??= new Pool(Math.min(workers, runs - from));
    const rest = Array.from({ length: runs - from }, (_, i) => from + i);
    return this.pool.play(job, rest, take, signal);
  }
}

function guessedRunMs({ engine, scenario, window }: Job): number {
  return engine === 'agents' ? expectedViews(scenario, window) / VIEWERS_PER_MS : 0;
}
