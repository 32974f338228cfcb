import { Command, Option } from 'commander';
import { k6ManifestsCommand } from './k6/manifests.ts';
import { addEventOptions, type EventOptions } from './k6/options.ts';
import type { CoordinateOptions } from './k6/coordinate.ts';
import type { K6RunOptions } from './k6/run.ts';
import { wholeNumber } from './options.ts';
import { addResultOptions } from './run/result-options.ts';
import { addAllowInvalid, addShopOptions } from './run/shop-options.ts';
import { duration } from './run/window-options.ts';

const HELP = `
One VU of k6 is a pod of viewers, over k6/websockets and k6/http. The metrics have the same names in k6 as here, and the thresholds
of the scenario are k6 thresholds, so its outputs work as usual. docs/scaling.md says when a fleet is worth it.

Examples:
  $ flashcrowd k6 run small-seller --for 20s
  $ flashcrowd k6 run my-drop.yaml --target targets/my-shop.yaml --from 9m45s --for 45s --instances 3
  $ flashcrowd k6 build my-drop.yaml --target targets/my-shop.yaml -o dist && k6 run dist/script.js
  $ flashcrowd k6 manifests dist --parallelism 40 --image grafana/k6:2.1.0 -o fleet.yaml`;

export function k6Command(): Command {
  return new Command('k6')
    .description('play an event with k6: on this machine, or as a fleet on Kubernetes')
    .addCommand(buildCommand())
    .addCommand(runCommand())
    .addCommand(coordinateCommand())
    .addCommand(k6ManifestsCommand())
    .addHelpText('after', HELP);
}

function buildCommand(): Command {
  const command = new Command('build').description(
    'write a k6 script and its data: `k6 run <folder>/script.js` plays it',
  );
  return addEventOptions(command)
    .requiredOption('-o, --out <dir>', 'folder to write to')
    .addHelpText('after', BUILD_HELP)
    .action(async (scenario: string, options: EventOptions & { readonly out: string }) => {
      const { buildK6 } = await import('./k6/build.ts');
      await buildK6(scenario, options);
    });
}

const BUILD_HELP = `
Secrets that the environment says are not written: the environment of k6 says them again (\`k6 run -e SHOP_TOKEN=...\`).
Played alone, k6 shows its own figures and judges its thresholds; the first VU is the show's host, and needs FLASHCROWD_ADMIN_TOKEN
for a bundled shop. With a coordinator (\`k6 run\`, \`k6 coordinate\`) there is the usual report, with the ledger.

Example:
  $ flashcrowd k6 build small-seller --for 20s --target http://127.0.0.1:8080 -o dist
  $ FLASHCROWD_ADMIN_TOKEN=... k6 run dist/script.js`;

function runCommand(): Command {
  const command = new Command('run').description(
    'build the script, start k6 on this machine, and report as `flashcrowd run` does',
  );
  addEventOptions(command)
    .argument('[k6 arguments...]', 'behind `--`: for `k6 run`, such as `-- --out web-dashboard`')
    .option('--instances <n>', 'k6 processes, each with its part of the VUs', wholeNumber(1, 256), 1)
    .option('--k6 <path>', 'the k6 to use; default: the one built here, then that of the PATH');
  return addResultOptions(addShopOptions(command))
    .addHelpText('after', RUN_HELP)
    .action(async (scenario: string, k6Args: string[], options: K6RunOptions) => {
      const { runK6 } = await import('./k6/run.ts');
      await runK6(scenario, options, k6Args);
    });
}

const RUN_HELP = `
Exit codes are those of \`flashcrowd run\`. What each k6 says is in k6-1.log and so on, beside the report.

Examples:
  $ flashcrowd k6 run small-seller --for 20s
  $ flashcrowd k6 run small-seller --for 20s --instances 3 -- --out web-dashboard`;

function coordinateCommand(): Command {
  const command = new Command('coordinate')
    .description('lead k6 processes that run elsewhere: prepare the show, give the cues, gather, report')
    .argument('<folder>', 'what `flashcrowd k6 build` wrote; all of them have the same')
    .option('--listen <host:port>', 'where they report', '127.0.0.1:6460')
    .addOption(
      new Option('--start-within <time>', 'all VUs must have called by then')
        .argParser(duration)
        .default(15 * 60_000, '15m'),
    )
    .option('--public', 'anybody who reaches that address may report: without a token');
  return addResultOptions(addAllowInvalid(command))
    .addHelpText('after', COORDINATE_HELP)
    .action(async (folder: string, options: CoordinateOptions) => {
      const { coordinate } = await import('./k6/coordinate.ts');
      await coordinate(folder, options);
    });
}

const COORDINATE_HELP = `
The token is taken from FLASHCROWD_COORDINATOR_TOKEN, here and in the environment of each k6; k6 is told of the coordinator by
FLASHCROWD_COORDINATOR. The window begins when all VUs have connected their viewers.

Example:
  $ FLASHCROWD_COORDINATOR_TOKEN=... flashcrowd k6 coordinate dist --listen 0.0.0.0:6460
  $ FLASHCROWD_COORDINATOR_TOKEN=... FLASHCROWD_COORDINATOR=http://lead:6460 k6 run dist/script.js`;
