import { FlashcrowdError, type Problem } from '../errors.ts';
import { parsePath } from '../scenario/finding.ts';
import { resolvePath } from '../scenario/schema/resolve.ts';
import { scenarioSchema, type Scenario } from '../scenario/schema/scenario.ts';
import { formatPath } from '../scenario/finding.ts';
import { changed, problemsOf, type Subject } from './subject.ts';
import { rangeValues } from './range.ts';

export interface Sweep {
  readonly path: string;
  readonly points: readonly { readonly value: string; readonly scenario: Scenario }[];
}

export const MOST_POINTS = 100;

const EXPECTED = 'path=from..to:points, such as products.serum.stock=10k..100k:10, or path=a,b,c';

/**
 * Reads a sweep and makes the scenario of each of its points:
 *
 *     products.serum.stock=10k..100k:10    ten values, evenly; the unit is that of the ends
 *     shop.hold=30s,90s,5m                 these
 *
 * Throws FlashcrowdError BAD_USAGE with all problems at once.
 */
export function readSweep(text: string, subject: Subject): Sweep {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(0, equals)).trim();
  const parts = parsePath(path);
  if (equals < 0 || parts === undefined)
    throw refused([{ path: '', message: `--sweep ${text} is not valid`, expected: EXPECTED }]);
  const values = readValues(text.slice(equals + 1).trim());
  const deadEnd = resolvePath(scenarioSchema, subject.input, parts);
  const problems: Problem[] = 'message' in values ? [{ file: `--sweep ${text}`, path, ...values }] : [];
  if (deadEnd !== undefined) {
    const { expected, hint } = deadEnd;
    problems.unshift({
      file: `--sweep ${text}`,
      path: formatPath(deadEnd.path),
      message: 'no such path',
      expected,
      hint,
    });
  }
  if ('message' in values || problems.length > 0) throw refused(problems);
  const points = values.map((choices) => pointOf(choices, path, subject));
  const wrong = points.flatMap((point) => ('problems' in point ? point.problems : []));
  if (wrong.length > 0) throw refused(wrong);
  return { path, points: points.flatMap((point) => ('problems' in point ? [] : [point])) };
}

/** Each value as texts, the exact one first: where it does not fit (a fraction of a unit in stock), the next is tried. */
function readValues(text: string): string[][] | { message: string; expected: string } {
  const range = /^(.+?)\.\.(.+?)(?::(\d+))?$/.exec(text);
  if (range === null) {
    const list = text.split(',').map((value) => value.trim());
    if (list.some((value) => value === '')) return { message: 'a value is missing', expected: EXPECTED };
    return list.length > MOST_POINTS ? tooMany(list.length) : list.map((value) => [value]);
  }
  const [, from, to, points = '10'] = range;
  const n = Number(points);
  if (n > MOST_POINTS) return tooMany(n);
  if (n < 2) return { message: `${n} points are no range`, expected: `2 to ${MOST_POINTS} points` };
  return (
    rangeValues(from.trim(), to.trim(), n) ?? {
      message: `cannot go from ${from.trim()} to ${to.trim()}`,
      expected: 'two different numbers with the same unit, such as 10k..100k, 20%..40%, 30s..90s or "USD 20".."USD 30"',
    }
  );
}

function tooMany(points: number): { message: string; expected: string } {
  return { message: `${points} points are too many`, expected: `at most ${MOST_POINTS}` };
}

type Point = { readonly value: string; readonly scenario: Scenario } | { readonly problems: readonly Problem[] };

function pointOf(choices: readonly string[], path: string, subject: Subject): Point {
  let first: readonly Problem[] = [];
  for (const value of choices) {
    try {
      return { value, scenario: changed(subject, `${path}=${value}`) };
    } catch (error) {
      const problems = problemsOf(error).map((problem) => ({
        ...problem,
        file: `--sweep ${path}=${value}`,
        line: undefined,
        column: undefined,
      }));
      if (first.length === 0) first = problems;
    }
  }
  return { problems: first };
}

function refused(problems: readonly Problem[]): FlashcrowdError {
  return new FlashcrowdError('BAD_USAGE', 'the sweep cannot be made', problems);
}
