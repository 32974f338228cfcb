import { availableParallelism } from 'node:os';
import type { CompiledScenario } from '../crowd/compiled.ts';
import { FlashcrowdError } from '../errors.ts';
import { compileScenario } from '../scenario/compile.ts';
import type { Scenario, ScenarioInput } from '../scenario/schema/scenario.ts';
import { checkOptions, windowIn } from './check-options.ts';
import { chooseEngine, playsEachViewer, type Choice } from './choose.ts';
import type { PlanWindow } from './engine.ts';
import { ENGINES_URL } from './engines.ts';
import { knobsOf, type Knob } from './knobs.ts';
import { DEFAULT_RUNS, DEFAULT_SENSITIVITY, SENSITIVITY_RUNS, type PlanOptions } from './options.ts';
import { largest, otherAudiences, sizeOf, type Size } from './size.ts';
import { loadSubject, type Subject } from './subject.ts';
import { readSweep, type Sweep } from './sweep.ts';

/** What the plan stands in; tests put something else in its place. */
export interface Surroundings {
  readonly enginesUrl: string;
  readonly freeBytes: number;
}

export function realSurroundings(): Surroundings {
  // Not all that is free in the machine: what this process (in its container) may still take.
  return { enginesUrl: ENGINES_URL, freeBytes: process.availableMemory() };
}

/** A scenario, and what of it is played. */
export interface Stage {
  readonly subject: Subject;
  readonly compiled: CompiledScenario;
  readonly window: PlanWindow;
}

/** Everything that is known before the first run: whatever is wrong with the plan has been found. */
export interface Draft {
  readonly options: PlanOptions;
  readonly seed: string;
  readonly runs: number;
  readonly base: Stage;
  readonly other: Stage | null;
  readonly sweep: Sweep | null;
  /** By which assumptions are lowered and raised; `null`: no sensitivity is asked for. */
  readonly byShare: number | null;
  readonly knobs: readonly Knob[];
  /** Of each knob, lowered and raised. */
  readonly knobRuns: number;
  /** Of everything. */
  readonly totalRuns: number;
  readonly choice: Choice;
  readonly enginesUrl: string;
  /** As the plan compiles every variant: same seed, same scale. */
  compile(scenario: Scenario): CompiledScenario;
}

/** Throws FlashcrowdError with all problems of what it has come to. */
export async function draftPlan(
  written: string | ScenarioInput,
  options: PlanOptions,
  { enginesUrl, freeBytes }: Surroundings,
): Promise<Draft> {
  checkOptions(options);
  const { set = [], runs = DEFAULT_RUNS, scale = 1 } = options;
  const byShare = shareOf(options.sensitivity);
  const subject = await loadSubject(written, set);
  const seed = options.seed ?? subject.scenario.seed;
  const compile = (scenario: Scenario): CompiledScenario => compileScenario(scenario, { scale, seed });
  const base = stageOf(subject, compile, options.window);
  const other =
    options.compareWith === undefined
      ? null
      : stageOf(await loadOther(options.compareWith, set), compile, options.window);
  const sweep = options.sweep === undefined ? null : readSweep(options.sweep, subject);
  checkSweptWindow(base, sweep);
  const knobs = byShare === null ? [] : knobsOf(subject.scenario, byShare);
  const knobRuns = Math.min(runs, SENSITIVITY_RUNS);
  const stages = other ? [base, other] : [base];
  const totalRuns = runs * (stages.length + (sweep?.points.length ?? 0)) + 2 * knobs.length * knobRuns;
  const sizes = stages.map(({ compiled, window }) => sizeOf(compiled, window));
  // Larger variants would not change the choice of cohorts.
  if (playsEachViewer({ wanted: options.engine, runs: totalRuns, views: largest(sizes).views }))
    sizes.push(...variantSizes({ base, sweep, knobs, compile }));
  const choice = chooseEngine({
    ...largest(sizes),
    isMost: new Set(sizes.map(({ views }) => Math.round(views))).size > 1,
    runs: totalRuns,
    workers: options.workers ?? availableParallelism(),
    wanted: options.engine,
    freeBytes,
  });
  return { options, seed, runs, base, other, sweep, byShare, knobs, knobRuns, totalRuns, choice, enginesUrl, compile };
}

function shareOf(sensitivity: PlanOptions['sensitivity']): number | null {
  return sensitivity === true ? DEFAULT_SENSITIVITY : sensitivity || null;
}

/** Of all that a sweep and a sensitivity make of the audience. */
function variantSizes({ base, sweep, knobs, compile }: Pick<Draft, 'base' | 'sweep' | 'knobs' | 'compile'>): Size[] {
  const { subject, compiled, window } = base;
  const toItsEnd = window.untilMs === compiled.durationMs;
  const points = sweep?.points.map(({ scenario }) => scenario) ?? [];
  const variants = [...points, ...knobs.flatMap(({ lowered, raised }) => [lowered, raised])];
  return otherAudiences(subject.scenario, variants).map((scenario) => {
    const untilMs = toItsEnd ? scenario.duration : window.untilMs;
    return sizeOf(compile(scenario), { fromMs: window.fromMs, untilMs });
  });
}

/** A sweep may change how long the event is: a window that ends before the event does has to lie in all of them. */
function checkSweptWindow({ subject, window }: Stage, sweep: Sweep | null): void {
  if (window.untilMs === subject.scenario.duration) return;
  for (const { scenario } of sweep?.points ?? []) windowIn(scenario.duration, window);
}

/** `--set` changes both scenarios: where the second one has no such path, it must not sound as if the first had none. */
async function loadOther(compareWith: string, set: readonly string[]): Promise<Subject> {
  try {
    return await loadSubject(compareWith, set);
  } catch (error) {
    if (!(error instanceof FlashcrowdError) || error.code !== 'BAD_USAGE') throw error;
    const message = `--set changes both scenarios, and ${compareWith} does not have all that it names`;
    throw new FlashcrowdError('BAD_USAGE', message, error.problems, { cause: error });
  }
}

function stageOf(
  subject: Subject,
  compile: (scenario: Scenario) => CompiledScenario,
  window: PlanWindow | undefined,
): Stage {
  return { subject, compiled: compile(subject.scenario), window: windowIn(subject.scenario.duration, window) };
}
