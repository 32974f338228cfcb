/** YAML and JSON scenarios, with the line and column of every key and value. JSON is read as the YAML that it is. */

import { transform } from 'esbuild';
import type { TransformFailure } from 'esbuild';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Pair } from 'yaml';
import { FlashcrowdError } from '../../errors.ts';
import type { Problem } from '../../errors.ts';
import type { Locate, Place } from '../finding.ts';
import type { Path } from '../schema/walk.ts';

export interface LoadedDocument {
  readonly raw: unknown;
  readonly locate: Locate;
}

const FAULTS_AT_MOST = 5;

/**
 * Reads YAML. Throws FlashcrowdError SCENARIO_SYNTAX with the first syntax errors. `file` is how messages name the file.
 */
export function readData(text: string, file: string): LoadedDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults = [...document.errors, ...document.warnings];
  const problems = faults.map((fault): Problem => ({
    file,
    path: '',
    ...placeOf(fault.pos[0]),
    message: firstLine(fault.message),
  }));
  // What follows the first ones mostly follows from them.
  if (problems.length > 0) throw syntaxError(file, problems.slice(0, FAULTS_AT_MOST));
  return { raw: plain(document, file), locate: (path, at) => locate(document, path, at, placeOf) };
}

/**
 * Throws as `readData` does when the text is not JSON: the YAML reader takes comments and bare words too, but other
 * programs must be able to read a file named .json.
 */
export async function requireJson(text: string, file: string): Promise<void> {
  try {
    await transform(text, { loader: 'json', logLevel: 'silent' });
  } catch (error) {
    const [{ text: message, location }] = (error as TransformFailure).errors;
    const place = location === null ? {} : { line: location.line, column: location.column + 1 };
    throw syntaxError(file, [{ file, path: '', ...place, message }]);
  }
}

function plain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw syntaxError(file, [{ file, path: '', message: (error as Error).message }]);
  }
}

function syntaxError(file: string, problems: readonly Problem[]): FlashcrowdError {
  return new FlashcrowdError('SCENARIO_SYNTAX', `${file} cannot be parsed`, problems);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0];
}

/** The place of the longest part of the path that exists: for a missing key, that of the map it is missing from. */
function locate(
  document: Document,
  path: Path,
  at: 'key' | 'value',
  placeOf: (offset: number) => Place,
): Place | undefined {
  let node: unknown = document.contents;
  let place = offsetOf(node);
  for (const [i, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((each) => String(keyOf(each)) === String(part));
      if (pair === undefined) break;
      const marksKey = at === 'key' && i === path.length - 1;
      place = (marksKey ? undefined : offsetOf(pair.value)) ?? offsetOf(pair.key) ?? place;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (node === undefined) break;
      place = offsetOf(node) ?? place;
    } else break;
  }
  return place === undefined ? undefined : placeOf(place);
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : pair.key;
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
