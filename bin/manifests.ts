import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../sim/scenario/units.ts';
import type { ManifestsOptions } from './manifests/command-options.ts';
import { addPlaceOptions } from './manifests/place-options.ts';
import { wholeNumber } from './options.ts';
import { collect } from './run/target-options.ts';
import { collectSet, scaleFactor, seedText } from './scenario-options.ts';

const HELP = `
Each shard is a run of the same event with its share of the crowd; \`flashcrowd merge\` makes one result of them.
Scenario and target file are named as they lie in the image, or in the repository that the workflow checks out. Without --start-at, the
Kubernetes job waits until somebody says when, and the workflow begins some ten minutes after it was started.

Examples:
  $ flashcrowd manifests creator-drop --shards 40 --image registry.example.com/flashcrowd:1 --target targets/my-shop.yaml -o deploy
  $ flashcrowd manifests my-drop.yaml --shards 8 --image flashcrowd:1 --target my-shop.yaml --kind github > .github/workflows/drop.yml`;

export function manifestsCommand(): Command {
  const command = new Command('manifests')
    .description('write what starts an event in shards: a Kubernetes job, a GitHub workflow')
    .argument('<scenario>', 'a file (.ts, .js, .yaml, .json), or the name of a shipped scenario')
    .requiredOption('--shards <n>', 'parts of the crowd, each a run of its own', wholeNumber(1, 10_000))
    .requiredOption('--image <image>', 'of flashcrowd; docs/scaling.md has a Dockerfile')
    .option('--start-at <time>', 'when the event begins, with a zone: 2026-11-27T20:00:00+08:00')
    .addOption(new Option('--kind <kind>', 'one of the two; default: both, with -o').choices(['kubernetes', 'github']))
    .option('--name <name>', 'of all objects; default: that of the scenario')
    .option('--target <spec>', 'passed on to `run`; may be given twice', collect, [])
    .option('--i-own-this-target <host>', 'passed on to `run`; may be given again', collect, [])
    .option('--from <time>', 'passed on to `run`', written(duration))
    .option('--for <time>', 'passed on to `run`', written(duration))
    .option('--scale <factor>', 'passed on to `run`', written(scaleFactor))
    .option('--seed <number>', 'passed on to `run`', seedText)
    .option('--set <path=value>', 'passed on to `run`; may be given again', collectSet, [])
    .option('-o, --output <dir>', 'folder for the files; default: standard output, of one kind');
  return addPlaceOptions(command)
    .addHelpText('after', HELP)
    .action(async (scenario: string, options: ManifestsOptions) => {
      // Loaded here, so that the other commands start without the engine in memory.
      const { makeManifests } = await import('./manifests/make.ts');
      await makeManifests(scenario, options, Date.now());
    });
}

/** Checks a value as `run` would, and keeps it as it was typed: that is what is passed on. */
function written(check: (text: string) => unknown): (text: string) => string {
  return (text) => {
    check(text);
    return text;
  };
}

function duration(text: string): void {
  const parsed = parseDuration(/^0+$/.test(text) ? 0 : text);
  if (!parsed.ok) throw new InvalidArgumentError(`Expected ${parsed.expected}.`);
}
