import { alarmsOf, triesOf, type Job, type Played } from './job.ts';

/** Runs in which nothing was broken. */
export interface CleanTally {
  readonly store: string;
  runs: number;
  readonly alarms: string[];
  unknown: number;
  readonly incidents: Record<string, number>;
}

/** Runs against a store that races by itself. */
export interface NaiveTally {
  readonly store: string;
  runs: number;
  caught: number;
  units: number;
}

/** By a name without an address: addresses change. */
export const newClean = (store: string): CleanTally => ({
  store,
  runs: 0,
  alarms: [],
  unknown: 0,
  incidents: {},
});
export const newNaive = (store: string): NaiveTally => ({ store, runs: 0, caught: 0, units: 0 });

export function countClean(tally: CleanTally, { seed }: Job, played: Played): void {
  const { unknown, incidents } = played;
  tally.runs++;
  tally.unknown += unknown.length;
  tally.alarms.push(
    ...triesOf(played)
      .flatMap(alarmsOf)
      .map((line) => `clean, ${tally.store}, seed ${seed}: ${line}`),
  );
  for (const id of incidents) tally.incidents[id] = (tally.incidents[id] ?? 0) + 1;
}

export function countNaive(tally: NaiveTally, { failed, oversoldUnits }: Played): void {
  tally.runs++;
  if (failed.includes('no_oversell')) tally.caught++;
  tally.units += oversoldUnits;
}

export function addClean(one: CleanTally, other: CleanTally): CleanTally {
  const incidents = { ...one.incidents };
  for (const [id, runs] of Object.entries(other.incidents)) incidents[id] = (incidents[id] ?? 0) + runs;
  return {
    store: one.store,
    runs: one.runs + other.runs,
    alarms: [...one.alarms, ...other.alarms],
    unknown: one.unknown + other.unknown,
    incidents,
  };
}
