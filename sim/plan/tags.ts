import { parsePath } from '../scenario/finding.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';

/** From the least certain to the most. */
const ORDER = ['a', 'w', 'd', 'S'];

/**
 * The tag of the citation that covers a path most exactly; `null` when none does. A `*` stands for every key there, and a kind of cue
 * for every cue of that kind that has the figure: the least certain of them counts, and none at all is the least certain.
 */
export function tagOf(scenario: Scenario, path: string): string | null {
  const tags = expand(scenario, path.split('.')).map((each) => coveringTag(scenario, each));
  return tags.includes(null) ? null : leastCertain(tags);
}

function expand(scenario: Scenario, [room, ...rest]: readonly string[]): string[] {
  if (room === 'show') {
    const [kind, key] = rest;
    return scenario.show.flatMap((cue, i) => (cue.cue === kind && key in cue ? [`show.${i}.${key}`] : []));
  }
  if (!rest.includes('*')) return [[room, ...rest].join('.')];
  const keys = Object.keys((scenario as unknown as Record<string, object>)[room] ?? {});
  return keys.map((key) => [room, ...rest.map((part) => (part === '*' ? key : part))].join('.'));
}

/** That of the path itself; else of what is below it, which is more exact than what is above. */
function coveringTag({ sources }: Scenario, path: string): string | null {
  const cited = Object.entries(sources).map(([key, { tag }]) => ({ at: parsePath(key)?.join('.') ?? key, tag }));
  const exact = cited.find(({ at }) => at === path);
  if (exact) return exact.tag;
  const below = cited.filter(({ at }) => at.startsWith(`${path}.`));
  if (below.length > 0) return leastCertain(below.map(({ tag }) => tag));
  const above = cited.filter(({ at }) => path.startsWith(`${at}.`)).toSorted((a, b) => b.at.length - a.at.length);
  return above.length > 0 ? above[0].tag : null;
}

function leastCertain(tags: readonly (string | null)[]): string | null {
  return ORDER.find((tag) => tags.includes(tag)) ?? null;
}
