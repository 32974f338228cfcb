/** Adapters in TypeScript and JavaScript: `defineTarget`. Bundled with what they import, so that every worker can load them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { FlashcrowdError } from '../../errors.ts';
import { displayPath } from '../../scenario/load/find.ts';
import { importBundled } from '../../scenario/load/module.ts';

const AUTHOR_FILE = fileURLToPath(new URL('../define.ts', import.meta.url));

export interface AdapterModule {
  /** URL of the bundle: lives as long as this process. */
  readonly use: string;
  /** `null`: the adapter takes what it is given. */
  readonly schema: z.ZodType | null;
}

let folder: string | null = null;
let bundles = 0;

/** Throws FlashcrowdError TARGET_INVALID for a file that cannot be read or exports no target, TARGET_THREW for one that throws. */
export async function loadAdapterModule(file: string): Promise<AdapterModule> {
  const outFile = path.join(bundleFolder(), `target-${bundles++}.mjs`);
  const imports = { flashcrowd: AUTHOR_FILE, shared: { zod: import.meta.resolve('zod') } };
  const loaded = await importBundled(file, outFile, imports).catch((error: unknown) => {
    throw asTargetError(error);
  });
  const adapter = loaded.default as { create?: unknown; options?: unknown } | undefined;
  if (typeof adapter?.create !== 'function') {
    const name = displayPath(file);
    const message = loaded.default === undefined ? 'no default export' : 'the default export is no target';
    const problem = { file: name, path: '', message, expected: 'export default defineTarget({ ... })' };
    throw new FlashcrowdError('TARGET_INVALID', `${name} exports no target`, [problem]);
  }
  return { use: pathToFileURL(outFile).href, schema: schemaOf(adapter.options) };
}

/** Any schema of zod, or what does the same. */
function schemaOf(options: unknown): z.ZodType | null {
  return typeof (options as { safeParse?: unknown } | undefined)?.safeParse === 'function'
    ? (options as z.ZodType)
    : null;
}

/** One folder for all; workers read it while the run lasts. */
function bundleFolder(): string {
  if (folder !== null) return folder;
  const made = mkdtempSync(path.join(tmpdir(), 'flashcrowd-target-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  folder = made;
  return made;
}

/** The loader of modules speaks of scenarios. */
export function asTargetError(error: unknown): unknown {
  if (!(error instanceof FlashcrowdError) || !error.code.startsWith('SCENARIO_')) return error;
  const code = error.code === 'SCENARIO_THREW' ? 'TARGET_THREW' : 'TARGET_INVALID';
  return new FlashcrowdError(code, error.message, error.problems, { cause: error });
}
