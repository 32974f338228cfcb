import { styleText } from 'node:util';
import { EXIT, FlashcrowdError, type ExitCode, type Problem } from '../sim/errors.ts';

export interface FailOptions {
  /** Headline in red; only for terminals. */
  readonly color: boolean;
  /** Adds the stack of an unexpected error (FLASHCROWD_DEBUG=1). */
  readonly debug: boolean;
}

/**
 * Prints an error for the person at the terminal, on standard error, and returns the exit code it leads to.
 * A `FlashcrowdError` is the user's to mend: headline, every problem, hint, never a stack. Anything else is our bug.
 */
export function fail(error: unknown): ExitCode {
  const color = process.stderr.isTTY === true && !process.env.NO_COLOR;
  const debug = process.env.FLASHCROWD_DEBUG === '1';
  process.stderr.write(formatError(error, { color, debug }));
  return error instanceof FlashcrowdError ? error.exitCode : EXIT.internal;
}

/** The text that `fail` prints, ending in a newline. */
export function formatError(error: unknown, options: FailOptions): string {
  return error instanceof FlashcrowdError ? formatKnown(error, options) : formatBug(error, options);
}

function formatKnown(error: FlashcrowdError, options: FailOptions): string {
  const lines = [headline(error.message, options), ...error.problems.map((problem) => `  ${formatProblem(problem)}`)];
  return `${lines.join('\n')}\n${error.hint} [${error.code}]\n`;
}

/** `file:line:col  path: message, expected ..., did you mean ...`; what is not known is left out. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const said = [problem.message];
  if (problem.expected) said.push(`expected ${problem.expected}`);
  if (problem.hint) said.push(problem.hint);
  const what = problem.path ? `${problem.path}: ${said.join(', ')}` : said.join(', ');
  // Messages of parsers span lines (code frames): keep them under their problem.
  return (place ? `${place}  ${what}` : what).replaceAll('\n', '\n    ');
}

function formatBug(error: unknown, options: FailOptions): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = [headline(`this is a bug in flashcrowd: ${message}`, options)];
  if (options.debug && error instanceof Error && error.stack) lines.push(error.stack);
  else lines.push('Please report it with what FLASHCROWD_DEBUG=1 prints.');
  return `${lines.join('\n')}\n`;
}

function headline(message: string, { color }: FailOptions): string {
  const text = `flashcrowd: ${message}`;
  // `fail` has looked at the stream already; Node must not look again.
  return color ? styleText(['red', 'bold'], text, { validateStream: false }) : text;
}
