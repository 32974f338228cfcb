/** Thresholds and invariants: what was promised, what was seen. */

import { METRICS } from '../../../sim/metrics/registry.ts';
import type { InvariantResult, RunResult, ThresholdResult } from '../../../sim/result.ts';
import { observedText } from '../../checks.ts';
import { count, eventClock } from '../../format.ts';
import { CHECK_SIGNS, tally } from '../../verdict.ts';
import type { CheckStatus } from '../../verdict.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { empty, section, table, text } from './table.ts';

export function thresholdsSection(result: RunResult): Html {
  const { thresholds } = result;
  if (thresholds.length === 0)
    return section('thresholds', 'Thresholds', '', [empty('The scenario sets no thresholds.')]);
  const rows = thresholds.map((threshold) => [
    metricCell(threshold.metric),
    html`<code>${threshold.expression}</code>${abortNote(threshold)}`,
    text(observedText(threshold, result.scenario.currency)),
    checkCell(threshold.status),
  ]);
  const columns = [
    { label: 'Metric' },
    { label: 'Threshold' },
    { label: 'Observed', figures: true },
    { label: 'Result' },
  ];
  return section('thresholds', 'Thresholds', tally(thresholds, 'threshold', 'thresholds'), [
    table({ caption: 'Thresholds', columns, rows, narrow: 'cards' }),
  ]);
}

export function invariantsSection({ invariants }: RunResult): Html {
  if (invariants.length === 0) return section('invariants', 'Invariants', '', [empty('No invariant was checked.')]);
  const rows = invariants.map((invariant) => [
    html`${invariant.title} <code class="minor">${invariant.id}</code>`,
    html`${invariant.detail}${evidence(invariant)}`,
    text(count(invariant.violations)),
    checkCell(invariant.status),
  ]);
  const columns = [
    { label: 'Invariant' },
    { label: 'What was found' },
    { label: 'Violations', figures: true },
    { label: 'Result' },
  ];
  return section('invariants', 'Invariants', tally(invariants, 'invariant', 'invariants'), [
    table({ caption: 'Invariants', columns, rows, narrow: 'cards' }),
  ]);
}

function metricCell(metric: string): Html {
  const name = metric.split('{')[0];
  const meaning = Object.hasOwn(METRICS, name) ? METRICS[name as keyof typeof METRICS].meaning : '';
  return html`<code>${metric}</code>${meaning === '' ? null : html`<span class="meaning">${meaning}</span>`}`;
}

function checkCell(status: CheckStatus): Html {
  const { sign, word } = CHECK_SIGNS[status];
  return html`<span class="check ${status}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

function abortNote({ abortOnFail, abortedAtMs }: ThresholdResult): Html | null {
  if (abortedAtMs !== null) return html`<span class="meaning">ended the run at ${eventClock(abortedAtMs)}</span>`;
  return abortOnFail ? html`<span class="meaning">ends the run when crossed</span>` : null;
}

function evidence({ evidence: lines, status }: InvariantResult): Html | null {
  if (lines.length === 0) return null;
  const items = lines.map((line) => html`<li>${line}</li>`);
  // Two whole templates: the formatter closes a tag that stands open in one.
  const content = html`<summary>Evidence (${lines.length})</summary>
    <ul>
      ${items}
    </ul>`;
  return status === 'fail' ? html`<details open>${content}</details>` : html`<details>${content}</details>`;
}
