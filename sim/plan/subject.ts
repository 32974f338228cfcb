import { FlashcrowdError } from '../errors.ts';
import { displayPath } from '../scenario/load/find.ts';
import { applyOverrides } from '../scenario/load/set.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario, ScenarioInput } from '../scenario/schema/scenario.ts';
import { validateScenario } from '../scenario/validate.ts';

/** A scenario as a plan needs it: parsed, and as written, for changes. */
export interface Subject {
  /** As shown in reports; empty when it came as an object. */
  readonly file: string;
  readonly input: unknown;
  readonly scenario: Scenario;
}

/** Throws FlashcrowdError as `loadScenario` does. */
export async function loadSubject(written: string | ScenarioInput, set: readonly string[]): Promise<Subject> {
  if (typeof written === 'string') {
    const { scenario, input, file } = await loadScenario(written, { set });
    return { scenario, input, file: displayPath(file) };
  }
  const { raw } = applyOverrides(written, set);
  return { scenario: validateScenario(raw, 'the scenario'), input: raw, file: '' };
}

/** The scenario with one more change. Throws FlashcrowdError with what is wrong with it. */
export function changed({ input, file }: Subject, override: string): Scenario {
  const { raw } = applyOverrides(input, [override]);
  return validateScenario(raw, file === '' ? 'the scenario' : file);
}

/** The problems of a FlashcrowdError; anything else is thrown on. */
export function problemsOf(error: unknown): FlashcrowdError['problems'] {
  if (error instanceof FlashcrowdError) return error.problems;
  throw error;
}
