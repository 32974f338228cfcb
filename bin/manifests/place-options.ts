import { Option, type Command } from 'commander';
import { collect } from '../run/target-options.ts';

/** Where a manifest is to be applied, and with what. */
export interface PlaceOptions {
  readonly namespace?: string;
  readonly secretEnv: readonly string[];
  readonly storage?: string;
  readonly storageClass?: string;
}

export function addPlaceOptions(command: Command): Command {
  return command
    .option('--namespace <namespace>', 'of the cluster; default: that of whoever applies it')
    .addOption(
      new Option(
        '--secret-env <variable>',
        'a variable that the target takes a secret from; only its name is written. FLASHCROWD_ADMIN_TOKEN is one already; may be given again',
      )
        .argParser(collect)
        .default([]),
    )
    .option('--storage <size>', 'of the volume of the results, such as 50Gi; default: by the size of the crowd')
    .option('--storage-class <name>', 'of the volumes; default: that of the cluster');
}
