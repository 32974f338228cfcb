import { ADMIN_TOKEN } from '../manifests/variables.ts';

export { ADMIN_TOKEN };

/** Secrets do not stand in `event.json`: `${NAME}` does, and the environment says what it is. */

/**
 * A copy of plain data in which every `${NAME}` is what `valueOf` says. `missing` gets the names that it does not know; ADMIN_TOKEN may be missing.
 */
export function fillIn<T>(value: T, valueOf: (name: string) => string | undefined, missing: Set<string>): T {
  const fill = (each: unknown): unknown => {
    if (typeof each === 'string') {
      return each.replace(/\$\{([A-Z_][A-Z0-9_]*)\}/g, (_whole, name: string) => {
        const said = valueOf(name);
        if (said === undefined && name !== ADMIN_TOKEN) missing.add(name);
        return said ?? '';
      });
    }
    if (Array.isArray(each)) return each.map(fill);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, fill(inner)]));
  };
  return fill(value) as T;
}
