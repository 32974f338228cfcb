/** Thresholds: what was asked for, what was seen. */

import { METRICS } from '../../../sim/metrics/registry.ts';
import type { RunResult, ThresholdResult } from '../../../sim/result.ts';
import { observedText } from '../../checks.ts';
import { eventClock } from '../../format.ts';
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

function metricCell(metric: string): Html {
  const name = metric.split('{')[0];
  const meaning = Object.hasOwn(METRICS, name) ? METRICS[name as keyof typeof METRICS].meaning : '';
  return html`<code>${metric}</code>${meaning === '' ? null : html`<span class="meaning">${meaning}</span>`}`;
}

export function checkCell(status: CheckStatus): Html {
  const { sign, word } = CHECK_SIGNS[status];
  return html`<span class="check ${status}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

function abortNote({ abortOnFail, abortedAtMs }: ThresholdResult): Html | null {
  if (abortedAtMs !== null) return html`<span class="meaning">ended the run at ${eventClock(abortedAtMs)}</span>`;
  return abortOnFail ? html`<span class="meaning">ends the run when crossed</span>` : null;
}
