import { Command } from 'commander';
import { FlashcrowdError } from '../sim/errors.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { collectSet } from './scenario-options.ts';

interface ValidateOptions {
  readonly set: readonly string[];
  readonly json?: boolean;
}

const HELP = `
Prints every problem at once, with its place and what was expected. Exits with 104 when there is one.

Examples:
  $ flashcrowd validate scenarios/creator-drop.ts
  $ flashcrowd validate small-seller --set products.scarf.stock=5 --json`;

export function validateCommand(): Command {
  return new Command('validate')
    .description('check a scenario without running it')
    .argument('<scenario>', 'a file (.ts, .js, .yaml, .json), or the name of a shipped scenario')
    .option('--set <path=value>', 'change the scenario first; may be given again', collectSet, [])
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', HELP)
    .action(validate);
}

async function validate(written: string, { set, json }: ValidateOptions): Promise<void> {
  try {
    const { scenario, hash } = await loadScenario(written, { set });
    const outcome = { ok: true, name: scenario.name, hash, problems: [] };
    process.stdout.write(json ? asJson(outcome) : `${written}: ${scenario.name} is a valid scenario.\n`);
  } catch (error) {
    if (!json || !(error instanceof FlashcrowdError)) throw error;
    const { code, message, problems, exitCode } = error;
    process.stdout.write(asJson({ ok: false, code, message, problems }));
    process.exitCode = exitCode;
  }
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
