import { EVIDENCE_AT_MOST, type IncidentWatch } from '../check.ts';
import { counted, inSeconds } from '../evidence.ts';
import type { History, Visit, VisitEnd } from '../history.ts';
import { isUnsound } from './stretches.ts';

const WITHIN_MS = 1000;
const LOST_FROM = 10;
const LOST_FROM_SHARE = 0.05;

interface Moment {
  readonly atMs: number;
  readonly lost: number;
  readonly present: number;
}

export const massDisconnect: IncidentWatch = {
  id: 'mass_disconnect',
  title: 'Mass disconnects',
  meaning:
    'Moments in which at least 10 viewers, and at least 5 % of those who were there, lost their connection within a second, while the generator kept up.',
  watch(history) {
    const moments = momentsOf(history).filter(({ atMs }) => !isUnsound(history, atMs, atMs + WITHIN_MS));
    return {
      id: this.id,
      title: this.title,
      count: moments.length,
      detail:
        moments.length === 0
          ? 'Viewers did not lose their connections in numbers.'
          : `${counted(moments.length, 'time')}, ${moments.reduce((sum, { lost }) => sum + lost, 0)} connections in all.`,
      evidence: moments
        .slice(0, EVIDENCE_AT_MOST)
        .map(({ atMs, lost, present }) => `${lost} of ${present} viewers within a second from ${inSeconds(atMs)} on`),
    };
  },
};

/** Seconds that begin with a lost connection and hold enough of them; they do not overlap. */
function momentsOf({ visits }: History): Moment[] {
  const lostMs = endsOf(visits, ({ how }) => how === 'lost');
  if (lostMs.length < LOST_FROM) return [];
  const cameMs = Float64Array.from(visits, ({ enteredMs }) => enteredMs).sort();
  const wentMs = endsOf(visits, () => true);
  const moments: Moment[] = [];
  let came = 0;
  let went = 0;
  let last = 0;
  for (let first = 0; first < lostMs.length; first++) {
    const atMs = lostMs[first];
    while (cameMs[came] < atMs) came++;
    while (wentMs[went] < atMs) went++;
    while (lostMs[last] < atMs + WITHIN_MS) last++;
    const lost = last - first;
    if (lost < LOST_FROM || lost < LOST_FROM_SHARE * (came - went)) continue;
    moments.push({ atMs, lost, present: came - went });
    first = last - 1;
  }
  return moments;
}

/** When these visits ended, in order. */
function endsOf(visits: readonly Visit[], counts: (end: VisitEnd) => boolean): Float64Array {
  const ends = new Float64Array(visits.length);
  let n = 0;
  for (const { end } of visits) if (end !== null && counts(end)) ends[n++] = end.atMs;
  return ends.subarray(0, n).sort();
}
