import type { CompiledScenario } from '../crowd/compiled.ts';
import type { EngineName } from '../plan-result.ts';
import type { PlanWindow } from './engine.ts';
import type { EngineModule } from './engines.ts';
import { takeSample, type PlanSample, type SampleDepth } from './sample.ts';
import { seedOfRun } from './seeds.ts';

/** One scenario to be played many times. Goes to workers as it is. */
export interface Job {
  readonly scenario: CompiledScenario;
  readonly window: PlanWindow;
  readonly engine: EngineName;
  readonly depth: SampleDepth;
  /** URL of the module with the engines, see `engines.ts`. */
  readonly enginesUrl: string;
}

export type PlayRun = (run: number) => PlanSample;

/** Makes the engine ready, once for all runs. */
export async function startJob({ scenario, window, engine, depth, enginesUrl }: Job): Promise<PlayRun> {
  const { loadEngine } = (await import(enginesUrl)) as EngineModule;
  const make = await loadEngine(engine);
  const played = make(scenario, window);
  return (run) => {
    const seed = seedOfRun(scenario.seedHi, scenario.seedLo, run);
    return takeSample(scenario, window, run, seed, played.play(seed.seedHi, seed.seedLo), depth);
  };
}
