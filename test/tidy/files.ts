import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mask, type Masked } from './mask.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What .gitignore leaves out, and git's own folder. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'results', '.tools', 'coverage']);

/** Every file of the project, from the root of the repository, with slashes, sorted. */
export function projectFiles(folder = ROOT): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.has(entry.name) || entry.name.endsWith('.log')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return projectFiles(path);
    return entry.isFile() ? [relative(ROOT, path).split(sep).join('/')] : [];
  });
  return files.toSorted();
}

export function readText(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** TypeScript and JavaScript only. */
export function readSources(files: readonly string[]): Map<string, Masked> {
  const sources = files.filter((file) => /\.(?:ts|js|mjs)$/.test(file));
  return new Map(sources.map((file) => [file, mask(readText(file))]));
}
