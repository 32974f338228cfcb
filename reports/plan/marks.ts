/** Cues as marks over the charts of a plan. One entry of the list a kind: an event may have a thousand cues. */

import type { PlanResult } from '../../sim/plan-result.ts';
import type { Mark } from '../html/marks.ts';

const STRONG_KINDS = ['drop', 'outage'];

export function planMarks({ cues, series }: PlanResult): Mark[] {
  const untilMs = series.startMs + series.stepMs * series.length;
  return cues
    .filter(({ atMs }) => atMs >= series.startMs && atMs <= untilMs)
    .map(({ kind, atMs }): Mark => ({ atMs, label: kind, group: kind, strong: STRONG_KINDS.includes(kind) }))
    .sort((a, b) => a.atMs - b.atMs);
}
