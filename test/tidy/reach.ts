import { dirname, join, normalize } from 'node:path/posix';
import { importsOf, pathsIn, resolveImport } from './imports.ts';
import type { Masked } from './mask.ts';

/**
 * Every file that can be reached from the entries: by imports of any kind, and by paths in strings (that is how a
 * worker's entry is named).
 */
export function reachable(entries: readonly string[], files: ReadonlyMap<string, Masked>): Set<string> {
  const reached = new Set<string>();
  const open = entries.filter((file) => files.has(file));
  while (open.length > 0) {
    const file = open.pop()!;
    if (reached.has(file)) continue;
    reached.add(file);
    const masked = files.get(file)!;
    const imported = importsOf(masked).map(({ specifier }) => resolveImport(file, specifier));
    const named = pathsIn(masked).map((path) => normalize(join(dirname(file), path)));
    open.push(...[...imported, ...named].filter((to) => to !== null && files.has(to)).map(String));
  }
  return reached;
}
