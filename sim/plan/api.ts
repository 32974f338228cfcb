import type { PlanResult } from '../plan-result.ts';
import type { ScenarioInput } from '../scenario/schema/scenario.ts';
import type { PlanOptions } from './options.ts';

export type { Machine, PlanOptions, PlanProgress } from './options.ts';
export type { PlanWindow } from './engine.ts';

/**
 * Plans an event without a network: plays it many times against a model of the backend, and says what to expect and how surely.
 * The same scenario, seed, options and version give the same figures, with any number of workers.
 *
 * Rejects with `FlashcrowdError` when the scenario or the options are not valid (all problems at once), when agents do not fit
 * into memory, or when a worker process ended before any run was done; and with the reason of `options.signal` when that was
 * aborted before any run was done. Aborted later, the result holds the runs that were done and says so in `partial`.
 *
 * @param scenario a file (.ts, .js, .yaml, .json), the name of a shipped scenario, or the scenario itself
 */
export async function plan(scenario: string | ScenarioInput, options: PlanOptions = {}): Promise<PlanResult> {
  // Loaded here, so that those who import flashcrowd for something else start without an engine in memory.
  const { makePlan } = await import('./plan.ts');
  return makePlan(scenario, options);
}
