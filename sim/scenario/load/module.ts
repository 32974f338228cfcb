/**
 * TypeScript and JavaScript scenarios. They are bundled with what they import, so that they load from any folder, with
 * or without a package.json, and `flashcrowd` always means this flashcrowd.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import type { SourceMapPayload } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { BuildFailure, Message, Plugin } from 'esbuild';
import { FlashcrowdError } from '../../errors.ts';
import type { Problem } from '../../errors.ts';
import { show } from '../finding.ts';
import { displayPath } from './find.ts';

const DEFINE_FILE = fileURLToPath(new URL('../define.ts', import.meta.url));

interface Bundle {
  readonly code: string;
  readonly map: SourceMapPayload;
}

/** What a module may import that is not its own. */
export interface Imports {
  /** The file that stands for this package. */
  readonly flashcrowd: string;
  /** Packages of ours that it shares with us, by name: their URLs. */
  readonly shared?: Readonly<Record<string, string>>;
}

/**
 * Bundles `file` with what it imports into `outFile`, and loads that. Throws as `readModule` does, but for a missing default export.
 */
export async function importBundled(file: string, outFile: string, imports: Imports): Promise<{ default?: unknown }> {
  const bundle = await bundleModule(file, outFile, imports);
  await writeFile(outFile, bundle.code);
  return importModule(file, outFile, bundle.map);
}

/**
 * The default export of the file. Throws FlashcrowdError: SCENARIO_SYNTAX when it cannot be bundled, SCENARIO_THREW
 * when it throws, SCENARIO_INVALID when it has no default export.
 */
export async function readModule(file: string): Promise<unknown> {
  const dir = await mkdtemp(path.join(tmpdir(), 'flashcrowd-scenario-'));
  const outFile = path.join(dir, 'scenario.mjs');
  try {
    const loaded = await importBundled(file, outFile, { flashcrowd: DEFINE_FILE });
    if (loaded.default !== undefined) return loaded.default;
    const problem = {
      file: displayPath(file),
      path: '',
      message: 'no default export',
      expected: 'export default defineScenario({ ... })',
    };
    throw new FlashcrowdError('SCENARIO_INVALID', `${displayPath(file)} exports no scenario`, [problem]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function bundleModule(file: string, outFile: string, { flashcrowd, shared = {} }: Imports): Promise<Bundle> {
  try {
    const { outputFiles } = await build({
      entryPoints: [file],
      outfile: outFile,
      absWorkingDir: path.dirname(file),
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      alias: { flashcrowd },
      plugins: [sharing(shared)],
      sourcemap: 'external',
      logLevel: 'silent',
    });
    const text = (extension: string) => outputFiles.find((output) => output.path.endsWith(extension))!.text;
    return { code: text('.mjs'), map: JSON.parse(text('.map')) as SourceMapPayload };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const problems = error.errors.map((message) => problemOf(message, file));
    throw new FlashcrowdError('SCENARIO_SYNTAX', `${displayPath(file)} cannot be parsed`, problems, { cause: error });
  }
}

function sharing(shared: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'shared',
    setup(bundling) {
      for (const [name, url] of Object.entries(shared))
        bundling.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: url, external: true }));
    },
  };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function problemOf({ text, location }: Message, file: string): Problem {
  const place =
    location === null
      ? { file }
      : { file: path.resolve(path.dirname(file), location.file), line: location.line, column: location.column + 1 };
  return { ...place, file: displayPath(place.file), path: '', message: text };
}

async function importModule(file: string, outFile: string, map: SourceMapPayload): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(outFile).href)) as { default?: unknown };
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : `threw ${show(error)}`;
    const place = error instanceof Error ? originOf(error, outFile, map) : undefined;
    const problem = {
      file: displayPath(place?.file ?? file),
      path: '',
      line: place?.line,
      column: place?.column,
      message,
    };
    throw new FlashcrowdError('SCENARIO_THREW', `${displayPath(file)} threw an error while it was loaded`, [problem], {
      cause: error,
    });
  }
}

/** The innermost line of the scenario on the stack, in the file as it was written. */
function originOf(
  error: Error,
  outFile: string,
  payload: SourceMapPayload,
): { file: string; line: number; column: number } | undefined {
  const bundleName = `${path.basename(path.dirname(outFile))}/${path.basename(outFile)}`;
  for (const frame of error.stack?.split('\n') ?? []) {
    const at = /:(\d+):(\d+)\)?$/.exec(frame);
    if (at === null || !frame.includes(bundleName)) continue;
    const entry = new SourceMap(payload).findEntry(Number(at[1]) - 1, Number(at[2]) - 1);
    if (!('originalSource' in entry) || entry.originalSource === undefined) continue;
    return {
      file: path.resolve(path.dirname(outFile), entry.originalSource),
      line: entry.originalLine + 1,
      column: entry.originalColumn + 1,
    };
  }
  return undefined;
}
