import type { IncidentWatch } from '../check.ts';
import { counted } from '../evidence.ts';

export const maskedRefusals: IncidentWatch = {
  id: 'masked_refusals',
  title: 'Refusals with a status of success',
  meaning:
    'Shop requests that were refused in the body of an answer with a status of 200 to 299: who only looks at the status takes them for done.',
  watch({ purchases }) {
    const byCode = new Map<string, number>();
    let count = 0;
    for (const { steps } of purchases) {
      for (const { kind, told } of steps) {
        if (told?.status !== 'rejected' || told.httpStatus === null) continue;
        if (told.httpStatus < 200 || told.httpStatus > 299) continue;
        count++;
        const what = `${kind}: ${told.code} under HTTP ${told.httpStatus}`;
        byCode.set(what, (byCode.get(what) ?? 0) + 1);
      }
    }
    return {
      id: this.id,
      title: this.title,
      count,
      detail:
        count === 0
          ? 'Every refusal had a status that says so.'
          : `${counted(count, 'request')} refused under a status of success.`,
      evidence: [...byCode].toSorted((a, b) => b[1] - a[1]).map(([what, times]) => `${times} times ${what}`),
    };
  },
};
