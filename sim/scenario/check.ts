/** Checks across the scenario, which no schema can make. They run on whatever could be read, and find everything at once. */

import type { Finding } from './finding.ts';
import { checkDistributions } from './check/distributions.ts';
import type { Check, Draft } from './check/draft.ts';
import { checkFigures } from './check/figures.ts';
import { checkNames } from './check/names.ts';
import { checkSources } from './check/sources.ts';
import { checkThresholds } from './check/thresholds.ts';
import { checkTimes } from './check/times.ts';

const CHECKS: readonly Check[] = [
  checkNames,
  checkTimes,
  checkFigures,
  checkDistributions,
  checkThresholds,
  checkSources,
];

export function checkScenario(draft: Draft): Finding[] {
  return CHECKS.flatMap((check) => [...check(draft)]);
}
