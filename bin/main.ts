import { CommanderError } from 'commander';
import { EXIT, FlashcrowdError } from '../sim/errors.ts';
import { fail } from './fail.ts';
import { createProgram } from './program.ts';

/**
 * Runs the command line and returns the exit code. Commands end by returning (0, or the `process.exitCode` that they
 * set: a verdict is not an error) or by throwing.
 *
 * @param argv as in `process.argv`: the first two entries are passed over
 */
export async function main(argv: readonly string[]): Promise<number> {
  keepRunningWithoutReader(process.stdout);
  keepRunningWithoutReader(process.stderr);
  process.on('uncaughtException', (error) => process.exit(fail(error)));
  try {
    await createProgram().parseAsync([...argv]);
    return Number(process.exitCode ?? EXIT.passed);
  } catch (error) {
    return failOrHelp(error);
  }
}

/** `flashcrowd ... | head`: what nobody reads is lost without a word, but the verdict still becomes the exit code. */
function keepRunningWithoutReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

function failOrHelp(error: unknown): number {
  if (!(error instanceof CommanderError)) return fail(error);
  if (error.exitCode === 0) return EXIT.passed;
  // No command at all: commander has printed the help already.
  if (error.code === 'commander.help') return EXIT.invalidConfig;
  return fail(new FlashcrowdError('BAD_USAGE', error.message.replace(/^error: /, '').replaceAll('\n', ' ')));
}
