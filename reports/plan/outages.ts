/** Outages of the model's backend in words. */

import type { PlanResult } from '../../sim/plan-result.ts';
import { eventClock } from '../format.ts';

/** `checkout down 0:12:00 to 0:14:00`, in order of time. */
export function outagesInWords({ cues }: PlanResult): string[] {
  return cues.flatMap(({ label, atMs, untilMs }) =>
    untilMs === null
      ? []
      : [`${label === 'all' ? 'all endpoints' : label} down ${eventClock(atMs)} to ${eventClock(untilMs)}`],
  );
}
