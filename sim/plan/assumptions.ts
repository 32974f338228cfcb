import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';

/** Figures that nobody measured: those that the scenario itself tags `a`, and what stands for a backend that it does not describe. */
export function assumptionsOf({ sources }: Scenario, { backend }: CompiledScenario): string[] {
  const own = Object.entries(sources)
    .filter(([, { tag }]) => tag === 'a')
    .map(([path, { from }]) => `${path}: ${from}`);
  return [...own, ...backend.assumed.map((path) => `${path}: not in the scenario, a default of flashcrowd`)];
}
