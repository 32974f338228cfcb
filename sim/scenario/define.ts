/** What a scenario file imports. Keep it free of imports at run time: it is bundled into every scenario. */

import type { ScenarioInput } from './schema/scenario.ts';

/** Gives an editor the types; returns its argument. Validation happens when flashcrowd loads the file. */
export function defineScenario(scenario: ScenarioInput): ScenarioInput {
  return scenario;
}
