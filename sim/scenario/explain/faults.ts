/** What the bundled shop does wrong on purpose. */

import { formatShare } from '../format.ts';
import type { Scenario } from '../schema/scenario.ts';
import { table } from './words.ts';

export function explainFaults({ faults }: Scenario): string[] {
  const rows = Object.entries(faults).map(([name, rate]) => [
    name,
    rate === null ? 'at its default rate' : `at ${formatShare(rate)}`,
  ]);
  if (rows.length === 0) return [];
  return ['Only `run` against the bundled shop plays them; `plan` does not.', ...table(rows)];
}
