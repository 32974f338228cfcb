import type { Scenario } from '../scenario/schema/scenario.ts';

/** From the least certain to the most. */
const ORDER = ['a', 'w', 'd', 'S'];

/**
 * The tag of the citation that covers a path most exactly; `null` when none does. A `*` stands for every key there: the least certain
 * of them counts, and none at all is the least certain.
 */
export function tagOf(scenario: Scenario, path: string): string | null {
  const tags = expand(scenario, path.split('.')).map((each) => coveringTag(scenario, each));
  if (tags.length === 0 || tags.includes(null)) return null;
  return ORDER.find((tag) => tags.includes(tag)) ?? null;
}

function expand(scenario: Scenario, [room, ...rest]: readonly string[]): string[] {
  if (!rest.includes('*')) return [[room, ...rest].join('.')];
  const keys = Object.keys((scenario as unknown as Record<string, object>)[room] ?? {});
  return keys.map((key) => [room, ...rest.map((part) => (part === '*' ? key : part))].join('.'));
}

function coveringTag({ sources }: Scenario, path: string): string | null {
  const covering = Object.keys(sources)
    .filter((cited) => path === cited || path.startsWith(`${cited}.`))
    .toSorted((a, b) => b.length - a.length);
  return covering.length > 0 ? sources[covering[0]].tag : null;
}
