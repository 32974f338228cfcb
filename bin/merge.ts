import { Command } from 'commander';
import type { MergeCommandOptions } from './merge/merge.ts';

const HELP = `
Reads recording.ndjson and the history of each shard, and writes result.json, report.html and the history of all to a folder of its own.
A shard that is missing, or ended before its time, makes the result partial: it never passes.
Exit codes are those of \`flashcrowd run\`: 0 passed, 99 a threshold failed, 104 the recordings do not belong together, 105 stopped,
120 an invariant was violated, 121 the generator could not keep up or a shard is missing, 122 the target could not be reached.

Examples:
  $ flashcrowd merge results/shard-*/ --out results/event
  $ flashcrowd merge shard-1 shard-2 shard-3 --no-plan --quiet`;

export function mergeCommand(): Command {
  return new Command('merge')
    .description('make one result of the shards of a run')
    .argument('<shards...>', 'the results folders of `flashcrowd run --shard`')
    .option('--out <dir>', 'folder for the results; default: results/<time>-<scenario>')
    .option('--no-plan', 'do not play the window in the model world, to compare')
    .option('--quiet', 'no summary, only the verdict')
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText('after', HELP)
    .action(async (folders: string[], options: MergeCommandOptions) => {
      // Loaded here, so that the other commands start without the engine in memory.
      const { merge } = await import('./merge/merge.ts');
      await merge(folders, options);
    });
}
