/** The plan of the window behind what was observed: its band of 95 %, and its median as a dashed line. */

import type { Planned } from '../../sim/result.ts';
import { eventClock } from '../format.ts';
import { figure, highest, tidy } from './strip-line.ts';
import type { StripLine } from './strip-line.ts';
import type { StripSpec } from './strip-specs.ts';

export function plannedLines({ series }: Planned, { planned = [], unit, lines }: StripSpec): StripLine[] {
  return planned.map(({ row, color, off = false }): StripLine => {
    const { p025, p50, p975 } = series.rows[row];
    const values = p50.map(tidy);
    const most = highest(values);
    return {
      // The legend is narrow: the line that is meant is named where there are two.
      label: planned.length === 1 ? 'planned' : `planned ${lines.find((line) => line.row === row)?.label}`,
      color,
      area: false,
      dashed: true,
      values,
      band: { low: p025.map(tidy), high: p975.map(tidy) },
      steps: { stepMs: series.stepMs, startMs: series.startMs },
      off,
      rest: most === null ? 'no step' : `peak ${figure(most.value, unit)}`,
    };
  });
}

/** `joins, planned: median highest 31.5 at 0:15:02, in 95 of 100 planned runs 22 to 41 there.` */
export function plannedInWords({ series }: Planned, { planned = [], unit, lines }: StripSpec): string[] {
  return planned.map(({ row }) => {
    const label = `${lines.find((line) => line.row === row)?.label}, planned`;
    const { p025, p50, p975 } = series.rows[row];
    const most = highest(p50);
    if (most === null) return `${label}: no step.`;
    const at = eventClock(series.startMs + most.index * series.stepMs);
    const [low, high] = [p025[most.index], p975[most.index]].map((value) => figure(value, unit));
    return `${label}: median highest ${figure(most.value, unit)} at ${at}, in 95 of 100 planned runs ${low} to ${high} there.`;
  });
}
