import { FlashcrowdError } from '../errors.ts';
import type { PlanResult } from '../plan-result.ts';
import type { ScenarioInput } from '../scenario/schema/scenario.ts';
import { draftPlan, realSurroundings, type Draft, type Surroundings } from './draft.ts';
import type { PlanHooks, PlanOptions } from './options.ts';
import { playDraft } from './play.ts';
import { resultOf } from './result.ts';

/** `plan` of the public interface, with what it stands in. See `api.ts`. */
export async function makePlan(
  written: string | ScenarioInput,
  options: PlanOptions = {},
  surroundings: Surroundings = realSurroundings(),
): Promise<PlanResult> {
  return carryOut(await draftPlan(written, options, surroundings), options);
}

/** Plays what was drafted. Rejects as `plan` does. */
export async function carryOut(draft: Draft, hooks: PlanHooks = {}): Promise<PlanResult> {
  const startedAt = new Date();
  const played = await playDraft(draft, hooks);
  if (played.base.length === 0) {
    if (!played.died) hooks.signal?.throwIfAborted();
    throw new FlashcrowdError('PLAN_WORKER_LOST', `No run was done: ${played.stopped}.`);
  }
  return resultOf(draft, played, startedAt);
}
