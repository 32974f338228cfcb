import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { destination, pino, type Logger } from 'pino';
import { FlashcrowdError } from '../../sim/errors.ts';
import { HISTORY_FOLDER } from '../../sim/ledger/events.ts';
import { RECORDING_FILE } from '../../sim/run/shards/recording.ts';

const RESULT_FILES = ['result.json', 'report.html'];

export interface ResultsFolder {
  /** As given, or relative to the working directory. */
  readonly dir: string;
  readonly logFile: string;
  readonly log: Logger;
  /** Writes out what the log still holds. */
  close(): void;
}

/**
 * Makes the folder of a run and starts its log, before the run: that it cannot be written must not turn out afterwards. `mask`: takes
 * secrets out of a line of the log; without it, there are none.
 *
 * @throws FlashcrowdError OUTPUT_NOT_WRITABLE
 */
export async function openResultsFolder(
  dir: string,
  mask: (text: string) => string = (text) => text,
): Promise<ResultsFolder> {
  const logFile = path.join(dir, 'run.log');
  try {
    await makeFolders(path.resolve(dir));
    // That of a shard which was played there before.
    await rm(path.join(dir, RECORDING_FILE), { force: true });
    const file = destination({ dest: logFile, sync: true, append: false });
    // A full disk: the log keeps its lines and tries again with the next one. The run goes on.
    file.on('error', () => undefined);
    return {
      dir,
      logFile,
      log: pino({ base: null }, { write: (line: string) => file.write(mask(line)) }),
      close: () => file.end(),
    };
  } catch (error) {
    throw notWritable(dir, error as Error);
  }
}

/**
 * The folder of the history, in that of the results. What a run before left there, its results too, is not of this one, and goes.
 *
 * @throws FlashcrowdError OUTPUT_NOT_WRITABLE
 */
export async function openHistoryFolder({ dir }: ResultsFolder): Promise<string> {
  const folder = path.join(dir, HISTORY_FOLDER);
  try {
    await mkdir(folder, { recursive: true });
    const names = (await readdir(folder)).filter((name) => name.endsWith('.ndjson'));
    const old = [...names.map((name) => path.join(folder, name)), ...RESULT_FILES.map((name) => path.join(dir, name))];
    await Promise.all(old.map((file) => rm(file, { force: true })));
    return folder;
  } catch (error) {
    throw notWritable(folder, error as Error);
  }
}

function notWritable(dir: string, cause: Error): FlashcrowdError {
  return new FlashcrowdError('OUTPUT_NOT_WRITABLE', `cannot write to ${dir}: ${cause.message}`, [], { cause });
}

/** `results/2026-11-27T20-00-00-creator-drop`, local time. */
export function defaultFolder(name: string, now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return path.join('results', `${local.toISOString().slice(0, 19).replaceAll(':', '-')}-${name}`);
}

/** Folder by folder: below some special folders (/proc) Node's own recursive call never returns. */
async function makeFolders(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(dir)).isDirectory()) return;
    const above = path.dirname(dir);
    if (code !== 'ENOENT' || above === dir || (await exists(above))) throw error;
    await makeFolders(above);
    await mkdir(dir);
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
