import { Command } from 'commander';
import { compileScenario } from '../sim/scenario/compile.ts';
import { expectedFigures, explainScenario } from '../sim/scenario/explain.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { collectSet, scaleFactor, seedText } from './scenario-options.ts';

interface ExplainOptions {
  readonly set: readonly string[];
  readonly scale: number;
  readonly seed?: string;
  readonly json?: boolean;
}

const HELP = `
Every figure carries a tag that says how certain it is; the tags are explained at the end of the text.

Examples:
  $ flashcrowd explain creator-drop
  $ flashcrowd explain scenarios/creator-drop.ts --scale 0.25 --set show.2.units=100`;

export function explainCommand(): Command {
  return new Command('explain')
    .description('say what a scenario means, in words and numbers')
    .argument('<scenario>', 'a file (.ts, .js, .yaml, .json), or the name of a shipped scenario')
    .option('--scale <factor>', 'shrink audience and stock together', scaleFactor, 1)
    .option('--seed <number>', 'another seed than that of the scenario', seedText)
    .option('--set <path=value>', 'change the scenario first; may be given again', collectSet, [])
    .option('--json', 'print the scenario with all defaults, and what is expected of it, as JSON')
    .addHelpText('after', HELP)
    .action(explain);
}

async function explain(written: string, { set, scale, seed, json }: ExplainOptions): Promise<void> {
  const { scenario } = await loadScenario(written, { set });
  const compiled = compileScenario(scenario, { scale, seed });
  const text = json
    ? `${JSON.stringify({ scenario, expected: expectedFigures(compiled) }, null, 2)}\n`
    : explainScenario(scenario, compiled);
  process.stdout.write(text);
}
