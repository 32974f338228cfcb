/** What the shop is asked, what machines that takes, and what the planners' formulas of the field say. */

import type { PlanResult, SizingLine } from '../../../sim/plan-result.ts';
import { count, milliseconds, percent } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { empty, foldedTable, section, table, text } from '../../html/sections/table.ts';
import { againstFormula } from '../formula.ts';
import { outagesInWords } from '../outages.ts';
import { bandText, inPlanUnit, percentBand } from '../words.ts';

const figures = true;

export function endpointsSection(plan: PlanResult): Html {
  const { endpoints } = plan;
  if (endpoints.length === 0) return section('endpoints', 'Endpoints', '', [empty('The shop has no endpoint.')]);
  const columns = [
    { label: 'Endpoint' },
    { label: 'Servers', figures },
    { label: 'Requests', figures },
    { label: 'Peak a second', figures },
    { label: 'p50', figures },
    { label: 'p95', figures },
    { label: 'p99', figures },
    { label: 'Failed', figures },
    { label: 'Of all, refused', figures },
  ];
  const rows = endpoints.map((one) => [
    text(one.endpoint),
    text(one.servers === null ? 'no limit' : count(one.servers)),
    withRange(inPlanUnit(one.requests.p50, '', ''), bandText(one.requests, '', '')),
    withRange(inPlanUnit(one.peakPerSec.p50, '/s', ''), bandText(one.peakPerSec, '/s', '')),
    ...[one.p50Ms, one.p95Ms, one.p99Ms].map((band) => text(milliseconds(band?.p50))),
    withRange(percent(one.failedShare.p50), percentBand(one.failedShare)),
    withRange(percent(one.refusedShare.p50), percentBand(one.refusedShare)),
  ]);
  const outages = outagesInWords(plan);
  return section('endpoints', 'Endpoints', 'as the backend model answers, and viewers see it', [
    table({ caption: 'Endpoints', columns, rows, narrow: 'cards' }),
    html`<p class="prose">
      Times are of requests that were not refused; a time-out counts as its length. A refusal takes no time.
    </p>`,
    ...(outages.length === 0 ? [] : [html`<p class="prose">Outages: ${outages.join(', ')}.</p>`]),
  ]);
}

export function sizingSection({ sizing, scenario: { currency } }: PlanResult): Html {
  if (sizing.length === 0) return section('sizing', 'Sizing', '', [empty('Nothing was sized.')]);
  const columns = [
    { label: 'What' },
    { label: 'At the median', figures },
    { label: 'At 95 %', figures },
    { label: 'How, and what it assumes' },
  ];
  const rows = sizing.map((line) => [
    text(line.label),
    text(inPlanUnit(line.p50, line.unit, currency)),
    text(inPlanUnit(line.p95, line.unit, currency)),
    html`<span>${line.how}</span>${assumed(line)}`,
  ]);
  return section('sizing', 'Sizing', 'for the load of the median run, and of the run that is above 95 % of them', [
    foldedTable({ caption: 'Sizing', columns, rows, narrow: 'cards' }),
  ]);
}

export function formulasSection({ formulas, scenario: { currency } }: PlanResult): Html {
  if (formulas.length === 0)
    return section('formulas', 'Formulas', '', [
      empty('The formulas of the field do not fit this event, or this part of it.'),
    ]);
  const columns = [
    { label: 'Formula of the field' },
    { label: 'It says', figures },
    { label: 'Simulated', figures },
    { label: 'Simulated against it', figures },
  ];
  const rows = formulas.map((check) => [
    html`${check.label} <span class="soft">${check.source}</span> <span class="meaning">${check.formula}</span
      ><span class="meaning">= ${check.worked}</span>`,
    text(inPlanUnit(check.value, check.unit, currency)),
    withRange(inPlanUnit(check.simulated.p50, check.unit, currency), bandText(check.simulated, check.unit, currency)),
    text(againstFormula(check)),
  ]);
  return section('formulas', 'Formulas', 'a cross-check: two ways to the same figure', [
    table({ caption: 'Formulas', columns, rows, narrow: 'cards' }),
  ]);
}

function withRange(value: string, range: string): Html {
  return html`${value}<span class="meaning">${range}</span>`;
}

function assumed({ assumes }: SizingLine): Html | null {
  return assumes.length === 0 ? null : html`<span class="meaning">assumes ${assumes.join(', ')}</span>`;
}
