/**
 * Whether `{{account.x}}` and `{{session.x}}` stand for something: a column of the accounts, or what a step captures. All other names are checked
 * by the schema of each adapter.
 */

import type { Finding } from '../../scenario/finding.ts';
import type { Path } from '../../scenario/schema/walk.ts';
import { didYouMean } from '../../scenario/suggest.ts';
import { namesIn } from '../mapping/template.ts';

/** What adapters keep there of themselves. */
const KEPT = ['account.cookie', 'account.jwt'];
const OWN = /^(?:account|session)\./;

/** `options`: as written, of all parts together, because the chat may use what the shop has captured. */
export function findUnknownNames(options: unknown, columns: readonly string[]): Finding[] {
  const texts = [...textsIn(options, [])];
  const captured = texts.filter(({ path, isKey }) => isKey && path.at(-2) === 'capture').map(({ text }) => text);
  const known = new Set([...KEPT, ...columns.map((column) => `account.${column}`), ...captured]);
  return texts.flatMap(({ path, isKey, text }) =>
    isKey ? [] : unknownIn(text, known).map((name) => wording(name, path, known)),
  );
}

function unknownIn(text: string, known: ReadonlySet<string>): string[] {
  try {
    return namesIn(text).filter((name) => OWN.test(name) && !known.has(name));
  } catch {
    // The schema has said what is wrong with it.
    return [];
  }
}

function wording(name: string, path: Path, known: ReadonlySet<string>): Finding {
  const expected = name.startsWith('account.')
    ? 'a column of the accounts, or what a step captures'
    : 'what a step captures';
  return { path, message: `nothing is called {{${name}}}`, expected, hint: didYouMean(name, known) };
}

interface Text {
  readonly path: Path;
  readonly text: string;
  readonly isKey: boolean;
}

function* textsIn(value: unknown, path: Path): Iterable<Text> {
  if (typeof value === 'string') yield { path, text: value, isKey: false };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    const inner = [...path, Array.isArray(value) ? Number(key) : key];
    if (!Array.isArray(value)) yield { path: inner, text: key, isKey: true };
    yield* textsIn(each, inner);
  }
}
