/** Loads a scenario: finds the file, reads it, applies `--set`, validates. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FlashcrowdError } from '../../errors.ts';
import type { Locate } from '../finding.ts';
import { parsePath } from '../finding.ts';
import type { Scenario } from '../schema/scenario.ts';
import type { Path } from '../schema/walk.ts';
import { invalidScenario, validateScenario } from '../validate.ts';
import { readData, requireJson } from './data.ts';
import type { LoadedDocument } from './data.ts';
import { DATA_EXTENSIONS, displayPath, findScenario } from './find.ts';
import { readModule } from './module.ts';
import { applyOverrides } from './set.ts';
import type { Override } from './set.ts';

export interface LoadedScenario {
  readonly scenario: Scenario;
  /** The document as written, with `--set` applied. */
  readonly input: unknown;
  /** Absolute. */
  readonly file: string;
  /** SHA-256 of the parsed scenario, hex: the same for files that mean the same. */
  readonly hash: string;
  /** Where its keys and values stand, for what is checked later. */
  readonly locate: Locate;
}

/**
 * Loads a scenario by path, or a shipped one by bare name. Throws FlashcrowdError with every problem at once:
 * SCENARIO_NOT_FOUND, SCENARIO_SYNTAX, SCENARIO_THREW, SCENARIO_INVALID, or BAD_USAGE for `set`.
 *
 * @param options.set changes as `path=value`, in order
 */
export async function loadScenario(
  written: string,
  options: { readonly set?: readonly string[] } = {},
): Promise<LoadedScenario> {
  const file = findScenario(written);
  const name = displayPath(file);
  const document = await readDocument(file, name);
  const { raw, overrides } = applyOverrides(document.raw, options.set ?? []);
  const scenario = validateWithOverrides(raw, name, document.locate, overrides);
  const hash = createHash('sha256').update(JSON.stringify(scenario)).digest('hex');
  return { scenario, input: raw, file, hash, locate: document.locate };
}

async function readDocument(file: string, name: string): Promise<LoadedDocument> {
  const extension = path.extname(file);
  if (!DATA_EXTENSIONS.includes(extension)) return { raw: await readModule(file), locate: () => undefined };
  const text = await readText(file, name);
  if (extension === '.json') await requireJson(text, name);
  return readData(text, name);
}

async function readText(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const problem = { file: name, path: '', message: (error as Error).message };
    throw new FlashcrowdError('SCENARIO_NOT_FOUND', `cannot read ${name}`, [problem], { cause: error });
  }
}

/** A problem that `--set` brought in is laid to it, not to a line of the file that says something else. */
function validateWithOverrides(raw: unknown, name: string, locate: Locate, overrides: readonly Override[]): Scenario {
  try {
    return validateScenario(raw, name, locate);
  } catch (error) {
    if (!(error instanceof FlashcrowdError) || overrides.length === 0) throw error;
    const problems = error.problems.map((problem) => {
      const override = overrides.findLast(({ path: set }) => startsWith(parsePath(problem.path) ?? [], set));
      return override === undefined
        ? problem
        : { ...problem, file: `--set ${override.text}`, line: undefined, column: undefined };
    });
    throw invalidScenario(name, problems);
  }
}

function startsWith(whole: Path, start: Path): boolean {
  return start.every((part, i) => String(part) === String(whole[i]));
}
