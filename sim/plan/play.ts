import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Draft, Stage } from './draft.ts';
import type { PlanWindow } from './engine.ts';
import { MonteCarlo } from './monte-carlo.ts';
import type { PlanHooks } from './options.ts';
import type { PlanSample, SampleDepth } from './sample.ts';
import type { VariedRuns } from './sensitivity.ts';
import { sweepPoint } from './summary.ts';
import type { SweepPoint } from '../plan-result.ts';

/** All that was played. What was not reached is left out. */
export interface Played {
  readonly base: readonly PlanSample[];
  readonly other: readonly PlanSample[] | null;
  readonly points: readonly SweepPoint[];
  readonly varied: readonly VariedRuns[];
  /** Why it ended early; `null` when it did not. */
  readonly stopped: string | null;
  /** A worker died: more than that somebody wanted it to end. */
  readonly died: boolean;
}

/** Plays everything that the draft asks for, one after the other, until it is done, stopped or broken. */
export async function playDraft(draft: Draft, hooks: PlanHooks): Promise<Played> {
  const player = new Player(draft, hooks);
  try {
    return await player.play();
  } finally {
    player.close();
  }
}

class Player {
  private readonly draft: Draft;
  private readonly signal: AbortSignal;
  private readonly onProgress: PlanHooks['onProgress'];
  private readonly monteCarlo: MonteCarlo;
  private done = 0;
  private died: string | null = null;

  constructor(draft: Draft, { signal = new AbortController().signal, onProgress }: PlanHooks) {
    this.draft = draft;
    this.signal = signal;
    this.onProgress = onProgress;
    this.monteCarlo = new MonteCarlo({ workers: draft.choice.workers, signal: this.signal });
  }

  close(): void {
    this.monteCarlo.close();
  }

  async play(): Promise<Played> {
    const { base, other, runs } = this.draft;
    const played = await this.runs(base.compiled, base.window, runs, 'charts', 'runs');
    const others = other && this.goesOn ? await this.comparison(other) : null;
    const points = await this.sweep();
    const varied = await this.sensitivity();
    return { base: played, other: others, points, varied, stopped: this.stopped(), died: this.died !== null };
  }

  private get goesOn(): boolean {
    return this.died === null && !this.signal.aborted;
  }

  private async comparison({ compiled, window, subject }: Stage): Promise<readonly PlanSample[] | null> {
    const samples = await this.runs(compiled, window, this.draft.runs, 'figures', subject.scenario.name);
    return samples.length > 0 ? samples : null;
  }

  /** Points whose runs were all done. */
  private async sweep(): Promise<SweepPoint[]> {
    const { sweep, runs, base, compile } = this.draft;
    const points: SweepPoint[] = [];
    for (const { value, scenario } of sweep?.points ?? []) {
      if (!this.goesOn) break;
      const window =
        base.window.untilMs === base.compiled.durationMs ? wholeFrom(base.window, scenario.duration) : base.window;
      const samples = await this.runs(compile(scenario), window, runs, 'details', `${sweep!.path} = ${value}`);
      if (samples.length === runs) points.push(sweepPoint(value, samples));
    }
    return points;
  }

  private async sensitivity(): Promise<VariedRuns[]> {
    const { knobs, knobRuns, base, compile } = this.draft;
    const varied: VariedRuns[] = [];
    for (const knob of knobs) {
      if (!this.goesOn) break;
      const play = (which: 'lowered' | 'raised'): Promise<readonly PlanSample[]> =>
        this.runs(compile(knob[which]), base.window, knobRuns, 'figures', `${knob.path} ${which}`);
      const [lowered, raised] = [await play('lowered'), await play('raised')];
      if (lowered.length === knobRuns && raised.length === knobRuns) varied.push({ knob, lowered, raised });
    }
    return varied;
  }

  private async runs(
    scenario: CompiledScenario,
    window: PlanWindow,
    runs: number,
    depth: SampleDepth,
    stage: string,
  ): Promise<readonly PlanSample[]> {
    const { choice, enginesUrl, totalRuns } = this.draft;
    const onRun = (): void => {
      this.done++;
      this.onProgress?.({ done: this.done, total: totalRuns, stage });
    };
    const job = { scenario, window, engine: choice.engine, depth, enginesUrl };
    const { samples, died } = await this.monteCarlo.play(job, runs, onRun, totalRuns - this.done - runs);
    this.died ??= died;
    return samples;
  }

  /** As it stands behind "because". */
  private stopped(): string | null {
    const { totalRuns, runs } = this.draft;
    if (this.done >= totalRuns) return null;
    const why = this.died === null ? 'it was interrupted' : `a worker process ended (${this.died})`;
    return totalRuns > runs ? `${why} with ${this.done} of ${totalRuns} runs done, variants counted` : why;
  }
}

/** A sweep may change how long the event is. */
function wholeFrom({ fromMs }: PlanWindow, durationMs: number): PlanWindow {
  return { fromMs: Math.min(fromMs, durationMs - 1), untilMs: durationMs };
}
