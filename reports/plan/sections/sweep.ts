/** What a figure of the scenario does to the event, value by value. */

import { FIGURES } from '../../../sim/plan-result.ts';
import type { FigureName, PlanResult } from '../../../sim/plan-result.ts';
import { counted, percent } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { empty, foldedTable, section, text } from '../../html/sections/table.ts';
import { SWEPT_FIGURES } from '../groups.ts';
import { sweepChart } from '../sweep-chart.ts';
import { figureBand, figureNumber, figureText } from '../words.ts';

type Sweep = NonNullable<PlanResult['sweep']>;

export function sweepSection({ scenario: { currency } }: PlanResult, sweep: Sweep): Html {
  if (sweep.points.length === 0) return section('sweep', 'Sweep', '', [empty('No value was planned.')]);
  return section(
    'sweep',
    'Sweep',
    `${counted(sweep.points.length, 'value', 'values')} of ${sweep.path}, the same randomness at each`,
    [html`<div class="sweeps">${pictures(sweep, currency)}</div>`, sweepTable(sweep, currency)],
  );
}

function pictures({ path, points }: Sweep, currency: string): Html[] {
  const figures = SWEPT_FIGURES.map((name) => {
    const marks = points.map(({ value, figures }) => {
      const { p05, p50, p95 } = figures[name];
      return { value, low: p05, median: p50, high: p95 };
    });
    return picture(FIGURES[name].label, path, marks, (value) => figureNumber(name, value, currency));
  });
  const shares = points.flatMap(({ value, soldOutShare }) =>
    soldOutShare === null ? [] : [{ value, low: soldOutShare, median: soldOutShare, high: soldOutShare }],
  );
  return shares.length === 0 ? figures : [...figures, picture('Drops sold out', path, shares, percent)];
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

function sweepTable({ path, points }: Sweep, currency: string): Html {
  const figures = true;
  const columns = [
    { label: path },
    ...SWEPT_FIGURES.map((name) => ({ label: FIGURES[name].label, figures })),
    { label: 'Drops sold out', figures },
  ];
  const cell = (name: FigureName, band: Sweep['points'][number]['figures'][FigureName]): Html =>
    html`${figureText(name, band.p50, currency)}<span class="meaning">${figureBand(name, band, currency)}</span>`;
  const rows = points.map((point) => [
    html`<code>${point.value}</code>`,
    ...SWEPT_FIGURES.map((name) => cell(name, point.figures[name])),
    text(percent(point.soldOutShare)),
  ]);
  return foldedTable({ caption: `Sweep over ${path}`, columns, rows, narrow: 'cards' });
}
