import { basename, dirname, join, normalize } from 'node:path/posix';
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
    const named = pathsIn(masked).flatMap((path) => namedFiles(dirname(file), path, files));
    open.push(...[...imported, ...named].filter((to) => to !== null && files.has(to)).map(String));
  }
  return reached;
}

/** The file itself, or one of a folder just below: `assets.ts` lists what it reads from `assets/` by name alone. */
function namedFiles(folder: string, path: string, files: ReadonlyMap<string, Masked>): string[] {
  const itself = normalize(join(folder, path));
  if (files.has(itself)) return [itself];
  return [...files.keys()].filter((file) => basename(file) === path && dirname(dirname(file)) === folder);
}
