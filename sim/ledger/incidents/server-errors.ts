import { EVIDENCE_AT_MOST, type IncidentWatch } from '../check.ts';
import { counted } from '../evidence.ts';
import { viewOf } from '../views.ts';

export const serverErrors: IncidentWatch = {
  id: 'server_errors',
  title: 'Server errors',
  meaning: 'Shop requests that were answered with a status of 500 or above, and the second with the most of them.',
  watch(history) {
    const bySecond = new Map<number, number>();
    const byKind = new Map<string, number>();
    let count = 0;
    for (const { steps } of viewOf(history).survey.answers.serverErrors) {
      for (const { kind, told } of steps) {
        if (told === null || told.httpStatus === null || told.httpStatus < 500) continue;
        count++;
        const second = Math.floor(told.atMs / 1000);
        bySecond.set(second, (bySecond.get(second) ?? 0) + 1);
        const what = `${kind}: HTTP ${told.httpStatus} (${told.code})`;
        byKind.set(what, (byKind.get(what) ?? 0) + 1);
      }
    }
    const [worst, most] = [...bySecond].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
    return {
      id: this.id,
      title: this.title,
      count,
      detail:
        count === 0
          ? 'No answer of the shop was a server error.'
          : `${counted(count, 'answer')} of the shop were server errors, ${most} of them in second ${worst}.`,
      evidence: [...byKind]
        .toSorted((a, b) => b[1] - a[1])
        .slice(0, EVIDENCE_AT_MOST)
        .map(([what, times]) => `${times} times ${what}`),
    };
  },
};
