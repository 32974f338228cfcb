import { createProgress } from '../../reports/index.ts';
import { EXIT, FlashcrowdError } from '../../sim/errors.ts';
import type { RunResult } from '../../sim/result.ts';
import type { RunOptions } from '../../sim/run/options.ts';
import { runScenario } from '../../sim/run/run.ts';
import { maskTexts } from '../../sim/targets/config/secrets.ts';
import { packageVersion } from '../version.ts';
import { defaultFolder, openHistoryFolder, openResultsFolder } from './folder.ts';
import { catchInterrupt } from './interrupt.ts';
import { reserveDisk } from './reserve.ts';
import { save, show } from './results.ts';
import { playShard, shardWords } from './shard.ts';

/** What whoever prepares a run is given. */
export interface Around {
  /** For results. */
  readonly dir: string;
  readonly stop: AbortSignal;
  /** A line for whoever watches. */
  tell(line: string): void;
}

/** What `conduct` itself knows of a run. */
type Given =
  | 'historyFolder'
  | 'version'
  | 'stop'
  | 'stopNow'
  | 'log'
  | 'onProgress'
  | 'onNote'
  | 'onPlayed'
  | 'allowInvalid';

export interface Prepared {
  readonly run: Omit<RunOptions, Given>;
  /** Ends what was started for the run. */
  close(): Promise<void>;
}

export interface Conducted {
  /** Of the scenario. */
  readonly name: string;
  readonly out?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly allowInvalid?: boolean;
  /** Keeps secrets out of all that is written and printed. */
  mask(text: string): string;
  prepare(around: Around): Promise<Prepared>;
}

/** Plays a run, shows how it goes, writes the results, and sets the exit code of the process. */
export async function conduct(conducted: Conducted): Promise<void> {
  const { name, mask, json, quiet, allowInvalid } = conducted;
  const folder = await openResultsFolder(conducted.out ?? defaultFolder(name, new Date()), mask);
  // Standard output is for the one thing that was asked for.
  const stream = json || quiet ? process.stderr : process.stdout;
  const progress = createProgress({ stream, isTTY: stream.isTTY === true, quiet: quiet === true, columns: 80 });
  const interrupt = catchInterrupt((line) => progress.note(line));
  const freeReserve = reserveDisk(folder.dir);
  let prepared: Prepared | null = null;
  let result: RunResult | null = null;
  try {
    const tell = (line: string): void => progress.note(line);
    prepared = await conducted.prepare({ dir: folder.dir, stop: interrupt.stop, tell });
    const options: RunOptions = {
      ...prepared.run,
      historyFolder: await openHistoryFolder(folder),
      allowInvalid: allowInvalid === true,
      version: packageVersion(),
      stop: interrupt.stop,
      stopNow: interrupt.stopNow,
      log: folder.log,
      onProgress: (snapshot) => progress.update(snapshot),
      onNote: (line) => progress.note(mask(line), 'error'),
      onPlayed: freeReserve,
    };
    if (options.shard !== undefined) {
      const outcome = maskTexts(await playShard(options, options.shard), mask);
      progress.done();
      process.exitCode = outcome.exitCode;
      process.stdout.write(json ? `${JSON.stringify(outcome)}\n` : shardWords(outcome, folder.dir));
      return;
    }
    const played = await runScenario(options);
    const shown = maskTexts(played, mask);
    result = shown;
    progress.done();
    process.exitCode = shown.verdict.exitCode;
    show(shown, await save(shown, folder), conducted);
  } catch (thrown) {
    progress.done();
    const error = maskedError(thrown, mask);
    folder.log.error({ error: (error as Error).message }, result ? 'the end went wrong' : 'the run did not begin');
    // Stopped before it began: there is nothing to write, and nothing to complain about.
    if (result || !interrupt.stop.aborted) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    freeReserve();
    interrupt.release();
    await prepared?.close();
    folder.close();
  }
}

/** With its cause, but for its words: those of problems can quote a backend, too. */
function maskedError(thrown: unknown, mask: (text: string) => string): unknown {
  if (thrown instanceof FlashcrowdError) {
    const { code, message, problems, cause } = thrown;
    return new FlashcrowdError(code, mask(message), maskTexts(problems, mask), { cause });
  }
  if (thrown instanceof Error) {
    thrown.stack = mask(thrown.stack ?? '');
    thrown.message = mask(thrown.message);
  }
  return thrown;
}
