/** From a document to a scenario, or to every problem in it at once. */

import { FlashcrowdError } from '../errors.ts';
import type { Problem } from '../errors.ts';
import { checkScenario } from './check.ts';
import { toProblem } from './finding.ts';
import type { Finding, Locate } from './finding.ts';
import { findingsOf } from './issues.ts';
import { scenarioSchema, scenarioWithTitle } from './schema/scenario.ts';
import type { Scenario } from './schema/scenario.ts';
import { isRecord, salvage } from './schema/walk.ts';

/** All problems in order of their place; empty when the document is a scenario. */
export function findProblems(raw: unknown): Finding[] {
  if (!isRecord(raw))
    return [{ path: [], message: 'not a scenario', expected: 'an object with name, duration, audience and personas' }];
  const issues = scenarioSchema.safeParse(raw).error?.issues ?? [];
  return [
    ...findingsOf(scenarioSchema, issues, raw),
    ...checkScenario({ raw, read: salvage(scenarioSchema, raw) ?? {} }),
  ];
}

/** Throws FlashcrowdError SCENARIO_INVALID with all problems. `file` is how messages name the file. */
export function validateScenario(raw: unknown, file: string, locate: Locate = () => undefined): Scenario {
  const problems = findProblems(raw).map((finding) => toProblem(finding, file, locate));
  if (problems.length === 0) return scenarioWithTitle.parse(raw);
  throw invalidScenario(file, problems.toSorted(byPlace));
}

export function invalidScenario(file: string, problems: readonly Problem[]): FlashcrowdError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new FlashcrowdError('SCENARIO_INVALID', `${file} has ${count}`, problems);
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
