/** Ways to break a manifest. */

export interface Mutation {
  readonly what: string;
  readonly mutant: unknown;
}

/** Every value replaced by a list of the wrong kind, and a field added that nothing has to every object. */
export function mutationsOf(value: unknown, path = ''): Mutation[] {
  if (typeof value !== 'object' || value === null) return [{ what: `${path} is another kind of value`, mutant: [[]] }];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    mutationsOf(each, `${path}/${key}`).map(({ what, mutant }) => ({ what, mutant: replaced(value, key, mutant) })),
  );
  if (Array.isArray(value)) return inner;
  return [...inner, { what: `${path} has a field of its own`, mutant: { ...value, fieldOfItsOwn: [[]] } }];
}

function replaced(value: object, key: string, part: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, i) => (String(i) === key ? part : each));
  return { ...value, [key]: part };
}

/** A deep copy without what lies at the end of the path. */
export function without<T>(value: T, ...path: readonly (string | number)[]): T {
  const copy = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  delete at[path.at(-1)!];
  return copy;
}
