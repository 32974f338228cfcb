import { Command, InvalidArgumentError, Option } from 'commander';
import { parseShare } from '../sim/scenario/units.ts';
import { wholeNumber } from './options.ts';
import type { PlanCommandOptions } from './plan/command-options.ts';
import { collectSet, scaleFactor, seedText } from './scenario-options.ts';

const HELP = `
Figures are the median of the runs, with the band that nine runs in ten lie in. The same seed gives the same plan.
Writes plan.json, report.html and run.log to its folder, also when it is stopped before its end (exit code 105).

Examples:
  $ flashcrowd plan scenarios/creator-drop.ts --runs 50
  $ flashcrowd plan creator-drop --set show.2.units=400 --runs 50
  $ flashcrowd plan small-seller --sweep products.scarf.stock=2..20:4 --runs 50
  $ flashcrowd plan small-seller --compare creator-drop --runs 20
  $ flashcrowd plan small-seller --sensitivity --runs 20`;

export function planCommand(): Command {
  return new Command('plan')
    .description('plan an event without a network: what to expect, how surely, and what it takes')
    .argument('[scenario]', 'a file (.ts, .js, .yaml, .json), or the name of a shipped scenario')
    .option('--runs <n>', 'Monte Carlo runs, 1 to 10000', wholeNumber(1, 10_000), 200)
    .addOption(
      new Option('--engine <name>', 'play each viewer, or counts of viewers; default: by size').choices([
        'agents',
        'cohorts',
      ]),
    )
    .option('--seed <number>', 'another seed than that of the scenario', seedText)
    .option('--scale <factor>', 'shrink audience, stock and backend together', scaleFactor, 1)
    .option('--set <path=value>', 'change the scenario first; may be given again', collectSet, [])
    .option('--sweep <path=from..to:points>', 'plan for each of these values, or path=a,b,c', oneSweep)
    .option('--compare <scenario...>', 'plan another scenario beside it, with the same random numbers')
    .option(
      '--sensitivity [share]',
      'rank the assumptions: each is lowered and raised by this share (default: 20%)',
      share,
    )
    .option('--workers <n>', 'processes that play the runs; default: as many as there are cores', wholeNumber(1, 256))
    .option('--out <dir>', 'folder for the results; default: results/<time>-plan-<scenario>')
    .option('--quiet', 'no progress and no summary, only where the results are')
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText('after', HELP)
    .action(async (scenario: string | undefined, options: PlanCommandOptions) => {
      // Loaded here, so that the other commands start without the engine in memory.
      const { makeAndShow } = await import('./plan/make.ts');
      await makeAndShow(scenario, options);
    });
}

/** A plan answers one question of this kind: a second one must not replace the first unnoticed. */
function oneSweep(text: string, before: string | undefined): string {
  if (before === undefined) return text;
  throw new InvalidArgumentError(`One sweep at a time: ${before} is asked for already. Make a plan for each.`);
}

function share(text: string): number {
  const parsed = parseShare(/%/.test(text) ? text : Number(text));
  if (parsed.ok && parsed.value > 0 && parsed.value < 1) return parsed.value;
  throw new InvalidArgumentError('Expected a share above 0 and below 100 %, such as 20% or 0.2.');
}
