/** What a plan was asked besides: which assumption matters, what a value does, which of two scenarios is better. */

import type { Comparison, PlanResult, SensitivityLine } from '../../sim/plan-result.ts';
import { longest } from '../console/blocks.ts';
import type { Cells } from '../console/columns.ts';
import { bar } from '../console/sparkline.ts';
import { cut, printable, wrap } from '../console/text.ts';
import { count, percent } from '../format.ts';
import { comparedFigures, comparedInWords } from './comparison.ts';
import { headed } from './console-tables.ts';
import type { Context } from './console-tables.ts';
import { ranked, size } from './sensitivity.ts';
import type { Swing } from './sensitivity.ts';
import { medianText, sweepColumns } from './sweep-columns.ts';
import type { SweepColumn } from './sweep-columns.ts';
import { signedPercent } from './words.ts';

const SHOWN_ASSUMPTIONS = 12;
const BAR_COLUMNS = 10;

const LEFT: Cells = { align: 'left' };
const RIGHT: Cells = { align: 'right' };

export function sensitivityLines({ paint, width }: Context, lines: readonly SensitivityLine[]): string[] {
  const order = ranked(lines);
  const most = Math.max(0, ...lines.map(({ gmv }) => size(gmv)));
  const columns = width >= 100 ? BAR_COLUMNS : BAR_COLUMNS / 2;
  const rows = order
    .slice(0, SHOWN_ASSUMPTIONS)
    .map(({ label, tag, byShare, gmv, peakViewers }) => [
      bar(most > 0 ? size(gmv) / most : 0, columns),
      cut(printable(tag === null ? label : `${label} [${tag}]`), Math.max(12, width - 58)),
      `±${percent(byShare)}`,
      swingText(gmv),
      swingText(peakViewers),
    ]);
  const intro = 'Change of the mean when one assumption is lowered / raised; the strongest first.';
  const rest = order.length - rows.length;
  const barCells: Cells = { align: 'left', paint: (text) => paint('cyan', text) };
  return [
    ...wrap(intro, width - 4).map((line) => paint('dim', line)),
    ...headed(['', '', 'by', 'GMV', 'peak viewers'], rows, [barCells, LEFT, RIGHT, LEFT, LEFT], { paint, width }),
    ...(rest > 0 ? [paint('dim', `and ${count(rest)} more in the report`)] : []),
  ];
}

function swingText({ lowered, raised }: Swing): string {
  const [low, high] = [signedPercent(lowered), signedPercent(raised)];
  return low === high && lowered === 0 ? 'none' : `${low} / ${high}`;
}

/** Values are not wider than this. */
const VALUE_COLUMNS = 16;

/** Medians alone, of as many figures as there is room for; the report has the bands. */
export function sweepLines(
  { plan: { scenario }, paint, width }: Context,
  { points }: NonNullable<PlanResult['sweep']>,
): string[] {
  const values = ['value', ...points.map(({ value }) => cut(printable(value), VALUE_COLUMNS))];
  const widthOf = (column: SweepColumn): number =>
    2 + longest([column.label, ...points.map((point) => medianText(column, point))]);
  const fits = (columns: readonly SweepColumn[]): boolean =>
    columns.reduce((sum, column) => sum + widthOf(column), longest(values)) <= width - 4;
  const { shown, alsoDiffer, same } = sweepColumns(points, scenario.currency, fits);
  const head = ['value', ...shown.map(({ label }) => label)];
  const rows = points.map((point, i) => [values[i + 1], ...shown.map((column) => medianText(column, point))]);
  const others = [
    ...(alsoDiffer.length > 0 ? [`also different: ${alsoDiffer.join('; ')}`] : []),
    ...(same.length > 0 ? [`the same at every value: ${same.join('; ')}`] : []),
  ];
  const cells = head.map(() => RIGHT);
  return [
    ...headed(head, rows, cells, { paint, width }),
    ...(rows.length === 0 ? [] : others.flatMap((words) => wrap(words, width - 4).map((line) => paint('dim', line)))),
  ];
}

export function comparisonLines({ plan, paint, width }: Context, other: Comparison): string[] {
  const compared = comparedFigures(plan, other);
  // The figures of this scenario stand further up; a narrow terminal has no room to repeat them.
  const wide = width >= 110;
  const head = ['', '', ...(wide ? ['this'] : []), 'other', 'difference', '5 to 95 %'];
  const rows = compared.map((row) => [
    row.differs ? '●' : ' ',
    row.label,
    ...(wide ? [row.here] : []),
    row.there,
    row.difference,
    row.range,
  ]);
  const sign: Cells = { align: 'left', paint: (text) => paint('cyan', text) };
  const columns = [sign, LEFT, ...(wide ? [RIGHT] : []), RIGHT, RIGHT, LEFT];
  return [
    ...headed(head, rows, columns, { paint, width }),
    ...wrap(`● ${comparedInWords(compared)}.`, width - 4).map((line) => paint('dim', line)),
  ];
}
