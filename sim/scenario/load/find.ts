/** From what a person types to a file: a path, or the bare name of a shipped scenario. */

import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlashcrowdError } from '../../errors.ts';
import { didYouMean } from '../suggest.ts';

const SHIPPED_DIR = fileURLToPath(new URL('../../../scenarios/', import.meta.url));

export const MODULE_EXTENSIONS: readonly string[] = ['.ts', '.mts', '.js', '.mjs'];
export const DATA_EXTENSIONS: readonly string[] = ['.yaml', '.yml', '.json'];
const EXTENSIONS = [...MODULE_EXTENSIONS, ...DATA_EXTENSIONS];

/** Shipped scenarios by bare name, with their files; in order of name. */
export function shippedScenarios(): Map<string, string> {
  const files = readdirSync(SHIPPED_DIR).filter((file) => EXTENSIONS.includes(path.extname(file)));
  return new Map(files.toSorted().map((file) => [path.parse(file).name, path.join(SHIPPED_DIR, file)]));
}

/** Absolute path of the scenario. Throws FlashcrowdError SCENARIO_NOT_FOUND. */
export function findScenario(written: string): string {
  const file = path.resolve(written);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile()) {
    if (EXTENSIONS.includes(path.extname(file))) return file;
    throw notFound(
      written,
      'not a kind of file that scenarios are written in',
      `a name that ends in ${EXTENSIONS.join(', ')}`,
    );
  }
  const shipped = shippedScenarios();
  const own = shipped.get(written);
  if (own !== undefined) return own;
  if (stats !== undefined) throw notFound(written, 'a folder, not a file', 'the path of a scenario file');
  const isName = /^[\w-]+$/.test(written);
  const expected = isName
    ? `a path, or one of the shipped scenarios: ${[...shipped.keys()].join(', ')}`
    : 'the path of a scenario file';
  throw notFound(written, 'no such file', expected, didYouMean(path.parse(written).name, shipped.keys()));
}

/** As messages name a file: relative when it is below the current folder. */
export function displayPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

function notFound(written: string, message: string, expected: string, hint?: string): FlashcrowdError {
  return new FlashcrowdError('SCENARIO_NOT_FOUND', `cannot load the scenario ${written}`, [
    { file: written, path: '', message, expected, hint },
  ]);
}
