import { isMaskedRefusal } from '../answers.ts';
import type { IncidentWatch } from '../check.ts';
import { counted } from '../evidence.ts';
import { viewOf } from '../views.ts';

export const maskedRefusals: IncidentWatch = {
  id: 'masked_refusals',
  title: 'Refusals with a status of success',
  meaning:
    'Shop requests that were refused in the body of an answer with a status of 200 to 299: who only looks at the status takes them for done. Not counted of a target that says that it refuses in this way (GraphQL).',
  watch(history) {
    if (history.target.refusesInBody === true) {
      const { id, title } = this;
      return { id, title, count: 0, detail: 'The shop refuses in the body of its answers, by design.', evidence: [] };
    }
    const byCode = new Map<string, number>();
    let count = 0;
    for (const { steps } of viewOf(history).survey.answers.masked) {
      for (const step of steps) {
        if (!isMaskedRefusal(step)) continue;
        count++;
        const what = `${step.kind}: ${step.told?.code} under HTTP ${step.told?.httpStatus}`;
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
