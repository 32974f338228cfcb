import { cpus } from 'node:os';
import { Command, Option } from 'commander';
import { wholeNumber } from './options.ts';
import type { RunCommandOptions } from './run/command-options.ts';
import { addressList, probeShare } from './run/receiving-options.ts';
import { addResultOptions } from './run/result-options.ts';
import { addShardOptions } from './run/shard-options.ts';
import { addShopOptions } from './run/shop-options.ts';
import { addTargetOptions, collect } from './run/target-options.ts';
import { addWindowOptions } from './run/window-options.ts';

const HELP = `
The run writes result.json, report.html and run.log to its folder, also when it is stopped before its end.
Exit codes: 0 passed, 99 a threshold failed, 104 invalid configuration, 105 stopped, 107 the scenario threw,
120 an invariant was violated, 121 the generator could not keep up, 122 the target could not be reached.
A shard judges nothing but itself (0, 104, 105, 107, 121, 122): it writes recording.ndjson for \`flashcrowd merge\` instead of a result.

Examples:
  $ flashcrowd run scenarios/creator-drop.ts --from 14m40s --for 45s --scale 0.25
  $ flashcrowd run small-seller --for 20s --set products.scarf.stock=5 --out results/gate --quiet
  $ FLASHCROWD_ADMIN_TOKEN=... flashcrowd run creator-drop --target http://127.0.0.1:8080 --from 15m --for 1m --scale 0.1
  $ flashcrowd run my-drop.yaml --target targets/my-shop.yaml --from 9m45s --for 45s
  $ flashcrowd run my-drop.yaml --target targets/my-shop.yaml --shard 3/40 --start-at 2026-11-27T20:00:00+08:00 --out shard-3`;

export function runCommand(): Command {
  const command = new Command('run')
    .description('play an event, or a window of it, over real sockets against a backend')
    .argument('<scenario>', 'a file (.ts, .js, .yaml, .json), or the name of a shipped scenario')
    .option(
      '--target <spec>',
      'a target file (.yaml, .json, .ts); an adapter and its URL, such as vendure=http://127.0.0.1:3000; the URL of a bundled shop that runs; or `stub`: the bundled shop, started for this run. Given twice: chat from one, shop from the other (default: what the scenario says, else `stub`)',
      collect,
      [],
    );
  addShardOptions(addWindowOptions(addTargetOptions(command)))
    .addOption(
      new Option('--workers <n>', 'processes that hold the viewers')
        .argParser(wholeNumber(1, 256))
        .default(Math.max(1, cpus().length - 1), 'one less than there are cores'),
    )
    .option(
      '--probes <share>',
      'viewers whose lag is measured on arrival; the others are read in batches',
      probeShare,
      1,
    )
    .option('--local-addresses <list>', 'connect from these addresses of this machine, in turn', addressList, []);
  return addResultOptions(addShopOptions(command))
    .addHelpText('after', HELP)
    .action(async (scenario: string, options: RunCommandOptions) => {
      // Loaded here, so that the other commands start without the engine in memory.
      const { play } = await import('./run/play.ts');
      await play(scenario, options);
    });
}
