import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Cell } from './matrix.ts';
import { addClean, type CleanTally, type NaiveTally } from './stores.ts';

/** What docs/faults-bench.md is made of; kept beside it, so that some of it can be played again. */
export interface Tallies {
  readonly seeds: number;
  readonly cells: readonly Cell[];
  readonly clean: readonly CleanTally[];
  readonly naive: readonly NaiveTally[];
  /** Each time that something was played, in order. */
  readonly goes: readonly Go[];
}

interface Go {
  readonly minutes: number;
  /** `null`: all. */
  readonly faults: readonly string[] | null;
  readonly cleanRuns: number;
}

/** `null`: there is no such file. */
export function readTallies(file: string): Tallies | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Tallies) : null;
}

export function writeTallies(file: string, tallies: Tallies): void {
  writeFileSync(file, `${JSON.stringify(tallies, null, 1)}\n`);
}

/** What was played in `last` takes the place of what `before` had of the same faults. Clean runs add up: an alarm stays one. */
export function together(before: Tallies, last: Tallies): Tallies {
  const again = new Set(last.cells.map(({ fault }) => fault));
  const order = before.cells.map(({ fault }) => fault);
  const cells = [...before.cells.filter(({ fault }) => !again.has(fault)), ...last.cells];
  return {
    seeds: before.seeds,
    cells: cells.toSorted((a, b) => order.indexOf(a.fault) - order.indexOf(b.fault)),
    clean: before.clean.map((one, i) => addClean(one, last.clean[i])),
    naive: before.naive,
    goes: [...before.goes, ...last.goes],
  };
}
