/** Cues as marks over all charts: when, what, and under which entry of the list they are switched on and off. */

import type { CueResult, RunResult } from '../../sim/result.ts';

export interface Mark {
  /** Event time. */
  readonly atMs: number;
  /** Short: it stands above the charts. */
  readonly label: string;
  readonly group: string;
  /** `drop` and `sold out` are drawn stronger: they are what the event is about. */
  readonly strong: boolean;
}

/** Cues and sold-outs that lie inside the series, in order of time. */
export function buildMarks(result: RunResult): Mark[] {
  const { startMs, stepMs, length } = result.series;
  const untilMs = startMs + stepMs * length;
  return result.cues
    .flatMap(cueMarks)
    .filter((mark) => mark.atMs >= startMs && mark.atMs <= untilMs)
    .sort((a, b) => a.atMs - b.atMs);
}

function cueMarks(cue: CueResult): Mark[] {
  if (cue.status === 'not_reached') return [];
  const label = cue.status === 'failed' ? `${cue.kind} failed` : cue.kind;
  const marks: Mark[] = [{ atMs: cue.sentMs ?? cue.plannedMs, label, group: cue.window, strong: cue.kind === 'drop' }];
  if (cue.soldOutMs !== null)
    marks.push({ atMs: cue.soldOutMs, label: 'sold out', group: `${cue.window} sold out`, strong: true });
  return marks;
}

/** The entries of the list, in order of their first mark, each with the number of its marks. */
export function markGroups(marks: readonly Mark[]): { group: string; marks: number }[] {
  const counts = new Map<string, number>();
  for (const mark of marks) counts.set(mark.group, (counts.get(mark.group) ?? 0) + 1);
  return [...counts].map(([group, size]) => ({ group, marks: size }));
}
