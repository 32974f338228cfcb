import path from 'node:path';
import { FlashcrowdError } from '../../sim/errors.ts';
import { planWindow } from '../../sim/plan/planned-window.ts';
import { mergeShards, openRecordings } from '../../sim/run/shards/merge.ts';
import { save, show } from '../run/results.ts';
import { defaultFolder, openHistoryFolder, openResultsFolder } from '../run/folder.ts';
import { warmStartOf, withoutOutages } from '../run/model.ts';
import { packageVersion } from '../version.ts';

/** The options of `flashcrowd merge`, as commander hands them over. */
export interface MergeCommandOptions {
  readonly out?: string;
  /** False with `--no-plan`. */
  readonly plan: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Makes one result of the recordings in these folders, writes and shows it, and sets the exit code of the process. */
export async function merge(folders: readonly string[], options: MergeCommandOptions): Promise<void> {
  refuseOwnFolder(folders, options.out);
  const readers = await openRecordings(folders);
  const [{ header }] = readers;
  const folder = await openResultsFolder(options.out ?? defaultFolder(header.scenario.name, new Date()));
  try {
    const result = await mergeShards(readers, {
      historyFolder: await openHistoryFolder(folder),
      version: packageVersion(),
      warmStart: warmStartOf,
      planWindow: async (event, { fromMs, forMs }) =>
        options.plan
          ? planWindow(withoutOutages(event), { fromMs, untilMs: fromMs + forMs }, new AbortController().signal)
          : null,
    });
    folder.log.info({ shards: folders, verdict: result.verdict }, 'merged');
    process.exitCode = result.verdict.exitCode;
    show(result, await save(result, folder), options);
  } finally {
    for (const reader of readers) await reader.close();
    folder.close();
  }
}

/** Results take the place of what lies in their folder. */
function refuseOwnFolder(folders: readonly string[], out: string | undefined): void {
  const own = folders.find((folder) => out !== undefined && path.resolve(folder) === path.resolve(out));
  if (own === undefined) return;
  throw new FlashcrowdError('BAD_USAGE', 'The result of all would take the place of a recording.', [
    { path: '--out', message: `${own} is the folder of a shard`, expected: 'another folder' },
  ]);
}
