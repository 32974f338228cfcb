/** Cues as marks over the charts of a plan. One entry of the list a kind: an event may have a thousand cues. */

import type { PlanResult } from '../../sim/plan-result.ts';
import type { Mark } from '../html/marks.ts';

export function planMarks({ cues, series }: PlanResult): Mark[] {
  const untilMs = series.startMs + series.stepMs * series.length;
  return cues
    .flatMap(cueMarks)
    .filter(({ atMs }) => atMs >= series.startMs && atMs <= untilMs)
    .sort((a, b) => a.atMs - b.atMs);
}

/** An outage has two ends. */
function cueMarks({ kind, label, atMs, untilMs }: PlanResult['cues'][number]): Mark[] {
  if (untilMs === null) return [{ atMs, label: kind, group: kind, strong: kind === 'drop' }];
  const mark = { group: kind, strong: true };
  return [
    { ...mark, atMs, label: `${label} down` },
    { ...mark, atMs: untilMs, label: `${label} up` },
  ];
}
