import { Command } from 'commander';
import { FlashcrowdError } from '../../sim/errors.ts';
import { checkFleet, fleetManifest, type FleetOptions } from '../../sim/manifests/fleet.ts';
import { addPlaceOptions, type PlaceOptions } from '../manifests/place-options.ts';
import { writeManifest } from '../manifests/write.ts';
import { wholeNumber } from '../options.ts';
import { packageVersion } from '../version.ts';
import { readDist } from './dist.ts';

interface K6ManifestsOptions extends PlaceOptions {
  readonly parallelism: number;
  readonly image: string;
  readonly coordinatorImage: string;
  readonly name?: string;
  readonly output?: string;
}

const HELP = `
The k6-operator has to be installed in the cluster. The script goes into a ConfigMap when it fits (1 MiB) and no secrets stand in event.json,
else to a volume; the commands stand at the top of the manifest. What the environment said is taken from a Secret of the cluster.

Examples:
  $ flashcrowd k6 manifests dist --parallelism 40 --image grafana/k6:2.1.0 -o fleet.yaml
  $ flashcrowd k6 manifests dist --parallelism 40 --image grafana/k6:2.1.0 --namespace load --secret-env SHOP_KEY > fleet.yaml`;

export function k6ManifestsCommand(): Command {
  const command = new Command('manifests')
    .description('write what starts a built event as a k6 fleet: a TestRun of k6-operator and its coordinator')
    .argument('<folder>', 'what `flashcrowd k6 build` wrote')
    .requiredOption('--parallelism <n>', 'k6 runners', wholeNumber(1, 10_000))
    .option('--image <image>', 'of k6', 'grafana/k6:2.1.0')
    .option(
      '--coordinator-image <image>',
      'of flashcrowd; docs/scaling.md has a Dockerfile',
      `flashcrowd:${packageVersion()}`,
    )
    .option('--name <name>', 'of all objects; default: that of the scenario')
    .option('-o, --output <file>', 'file to write; default: standard output');
  return addPlaceOptions(command).addHelpText('after', HELP).action(makeFleet);
}

/** Throws FlashcrowdError BAD_USAGE with all problems at once. */
async function makeFleet(folder: string, options: K6ManifestsOptions): Promise<void> {
  const { files, name, secretNames, fleet } = await readDist(folder, options.secretEnv, process.env);
  const { output, ...rest } = options;
  const fleetOptions: FleetOptions = {
    ...rest,
    ...fleet,
    name: options.name ?? name ?? 'flashcrowd',
    files,
    folder,
    manifestFile: output ?? 'fleet.yaml',
    secretNames,
  };
  const problems = checkFleet(fleetOptions);
  if (problems.length > 0) throw new FlashcrowdError('BAD_USAGE', 'such a manifest would not work', problems);
  await writeManifest(fleetManifest(fleetOptions), output);
}
