/** What the schema found, in words: one finding for each thing to mend, with what was expected and a did-you-mean. */

import type { z } from 'zod';
import { show } from './finding.ts';
import type { Finding } from './finding.ts';
import { knownKeys, valueAt } from './schema/walk.ts';
import type { Path } from './schema/walk.ts';
import { didYouMean } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** `raw` is the whole document, as it was given to the schema. */
export function findingsOf(schema: z.ZodType, issues: readonly Issue[], raw: unknown): Finding[] {
  return issues.flatMap((issue) => wordings(schema, issue, [], raw));
}

/** `base` is the path of the value that the issue's own path starts from. */
function wordings(schema: z.ZodType, issue: Issue, base: Path, raw: unknown): Finding[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  const value = valueAt(raw, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, knownKeys(schema, raw, path) ?? []));
    case 'invalid_key':
      return [
        { path, at: 'key', message: `${show(path.at(-1))} is not a good key`, expected: issue.issues[0]?.message },
      ];
    case 'invalid_union':
      return unionWordings(schema, issue, path, raw);
    case 'invalid_value':
      return [choice(path, value, issue.values.map(String))];
    case 'custom':
      return [
        wrong(path, value, String(issue.params?.expected ?? issue.message), issue.params?.hint as string | undefined),
      ];
    default:
      return [wrong(path, value, expectation(issue))];
  }
}

function unknownKey(key: string, path: Path, known: readonly string[]): Finding {
  const written = known.filter((each) => each !== '$schema');
  return {
    path: [...path, key],
    at: 'key',
    message: 'unknown key',
    expected: `one of ${written.join(', ')}`,
    hint: didYouMean(key, written),
  };
}

function wrong(path: Path, value: unknown, expected: string, hint?: string): Finding {
  if (value === undefined) return { path, at: 'key', message: 'missing', expected };
  return { path, message: `${show(value)} is not valid`, expected, hint };
}

function choice(path: Path, value: unknown, choices: readonly string[]): Finding {
  const hint = typeof value === 'string' ? didYouMean(value, choices) : undefined;
  return wrong(path, value, choices.length === 1 ? choices[0] : `one of ${choices.join(', ')}`, hint);
}

/** A union reports the problems of the alternative that was most likely meant, or what the union expects. */
function unionWordings(
  schema: z.ZodType,
  issue: Issue & { code: 'invalid_union' },
  path: Path,
  raw: unknown,
): Finding[] {
  const value = valueAt(raw, path);
  if ('options' in issue && Array.isArray(issue.options)) return [choice(path, value, issue.options.map(String))];
  if (value === undefined) return [wrong(path, value, issue.message)];
  const [best, second] = issue.errors
    .map((issues) => ({ issues, far: distance(issues, value) }))
    .sort((a, b) => a.far - b.far);
  const isClear = best !== undefined && best.far < OTHER_TYPE && best.far !== second?.far;
  if (!isClear) return [wrong(path, value, issue.message)];
  return best.issues.flatMap((each) => wordings(schema, each, path, raw));
}

/** Farther than any number of small mistakes: the value is of another type. */
const OTHER_TYPE = 1000;

function distance(issues: readonly Issue[], value: unknown): number {
  return issues.reduce((sum, issue) => sum + distanceOf(issue, value), 0);
}

function distanceOf(issue: Issue, value: unknown): number {
  if (issue.path.length > 0) return 1;
  if (issue.code === 'invalid_type') return OTHER_TYPE;
  // A leaf reads texts and numbers; an object was not meant for it.
  if (issue.code === 'custom') return typeof value === 'object' ? OTHER_TYPE : 1;
  if (issue.code === 'invalid_value') {
    return typeof value === 'string' && didYouMean(value, issue.values.map(String)) !== undefined ? 0 : OTHER_TYPE;
  }
  // A key that is not known counts for more than a wrong value under one that is.
  return issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1;
}

const TYPES: Readonly<Record<string, string>> = {
  object: 'an object with keys',
  record: 'an object with keys',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected;
  if (issue.code === 'too_small')
    return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
  if (issue.code === 'too_big')
    return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
  // Formats carry their expectation as the message: see `id` in schema/scalars.ts.
  return issue.message;
}

function bound(origin: string, relation: string, limit: number | bigint): string {
  if (origin === 'string') return `${relation} ${limit} characters`;
  if (origin === 'array') return `a list of ${relation} ${limit}`;
  return `a number of ${relation} ${limit}`;
}
