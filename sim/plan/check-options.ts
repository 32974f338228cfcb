import { FlashcrowdError, type Problem } from '../errors.ts';
import { seed as seedSchema } from '../scenario/schema/scalars.ts';
import { didYouMean } from '../scenario/suggest.ts';
import { MOST_RUNS, type PlanOptions } from './options.ts';
import type { PlanWindow } from './engine.ts';

const MOST_WORKERS = 256;

/** Of all options: a program that misspells one is told, instead of getting another plan than it asked for. */
const NAMES: Readonly<Record<keyof PlanOptions, true>> = {
  runs: true,
  seed: true,
  scale: true,
  engine: true,
  workers: true,
  set: true,
  sweep: true,
  compareWith: true,
  sensitivity: true,
  window: true,
  machine: true,
  signal: true,
  onProgress: true,
};

/** Options of the commands that have another name here, or none. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  compare: 'compareWith takes the one scenario to compare with',
  from: 'window takes { fromMs, untilMs }',
  for: 'window takes { fromMs, untilMs }',
  out: 'a program gets the result and writes what it wants',
  json: 'a program gets the result and writes what it wants',
  quiet: 'a program hears of progress only through onProgress',
};

/** Throws FlashcrowdError BAD_USAGE with everything that is wrong with the options. */
export function checkOptions(options: PlanOptions): void {
  const { runs, workers, scale, seed, engine, set, sweep, compareWith, sensitivity, window } = options;
  const problems = Object.keys(options)
    .filter((key) => !Object.hasOwn(NAMES, key))
    .map(unknownOption);
  const check = (path: keyof PlanOptions, ok: boolean, expected: string): void => {
    if (!ok) problems.push({ path, message: `${JSON.stringify(options[path]) ?? 'undefined'} is not valid`, expected });
  };
  check('runs', runs === undefined || isWhole(runs, MOST_RUNS), `a whole number from 1 to ${MOST_RUNS}`);
  check('workers', workers === undefined || isWhole(workers, MOST_WORKERS), `a whole number from 1 to ${MOST_WORKERS}`);
  check(
    'scale',
    scale === undefined || (typeof scale === 'number' && scale > 0 && scale <= 100),
    'a number above 0 and at most 100',
  );
  check(
    'seed',
    seed === undefined || seedSchema.safeParse(seed).success,
    'the digits of a whole number of up to 64 bits',
  );
  check('engine', engine === undefined || ['agents', 'cohorts'].includes(engine), 'agents or cohorts');
  check('set', set === undefined || (Array.isArray(set) && set.every(isText)), 'a list of "path=value"');
  check('sweep', sweep === undefined || isText(sweep), '"path=from..to:points" or "path=a,b,c"');
  check('compareWith', compareWith === undefined || isText(compareWith), 'the file or the name of one scenario');
  check(
    'sensitivity',
    sensitivity === undefined || typeof sensitivity === 'boolean' || isShare(sensitivity),
    'a share above 0 and below 1 such as 0.2, or true',
  );
  check(
    'window',
    window === undefined || isWindow(window),
    'fromMs and untilMs, both whole ms from 0 on, and fromMs below untilMs',
  );
  if (problems.length > 0) throw new FlashcrowdError('BAD_USAGE', 'the options of the plan are not valid', problems);
}

/** The window, or all of the event. Throws FlashcrowdError BAD_USAGE when it does not lie in the event. */
export function windowIn(durationMs: number, window: PlanWindow | undefined): PlanWindow {
  if (window === undefined) return { fromMs: 0, untilMs: durationMs };
  const { fromMs, untilMs } = window;
  if (isWindow(window) && untilMs <= durationMs) return { fromMs, untilMs };
  throw new FlashcrowdError('BAD_USAGE', 'the window does not lie in the event', [
    { path: 'window', message: `from ${fromMs} ms to ${untilMs} ms`, expected: `within 0 to ${durationMs} ms` },
  ]);
}

function isWindow(window: PlanWindow): boolean {
  const { fromMs, untilMs } = window ?? {};
  return Number.isInteger(fromMs) && Number.isInteger(untilMs) && fromMs >= 0 && fromMs < untilMs;
}

function unknownOption(key: string): Problem {
  return {
    path: key,
    message: 'no such option',
    expected: `one of ${Object.keys(NAMES).join(', ')}`,
    hint: ELSEWHERE[key] ?? didYouMean(key, Object.keys(NAMES)),
  };
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value < 1;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}
