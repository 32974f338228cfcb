/** Sources of figures: the path of every citation must lead to a figure. */

import type { Finding } from '../finding.ts';
import { formatPath, parsePath } from '../finding.ts';
import { scenarioSchema } from '../schema/scenario.ts';
import { isRecord, ownValue } from '../schema/walk.ts';
import { resolvePath } from '../schema/resolve.ts';
import type { Draft } from './draft.ts';

export function* checkSources({ raw }: Draft): Iterable<Finding> {
  const written = ownValue(raw, 'sources');
  for (const key of isRecord(written) ? Object.keys(written) : []) {
    const path = ['sources', key];
    const target = parsePath(key);
    const failure = target === undefined ? undefined : resolvePath(scenarioSchema, raw, target);
    if (target !== undefined && failure === undefined) continue;
    const expected = 'the path of a figure, such as audience.feed.waves';
    if (failure === undefined) yield { path, at: 'key', message: 'not a path', expected };
    else
      yield {
        path,
        at: 'key',
        message: `nothing is at ${formatPath(failure.path)}`,
        expected: failure.expected ?? expected,
        hint: failure.hint,
      };
  }
}
