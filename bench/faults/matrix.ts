import { FAULT_NAMES, FAULTS, type FaultName } from '../../server-stub/faults/catalog.ts';
import { BESIDES, NOTICED_BY } from './expected.ts';
import { alarmsOf, triesOf, type Job, type Played } from './job.ts';

/** A fault at one rate: how many of its runs held an occurrence, and in how many of those it was noticed. */
export interface Cell {
  readonly fault: FaultName;
  readonly rate: number;
  runs: number;
  happened: number;
  noticed: number;
  occurrences: number;
  /** By what, with how many runs. */
  readonly by: Record<string, number>;
  /** Of runs in which it happened and was not noticed. */
  readonly missedSeeds: number[];
  /** Failures that the fault cannot explain. */
  readonly falseAlarms: string[];
}

/** At its default rate and at a tenth of it. */
export function newCells(names: readonly FaultName[] = FAULT_NAMES): Cell[] {
  return names.flatMap((fault) =>
    [1, 0.1].map((share) => ({
      fault,
      rate: FAULTS[fault].defaultRate * share,
      runs: 0,
      happened: 0,
      noticed: 0,
      occurrences: 0,
      by: {},
      missedSeeds: [],
      falseAlarms: [],
    })),
  );
}

export function count(cell: Cell, played: Played, { seed }: Job): void {
  cell.runs++;
  const { occurrences } = played;
  const alarms = triesOf(played).flatMap((one) => falseAlarmsOf(cell.fault, one));
  cell.falseAlarms.push(...alarms.map((line) => `${cell.fault}, seed ${seed}: ${line}`));
  if (occurrences === 0) return;
  cell.happened++;
  cell.occurrences += occurrences;
  const noticedBy = whatNoticed(cell.fault, played);
  if (noticedBy.length > 0) cell.noticed++;
  else cell.missedSeeds.push(seed);
  for (const id of noticedBy) cell.by[id] = (cell.by[id] ?? 0) + 1;
}

function falseAlarmsOf(fault: FaultName, played: Played): string[] {
  if (played.occurrences === 0) return alarmsOf(played);
  const explained = [...NOTICED_BY[fault], ...(BESIDES[fault] ?? [])];
  return played.evidence.filter((line) => !explained.some((id) => line.startsWith(`${id}:`)));
}

export function isNoticed(fault: FaultName, played: Played): boolean {
  return whatNoticed(fault, played).length > 0;
}

function whatNoticed(fault: FaultName, { failed, incidents }: Played): string[] {
  return NOTICED_BY[fault].filter((id) => failed.includes(id) || incidents.includes(id));
}
