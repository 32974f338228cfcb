/** What the ledger found, in the terminal: a table of all invariants, then what is wrong with its evidence, and what is not known and why. */

import type { InvariantResult } from '../../sim/result.ts';
import { ABSENT, count, counted } from '../format.ts';
import { exactClock, sortChecks, sortIncidents } from '../ledger.ts';
import type { EvidenceCase, IncidentResult, Ledger, UnknownChecks } from '../ledger.ts';
import { tally } from '../verdict.ts';
import { joined, longest, mark, titled } from './blocks.ts';
import { aligned } from './columns.ts';
import { columnsOf, cut, padEnd, padStart, painter, printable, wrap } from './text.ts';
import type { Paint } from './text.ts';

/** Lines of evidence of one check. */
const EVIDENCE_LINES = 3;
/** Of the one timeline that is shown. */
const TIMELINE_MOMENTS = 12;
/** Below its title everything of a check stands under the sign. */
const INSET = 2;

export interface LedgerOptions {
  readonly color: boolean;
  /** Columns of the terminal; less than 40 counts as 40. */
  readonly width: number;
}

/** Invariants and incidents as text, with a line break at its end. For results and for the audit of an export. */
export function renderLedger(ledger: Ledger, { color, width }: LedgerOptions): string {
  return joined(ledgerBlocks(ledger, { paint: painter(color), width: Math.max(40, width) }));
}

interface Terminal {
  readonly paint: Paint;
  readonly width: number;
}

/** The same as blocks of a summary. Incidents that were not seen are left out. */
export function ledgerBlocks({ invariants, incidents }: Ledger, { paint, width }: Terminal): string[][] {
  const inside = { paint, width: width - 4 };
  const outcome = tally(invariants, 'invariant', 'invariants');
  const title = cut(outcome === '' ? 'invariants' : `invariants: ${outcome}`, width - 2);
  const { failed, unknown } = sortChecks(invariants);
  return [
    titled(paint, title, tableLines(invariants, inside)),
    titled(paint, 'evidence', evidenceLines(failed, inside)),
    titled(
      paint,
      'unknown',
      unknown.flatMap((group) => unknownLines(group, inside)),
    ),
    titled(paint, 'incidents', incidentLines(incidents, inside)),
  ];
}

/** A line for each invariant, in the order of the checks, so that two runs stand line beside line. */
function tableLines(invariants: readonly InvariantResult[], { paint, width }: Terminal): string[] {
  if (invariants.length === 0) return [];
  const ids = invariants.map(({ id }) => printable(id));
  const violations = invariants.map((check) => count(check.violations));
  const cells = invariants.map(({ acceptable }, index) => {
    return [ids[index], violations[index], acceptable === '' ? ABSENT : printable(acceptable)];
  });
  const rows = aligned(cells, [{ align: 'left' }, { align: 'right' }, { align: 'left' }], width - INSET);
  // The ids need no heading; over them there is room for that of the narrow column of figures.
  const heading = padStart('violations', INSET + longest(ids) + 2 + longest(violations));
  return [
    paint('dim', cut(`${heading}  acceptable`, width)),
    ...invariants.map(({ status }, index) => `${mark(paint, status)} ${rows[index]}`),
  ];
}

function evidenceLines(failed: readonly InvariantResult[], terminal: Terminal): string[] {
  // One timeline shows what went on; the report has them all.
  const told = failed.find((check) => timelineOf(check) !== undefined);
  return failed.flatMap((check) => [
    ...failedLines(check, terminal),
    ...(check === told ? caseLines(timelineOf(check) ?? check.cases[0], terminal) : []),
  ]);
}

/** The first case with more than a title to tell. */
function timelineOf({ cases }: InvariantResult): EvidenceCase | undefined {
  return cases.find(({ timeline }) => timeline.length > 1);
}

function failedLines(check: InvariantResult, { paint, width }: Terminal): string[] {
  const { violations, detail, acceptable, evidence } = check;
  const number = counted(violations, 'violation', 'violations');
  const name = cut(nameOf(check), width - number.length - 4);
  const rest = evidence.length - EVIDENCE_LINES;
  return [
    `${mark(paint, 'fail')} ${paint('bold', name)}  ${paint('red', number)}`,
    ...[
      ...labelled('found', detail, width - INSET),
      ...labelled('acceptable', acceptable, width - INSET),
      ...evidence.slice(0, EVIDENCE_LINES).flatMap((line) => hanging('- ', line, width - INSET)),
      ...(rest > 0 ? [paint('dim', `- and ${counted(rest, 'line', 'lines')} more in the report`)] : []),
    ].map(inset),
  ];
}

/** `found` and what it was. Nothing when there is nothing to say. */
function labelled(label: string, text: string, width: number): string[] {
  return text === '' ? [] : hanging(padEnd(label, 'acceptable '.length), text, width);
}

/** What happened around one violation, by time. Of many moments the last: it is at the end that things went wrong. */
function caseLines({ title, timeline }: EvidenceCase, { paint, width }: Terminal): string[] {
  const inside = width - INSET - 2;
  const shown = timeline.slice(-TIMELINE_MOMENTS);
  const clocks = shown.map(({ atMs }) => exactClock(atMs));
  const columns = longest(clocks);
  const before = timeline.length - shown.length;
  return [
    ...hanging('', title, inside).map((line) => paint('bold', line)),
    ...(before > 0 ? [paint('dim', `after ${counted(before, 'other', 'others')}:`)] : []),
    ...shown.flatMap(({ text }, index) => hanging(`${padStart(clocks[index], columns)}  `, text, inside)),
  ].map((line) => inset(`│ ${line}`));
}

/** Text behind its head, broken below itself. */
function hanging(head: string, text: string, width: number): string[] {
  const columns = columnsOf(head);
  const lines = wrap(printable(text), width - columns);
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(columns)) + line);
}

function unknownLines({ detail, checks }: UnknownChecks, { paint, width }: Terminal): string[] {
  const several = checks.length > 1;
  const title = several ? `${checks.length} invariants could not be checked` : nameOf(checks[0]);
  return [
    `${mark(paint, 'unknown')} ${cut(title, width - 2)}`,
    ...wrap(printable(detail), width - INSET).map(inset),
    ...(several ? wrap(idList(checks), width - INSET).map((line) => paint('dim', inset(line))) : []),
  ];
}

/** The id leads back to the table, the title says what it means. */
function nameOf({ id, title }: InvariantResult): string {
  return printable(`${id}: ${title}`);
}

function incidentLines(incidents: readonly IncidentResult[], { paint, width }: Terminal): string[] {
  const { seen, unknown } = sortIncidents(incidents);
  const figures = longest(seen.map((incident) => count(incident.count)));
  const titles = seen.map(({ title }) => printable(title));
  const columns = Math.min(longest(titles), 32);
  return [
    ...seen.map((incident, index) => {
      const number = padStart(count(incident.count), figures);
      const title = padEnd(cut(titles[index], columns), columns);
      return `${paint('yellow', '!')} ${cut(`${number} ${title}  ${printable(incident.detail)}`, width - 2)}`;
    }),
    ...(unknown.length === 0 ? [] : wrap(`not known: ${idList(unknown)}`, width).map((line) => paint('dim', line))),
  ];
}

function idList(listed: readonly { readonly id: string }[]): string {
  return listed.map(({ id }) => printable(id)).join(', ');
}

function inset(line: string): string {
  return ' '.repeat(INSET) + line;
}
