/** From what stands behind `--target`, or at `target:` in a scenario, to documents that can be checked. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { FlashcrowdError } from '../../errors.ts';
import type { Locate } from '../../scenario/finding.ts';
import { readData, requireJson } from '../../scenario/load/data.ts';
import { DATA_EXTENSIONS, displayPath, MODULE_EXTENSIONS } from '../../scenario/load/find.ts';
import { isRecord, type Path } from '../../scenario/schema/walk.ts';
import { didYouMean } from '../../scenario/suggest.ts';
import { asTargetError } from './module.ts';
import { ADAPTER_OPTIONS } from './options.ts';

/** A word (`use=url`, a URL, the path of a file), or what a target file says, within a scenario. */
export type TargetSpec = string | Readonly<Record<string, unknown>>;

/** Where a spec is written. */
export interface SpecPlace {
  /** As messages name the file; null: on the command line. */
  readonly file: string | null;
  /** What paths are relative to. */
  readonly folder: string;
  /** Of the spec in the file: `['target']`, or on the command line `['--target']`. */
  readonly path: Path;
  readonly locate: Locate;
}

/** A target file, or what stands for one. */
export interface TargetDocument {
  readonly raw: Readonly<Record<string, unknown>>;
  /** As reports name the target, when it does not name itself. */
  readonly name: string | null;
  readonly place: SpecPlace;
}

const USE_AND_URL = /^([a-z][a-z0-9]*)=(.+)$/;
const WEB = /^https?:\/\//i;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Throws FlashcrowdError: TARGET_INVALID, or BAD_USAGE for words of the command line that are no target. */
export async function readSpec(spec: TargetSpec, place: SpecPlace): Promise<TargetDocument> {
  if (typeof spec !== 'string') return { raw: spec, name: null, place };
  const found = USE_AND_URL.exec(spec);
  if (found !== null) return { raw: { use: knownUse(found[1], spec, place), url: found[2] }, name: found[1], place };
  if (WEB.test(spec)) return { raw: { use: 'stub', url: rootOf(spec, place) }, name: 'stub', place };
  if (SCHEME.test(spec)) throw noTarget(spec, place, { expected: `the adapter before it: json=${spec}` });
  const file = path.resolve(place.folder, spec);
  if (MODULE_EXTENSIONS.includes(path.extname(file))) return { raw: { use: file }, name: path.parse(file).name, place };
  if (DATA_EXTENSIONS.includes(path.extname(file))) return readTargetFile(file);
  throw noTarget(spec, place, { hint: didYouMean(spec, ['stub']) });
}

async function readTargetFile(file: string): Promise<TargetDocument> {
  const name = displayPath(file);
  const { raw, locate } = await readText(file, name);
  if (!isRecord(raw)) {
    const problem = {
      file: name,
      path: '',
      message: 'not a target file',
      expected: 'chat: {use: ...}, shop: {use: ...}, or use: ...',
    };
    throw new FlashcrowdError('TARGET_INVALID', `${name} is no target file`, [problem]);
  }
  return { raw, name: path.parse(file).name, place: { file: name, folder: path.dirname(file), path: [], locate } };
}

async function readText(file: string, name: string): Promise<{ raw: unknown; locate: Locate }> {
  try {
    const text = await readFile(file, 'utf8');
    if (path.extname(file) === '.json') await requireJson(text, name);
    return readData(text, name);
  } catch (error) {
    if (error instanceof FlashcrowdError) throw asTargetError(error);
    const problem = { file: name, path: '', message: (error as Error).message };
    throw new FlashcrowdError('TARGET_INVALID', `cannot read ${name}`, [problem], { cause: error });
  }
}

/** The bundled shop lives at the root of its host. */
function rootOf(spec: string, place: SpecPlace): string {
  const url = URL.canParse(spec) ? new URL(spec) : null;
  if (url === null || url.href !== `${url.origin}/`)
    throw noTarget(spec, place, {
      hint: 'a URL alone is that of a bundled shop, which has no path; name the adapter of others: http=https://...',
    });
  return url.origin;
}

function knownUse(use: string, spec: string, place: SpecPlace): string {
  const known = ADAPTER_OPTIONS.map((each) => each.use);
  if (known.includes(use)) return use;
  throw noTarget(spec, place, { expected: `one of ${known.join(', ')} before the =`, hint: didYouMean(use, known) });
}

function noTarget(
  spec: string,
  { file, path: at, locate }: SpecPlace,
  { expected, hint }: { readonly expected?: string; readonly hint?: string },
): FlashcrowdError {
  const usual =
    '"stub", a target file (.yaml, .json, .ts), or an adapter and its URL, such as vendure=http://127.0.0.1:3000';
  const problem = {
    ...(file === null ? {} : { file, ...locate(at, 'value') }),
    path: at.join('.'),
    message: `cannot read ${JSON.stringify(spec)}`,
    expected: expected ?? usual,
    hint,
  };
  return new FlashcrowdError(file === null ? 'BAD_USAGE' : 'TARGET_INVALID', `${spec} is no target.`, [problem]);
}
