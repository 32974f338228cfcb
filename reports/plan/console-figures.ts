/** The figures of a plan in the terminal, group by group, and the event as two lines of blocks. */

import { FIGURES } from '../../sim/plan-result.ts';
import { longest, titled } from '../console/blocks.ts';
import { sparkline } from '../console/sparkline.ts';
import { columnsOf, cut, padEnd } from '../console/text.ts';
import { brief, eventClock } from '../format.ts';
import type { Context } from './console-tables.ts';
import { FIGURE_GROUPS } from './groups.ts';
import { figureBand, figureText } from './words.ts';

const LABELS = Object.values(FIGURES).map(({ label }) => label);

/** Terminals that have no room for the moment of a peak. */
const NARROW_COLUMNS = 60;

/** One block a group; all stand in the same columns. */
export function figureLines({ plan: { figures, scenario }, paint, width }: Context): string[][] {
  const { currency } = scenario;
  const labelColumns = longest(LABELS) + 3;
  const names = FIGURE_GROUPS.flatMap((group) => group.names);
  const medianColumns = longest(names.map((name) => figureText(name, figures[name].p50, currency)));
  return FIGURE_GROUPS.map(({ title, names }, index) => {
    const lines = names.map((name) => {
      const { label } = FIGURES[name];
      const dots = paint('dim', `${label} `.padEnd(labelColumns, '.').slice(label.length));
      const room = width - 4 - labelColumns - 1;
      const median = padEnd(cut(figureText(name, figures[name].p50, currency), room), medianColumns);
      const band = cut(figureBand(name, figures[name], currency), room - medianColumns - 2);
      return `${label}${dots} ${paint('bold', median)}  ${paint('dim', band)}`.trimEnd();
    });
    const [head, ...rest] = titled(paint, title.toLowerCase(), lines);
    return [index === 0 ? `${head}${legend(title, labelColumns, medianColumns, { paint, width })}` : head, ...rest];
  });
}

/** Above the first group: what both columns are. */
function legend(
  title: string,
  labelColumns: number,
  medianColumns: number,
  { paint, width }: Pick<Context, 'paint' | 'width'>,
): string {
  const at = 4 + labelColumns + 1 - 2 - columnsOf(title);
  const words = cut(`${padEnd('median', medianColumns)}  5 to 95 % of the runs`, width - 4 - labelColumns - 1);
  return ' '.repeat(at) + paint('dim', words);
}

/** Median viewers and orders over the event, with their highest value and when it is. */
export function curveLines({ plan: { series }, paint, width }: Context): string[] {
  if (series.length === 0) return [];
  const curves = [
    { label: 'viewers', row: series.rows.viewers.p50, unit: '' },
    { label: 'orders', row: series.rows.orders.p50, unit: '/s' },
  ].map(({ label, row, unit }) => {
    const most = Math.max(0, ...row);
    const at = eventClock(series.startMs + Math.max(0, row.indexOf(most)) * series.stepMs);
    const peak = width < NARROW_COLUMNS ? `${brief(most)}${unit}` : `up to ${brief(most)}${unit} at ${at}`;
    return { label, row, rest: most > 0 ? peak : '0 throughout' };
  });
  const columns = Math.max(8, width - 4 - 9 - 2 - longest(curves.map(({ rest }) => rest)));
  const lines = curves.map(
    ({ label, row, rest }) => `${padEnd(label, 8)} ${paint('cyan', squeezed(row, columns))}  ${paint('dim', rest)}`,
  );
  const drawn = Math.min(columns, series.length);
  const end = eventClock(series.startMs + series.length * series.stepMs);
  const start = eventClock(series.startMs);
  const gap = ' '.repeat(Math.max(1, drawn - start.length - end.length));
  return [...lines, paint('dim', `${' '.repeat(9)}${start}${gap}${end}`)];
}

/** The row in as many columns, the highest of each: a drop that lasts seconds must not vanish. */
function squeezed(row: readonly number[], columns: number): string {
  const drawn = Math.min(columns, row.length);
  const highest = Array.from({ length: drawn }, (_unused, column) => {
    const from = Math.floor((column * row.length) / drawn);
    return Math.max(...row.slice(from, Math.floor(((column + 1) * row.length) / drawn)));
  });
  return sparkline(highest, drawn);
}
