import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { destination, pino, type Logger } from 'pino';
import { FlashcrowdError } from '../../sim/errors.ts';

export interface ResultsFolder {
  /** As given, or relative to the working directory. */
  readonly dir: string;
  readonly logFile: string;
  readonly log: Logger;
  /** Writes out what the log still holds. */
  close(): void;
}

/**
 * Makes the folder of a run and starts its log, before the run: that it cannot be written must not turn out afterwards.
 *
 * @throws FlashcrowdError OUTPUT_NOT_WRITABLE
 */
export async function openResultsFolder(dir: string): Promise<ResultsFolder> {
  const logFile = path.join(dir, 'run.log');
  try {
    await mkdir(dir, { recursive: true });
    const file = destination({ dest: logFile, sync: true, append: false });
    return { dir, logFile, log: pino({ base: null }, file), close: () => file.end() };
  } catch (error) {
    throw new FlashcrowdError('OUTPUT_NOT_WRITABLE', `cannot write to ${dir}: ${(error as Error).message}`, [], {
      cause: error,
    });
  }
}

/** `results/2026-11-27T20-00-00-creator-drop`, local time. */
export function defaultFolder(name: string, now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return path.join('results', `${local.toISOString().slice(0, 19).replaceAll(':', '-')}-${name}`);
}
