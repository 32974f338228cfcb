/** What the ledger found: what is wrong first, with its evidence, then what is not known, then what holds. */

import type { InvariantResult, RunResult } from '../../../sim/result.ts';
import { ABSENT, count, counted } from '../../format.ts';
import { evidenceCount, sortChecks, sortIncidents } from '../../ledger.ts';
import type { IncidentResult, UnknownChecks } from '../../ledger.ts';
import { tally } from '../../verdict.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { checkCell } from './checks.ts';
import { empty, section, table, text } from './table.ts';
import { evidenceCase, folded } from './timeline.ts';

interface Row {
  readonly kind: 'failed' | 'open' | 'kept';
  readonly cells: readonly Html[];
  readonly under: Html | null;
}

export function invariantsSection({ invariants }: RunResult): Html {
  if (invariants.length === 0) return section('invariants', 'Invariants', '', [empty('No invariant was checked.')]);
  const { failed, unknown, passed } = sortChecks(invariants);
  const rows: Row[] = [
    // One is open, so that the table is still seen at a glance when much is wrong.
    ...failed.map((check, index) => checkRow(check, 'failed', index === 0)),
    ...unknown.map(unknownRow),
    ...passed.map((check) => checkRow(check, 'kept')),
  ];
  const columns = [
    { label: 'Invariant' },
    { label: 'Acceptable' },
    { label: 'Found' },
    { label: 'Violations', figures: true },
    { label: 'Result' },
  ];
  return section('invariants', 'Invariants', tally(invariants, 'invariant', 'invariants'), [
    table({
      caption: 'Invariants',
      columns,
      rows: rows.map(({ cells }) => cells),
      rowClasses: rows.map(({ kind }) => kind),
      under: rows.map(({ under }) => under),
      narrow: 'cards',
    }),
  ]);
}

function checkRow(check: InvariantResult, kind: Row['kind'], isOpen = false): Row {
  const { acceptable, detail, violations, status } = check;
  const cells = [
    nameOf(check),
    text(acceptable === '' ? ABSENT : acceptable),
    text(detail),
    text(count(violations)),
    checkCell(status),
  ];
  return { kind, cells, under: evidenceOf(check, isOpen) };
}

/** All that are unknown for one reason in one row: the reason is what the reader can mend. */
function unknownRow({ detail, checks }: UnknownChecks): Row {
  if (checks.length === 1) return checkRow(checks[0], 'open');
  const names = checks.map((check) => html`<li>${nameOf(check)}</li>`);
  const list = html`<ul class="alike">
    ${names}
  </ul>`;
  const name = html`<span class="name">${counted(checks.length, 'invariant', 'invariants')}</span>`;
  return { kind: 'open', cells: [name, text(ABSENT), text(detail), text(ABSENT), checkCell('unknown')], under: list };
}

function nameOf({ title, id }: { readonly title: string; readonly id: string }): Html {
  return html`<span class="name">${title}</span> <code class="minor">${id}</code>`;
}

function evidenceOf({ evidence, cases }: InvariantResult, isOpen: boolean): Html | null {
  // A case of which nothing but its title is known has no timeline.
  const told = cases.filter(({ timeline }) => timeline.length > 0);
  if (evidence.length + told.length === 0) return null;
  const timelines = told.map((one, index) => evidenceCase(one, index === 0));
  const words = told.length === 0 ? '' : `, ${counted(told.length, 'timeline', 'timelines')}`;
  return folded(`Evidence (${evidenceCount(evidence)}${words})`, html`${lineList(evidence)}${timelines}`, isOpen);
}

function lineList(lines: readonly string[]): Html {
  const items = lines.map((line) => html`<li>${line}</li>`);
  return html`<ul>
    ${items}
  </ul>`;
}

/** What was seen has a row; the rest is a line: no news. */
export function incidentsSection({ incidents }: RunResult): Html {
  const { seen, notSeen, unknown } = sortIncidents(incidents);
  if (incidents.length === 0) return section('incidents', 'Incidents', '', [empty('Nothing was looked for.')]);
  const columns = [{ label: 'Incident' }, { label: 'Seen' }, { label: 'Count', figures: true }];
  const rows = seen.map((incident) => [nameOf(incident), text(incident.detail), text(count(incident.count))]);
  const under = seen.map(({ evidence }) =>
    evidence.length === 0 ? null : folded(`Evidence (${evidenceCount(evidence)})`, lineList(evidence), false),
  );
  return section('incidents', 'Incidents', 'what no invariant forbids; they fail no run', [
    ...(seen.length === 0 ? [] : [table({ caption: 'Incidents', columns, rows, under, narrow: 'cards' })]),
    ...(notSeen.length === 0 ? [] : [html`<p class="none-of soft">None of: ${namesOf(notSeen)}.</p>`]),
    ...unknown.map(({ title, detail }) => html`<p class="none-of soft">Not known: ${title}. ${detail}</p>`),
  ]);
}

function namesOf(incidents: readonly IncidentResult[]): string {
  return incidents.map(({ title }) => title).join(', ');
}
