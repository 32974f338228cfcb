/** Marks every figure with the source that the scenario names for it. */

import type { Scenario } from '../schema/scenario.ts';

export const TAG_MEANINGS = {
  S: 'seen in a public source',
  d: 'derived from such figures',
  w: 'seen, but in a weak source',
  a: 'an assumption',
  '?': 'no source named: read it as an assumption',
} as const;

/**
 * `[S]` where a citation is about the figure at this path or about all that it belongs to. `[d,?]` where only some of
 * the figures below the path have a source, and `[?]` where none has: no figure looks more certain than it is.
 */
export function tagMark(scenario: Scenario, path: string): string {
  const cited = Object.keys(scenario.sources);
  // The longest path says most exactly what it is about.
  const covering = cited.filter((each) => isWithin(path, each)).sort((a, b) => b.length - a.length)[0];
  if (covering !== undefined) return `[${scenario.sources[covering].tag}]`;
  const parts = cited.filter((each) => isWithin(each, path)).map((each) => scenario.sources[each].tag);
  return `[${[...new Set(parts), '?'].join(',')}]`;
}

function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}
