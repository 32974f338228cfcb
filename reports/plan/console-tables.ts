/** Drops, endpoints, sizing and formulas in the terminal. */

import type { PlannedDrop, PlanResult } from '../../sim/plan-result.ts';
import { aligned } from '../console/columns.ts';
import type { Cells } from '../console/columns.ts';
import { cut, printable, wrap } from '../console/text.ts';
import type { Paint } from '../console/text.ts';
import { ABSENT, count, eventClock, milliseconds, percent } from '../format.ts';
import { againstFormula } from './formula.ts';
import { dropsInWords, soldOutAfter } from './drops.ts';
import { outagesInWords } from './outages.ts';
import { bandText, inPlanUnit, percentBand } from './words.ts';

export interface Context {
  readonly plan: PlanResult;
  readonly paint: Paint;
  readonly width: number;
}

/** Drops that are named; the report has them all. */
const SHOWN_DROPS = 8;
/** Names of drops are not wider than this. */
const NAME_COLUMNS = 24;

export function dropLines({ plan: { drops }, paint, width }: Context): string[] {
  if (drops.length === 0) return [];
  const rows = drops
    .slice(0, SHOWN_DROPS)
    .map(({ cueId, atMs, units, soldOutShare, soldOutAfterMs }) => [
      eventClock(atMs),
      cut(printable(cueId), NAME_COLUMNS),
      units === null ? 'all' : count(units),
      soldOutShare === 0 ? 'no run' : `${percent(soldOutShare)} of runs`,
      afterText(soldOutAfterMs),
    ]);
  const head = ['at', 'drop', 'units', 'sold out in', 'after'];
  const lines = headed(head, rows, [RIGHT, LEFT, RIGHT, RIGHT, LEFT], { paint, width });
  const rest = drops.length - rows.length;
  const more = rest > 0 ? wrap(`and ${count(rest)} more: ${dropsInWords(drops)}`, width - 4) : [];
  return [...lines, ...more.map((line) => paint('dim', line))];
}

function afterText(band: PlannedDrop['soldOutAfterMs']): string {
  if (band === null) return ABSENT;
  const { median, range } = soldOutAfter(band);
  return range === null ? median : `${median} (${range})`;
}

/** Outages that are named; the report has them all. */
const SHOWN_OUTAGES = 8;

export function outageLines({ plan, paint, width }: Context): string[] {
  const outages = outagesInWords(plan);
  const rest = outages.length - SHOWN_OUTAGES;
  return [
    ...outages.slice(0, SHOWN_OUTAGES).map((words) => cut(printable(words), width - 4)),
    ...(rest > 0 ? [paint('dim', `and ${count(rest)} more in the report`)] : []),
  ];
}

export function endpointLines({ plan: { endpoints }, paint, width }: Context): string[] {
  if (endpoints.length === 0) return [];
  const rows = endpoints.map(({ endpoint, servers, peakPerSec, p99Ms, failedShare, refusedShare }) => [
    endpoint,
    servers === null ? 'no limit' : count(servers),
    inPlanUnit(peakPerSec.p50, '/s', ''),
    bandText(peakPerSec, '', ''),
    milliseconds(p99Ms?.p50),
    percent(failedShare.p50),
    percentBand(failedShare),
    percent(refusedShare.p50),
  ]);
  const head = ['endpoint', 'servers', 'peak', '5 to 95 %', 'p99', 'failed', '5 to 95 %', 'refused'];
  return headed(head, rows, [LEFT, RIGHT, RIGHT, LEFT, RIGHT, RIGHT, LEFT, RIGHT], { paint, width });
}

/** The arithmetic stands beside its line, or below it on a terminal that is too narrow for that. */
export function sizingLines({ plan: { sizing, scenario }, paint, width }: Context): string[] {
  const rows = sizing.map(({ label, p50, p95, unit }) =>
    [p50, p95].reduce(
      (cells, value) => [...cells, printable(inPlanUnit(value, unit, scenario.currency))],
      [printable(label)],
    ),
  );
  const hows = sizing.map(({ how }) => printable(how));
  const head = ['', 'at the median', 'at 95 %'];
  const bold: Cells = { align: 'right', paint: (text) => paint('bold', text) };
  const room = width - 4;
  if (width >= 110) {
    const dimmed: Cells = { align: 'left', paint: dim(paint) };
    const beside = rows.map((row, index) => [...row, hows[index]]);
    return headed([...head, 'how'], beside, [LEFT, bold, RIGHT, dimmed], { paint, width });
  }
  const [titles, ...lines] = headed(head, rows, [LEFT, bold, RIGHT], { paint, width });
  const below = (how: string): string[] => wrap(how, room - 2).map((line) => paint('dim', `  ${line}`));
  return lines.length === 0 ? [] : [titles, ...lines.flatMap((line, index) => [line, ...below(hows[index])])];
}

export function formulaLines({ plan: { formulas, scenario }, paint, width }: Context): string[] {
  return formulas.flatMap((check) => {
    const says = printable(inPlanUnit(check.value, check.unit, scenario.currency));
    const simulated = printable(inPlanUnit(check.simulated.p50, check.unit, scenario.currency));
    const range = bandText(check.simulated, check.unit, scenario.currency);
    const line = `${printable(check.label)}: ${says}; simulated ${simulated} (${range}), ${againstFormula(check)}`;
    const how = `${printable(check.formula)} = ${printable(check.worked)} [${printable(check.source)}]`;
    return [...wrap(line, width - 4), ...wrap(how, width - 6).map((part) => paint('dim', `  ${part}`))];
  });
}

const LEFT: Cells = { align: 'left' };
const RIGHT: Cells = { align: 'right' };

/** A table under a dim line that names its columns; nothing when it has no rows. */
export function headed(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: readonly Cells[],
  { paint, width }: Pick<Context, 'paint' | 'width'>,
): string[] {
  if (rows.length === 0) return [];
  const heads = columns.map(({ align }) => ({ align }));
  const [titles] = aligned([head, ...rows], heads, width - 4);
  return [paint('dim', titles), ...aligned([head, ...rows], columns, width - 4).slice(1)];
}

function dim(paint: Paint): (text: string) => string {
  return (text) => paint('dim', text);
}
