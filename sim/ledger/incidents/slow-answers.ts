import { MAY_BE_SLOW_FROM_MS } from '../answers.ts';
import { EVIDENCE_AT_MOST, type IncidentWatch } from '../check.ts';
import { counted, inSeconds } from '../evidence.ts';
import type { Step } from '../history.ts';
import { viewOf } from '../views.ts';
import { isUnsound } from './stretches.ts';

const SLOW_FROM_MEDIANS = 10;

export const slowAnswers: IncidentWatch = {
  id: 'slow_answers',
  title: 'Slow answers',
  meaning:
    'Shop requests that were answered more than 1 s after they were sent, and more than 10 times as late as the median of their kind; those in stretches in which the generator could not keep up do not count.',
  watch(history) {
    const { late, medianMs: medians } = viewOf(history).survey.answers;
    const evidence: string[] = [];
    const counts = new Map<Step['kind'], number>();
    let count = 0;
    for (const { id, steps } of late) {
      for (const step of steps) {
        const tookMs = tookMsOf(step);
        if (!(tookMs > MAY_BE_SLOW_FROM_MS) || tookMs <= SLOW_FROM_MEDIANS * (medians.get(step.kind) ?? 0)) continue;
        if (isUnsound(history, step.sentMs, step.sentMs + tookMs)) continue;
        count++;
        counts.set(step.kind, (counts.get(step.kind) ?? 0) + 1);
        if (evidence.length < EVIDENCE_AT_MOST) {
          evidence.push(
            `${step.kind} of ${id}, sent at ${inSeconds(step.sentMs)}, was answered after ${inSeconds(tookMs)}`,
          );
        }
      }
    }
    const kinds = [...counts].map(([kind, n]) => `${kind} ${n} (median ${inSeconds(medians.get(kind) ?? 0)})`);
    return {
      id: this.id,
      title: this.title,
      count,
      detail:
        count === 0
          ? 'No answer stood out as slow.'
          : `${counted(count, 'answer')} stood out as slow: ${kinds.join(', ')}.`,
      evidence,
    };
  },
};

/** NaN: the backend did not answer. */
function tookMsOf({ told, sentMs }: Step): number {
  return told === null || told.httpStatus === null ? NaN : told.atMs - sentMs;
}
