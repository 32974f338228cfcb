/** What a figure of the scenario does to the event, value by value. */

import type { PlanResult } from '../../../sim/plan-result.ts';
import { counted } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { empty, foldedTable, section } from '../../html/sections/table.ts';
import { sweepChart } from '../sweep-chart.ts';
import { medianText, sweepColumns } from '../sweep-columns.ts';
import type { SweepColumn, SweepColumns } from '../sweep-columns.ts';

type Sweep = NonNullable<PlanResult['sweep']>;

export function sweepSection({ scenario: { currency } }: PlanResult, sweep: Sweep): Html {
  if (sweep.points.length === 0) return section('sweep', 'Sweep', '', [empty('No value was planned.')]);
  const columns = sweepColumns(sweep.points, currency);
  return section(
    'sweep',
    'Sweep',
    `${counted(sweep.points.length, 'value', 'values')} of ${sweep.path}, the same randomness at each`,
    [
      html`<div class="sweeps">${pictures(sweep, columns.shown)}</div>`,
      sweepTable(sweep, columns.shown),
      ...othersInWords(columns),
    ],
  );
}

function pictures({ path, points }: Sweep, columns: readonly SweepColumn[]): Html[] {
  return columns.flatMap(({ label, band, show }) => {
    const marks = points.flatMap((point) => {
      const found = band(point);
      return found === null ? [] : [{ value: point.value, low: found.p05, median: found.p50, high: found.p95 }];
    });
    return marks.length === 0 ? [] : [picture(label, path, marks, show)];
  });
}

function picture(
  label: string,
  path: string,
  marks: Parameters<typeof sweepChart>[0]['marks'],
  show: (value: number) => string,
): Html {
  const words = marks.map(({ value, median }) => `${show(median)} at ${value}`).join(', ');
  return html`<figure>
    <figcaption>${label}</figcaption>
    ${sweepChart({ marks, show, summary: `${label} over ${path}, medians: ${words}.` })}
  </figure> `;
}

function sweepTable({ path, points }: Sweep, columns: readonly SweepColumn[]): Html {
  const figures = true;
  const cell = (column: SweepColumn, point: Sweep['points'][number]): Html => {
    const band = column.band(point);
    const range = band === null ? '' : column.range(band);
    return html`${medianText(column, point)}${range === '' ? null : html`<span class="meaning">${range}</span>`}`;
  };
  const heads = [{ label: path }, ...columns.map(({ label }) => ({ label, figures }))];
  const rows = points.map((point) => [
    html`<code>${point.value}</code>`,
    ...columns.map((column) => cell(column, point)),
  ]);
  return foldedTable({ caption: `Sweep over ${path}`, columns: heads, rows, narrow: 'cards' });
}

function othersInWords({ alsoDiffer, same }: SweepColumns): Html[] {
  return [
    alsoDiffer.length > 0 ? `Differ less, and are left out: ${alsoDiffer.join('; ')}.` : '',
    same.length > 0 ? `The same at every value: ${same.join('; ')}.` : '',
  ].flatMap((words) => (words === '' ? [] : [html`<p class="prose">${words}</p>`]));
}
