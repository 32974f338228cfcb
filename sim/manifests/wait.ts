import type { Place } from './objects.ts';
import { inNamespace } from './storage.ts';
import { shellLine } from './words.ts';

const ENDED = 'jsonpath={.status.conditions[?(@.status=="True")].type}';

/** Until a job has ended, well or not: `kubectl wait` waits for one condition, and a job that failed never has that of one that did not. */
export function waitForEnd(place: Place, job: string): string {
  const conditions = shellLine(['kubectl', ...inNamespace(place), 'get', `job/${job}`, '-o', ENDED]);
  return `until ${conditions} | grep -qwE 'Complete|Failed'; do sleep 5; done`;
}
