import type { Command } from 'commander';

/** Where the outcome of a run goes, and how much is shown of it. */
export interface ResultOptions {
  readonly out?: string;
  /** False with `--no-plan`. */
  readonly plan: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

export function addResultOptions(command: Command): Command {
  return command
    .option('--out <dir>', 'folder for the results; default: results/<time>-<scenario>')
    .option('--no-plan', 'do not play the window in the model world first, to compare')
    .option('--quiet', 'no progress and no summary, only the verdict')
    .option('--json', 'print the result as JSON on standard output');
}
