import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';
import { knobsOf } from './knobs.ts';

/** Figures that nobody measured: those that the scenario itself tags `a`, and what stands for a backend that it does not describe. */
export function assumptionsOf({ sources }: Scenario, { backend, video }: CompiledScenario): string[] {
  const own = Object.entries(sources)
    .filter(([, { tag }]) => tag === 'a')
    .map(([path, { from }]) => `${path}: ${from}`);
  const defaults = [...backend.assumed, ...(video?.assumed ?? [])];
  return [...own, ...defaults.map((path) => `${path}: not in the scenario, a default of flashcrowd`)];
}

/** Any share will do to find the figures that can be varied. */
const BY_SHARE = 0.2;

/** Of the figures that a sensitivity would vary, those that name no source and are not defaults that are listed anyway. */
export function unsourcedOf(scenario: Scenario, { backend }: CompiledScenario): string[] {
  return knobsOf(scenario, BY_SHARE, (tag) => tag === null)
    .map(({ path }) => path)
    .filter((path) => !backend.assumed.includes(path));
}
