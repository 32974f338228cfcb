import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { minorDigits } from '../../sim/money.ts';
import { FlashcrowdError, type ExitCode } from '../../sim/errors.ts';
import type { CheckResult, IncidentResult } from '../../sim/ledger/check.ts';
import { HISTORY_FOLDER } from '../../sim/ledger/events.ts';
import type { History } from '../../sim/ledger/history.ts';
import { readHistory } from '../../sim/run/history/read.ts';
import { checkAgainst } from '../../sim/run/ledger.ts';
import { readBooks } from './books.ts';
import type { AuditCommandOptions } from './command-options.ts';
import { readMapping } from './mapping.ts';
import { booksOfRun } from './of-run.ts';
import { ownershipNotes } from './ownership.ts';
import { ReadingProgress } from './progress.ts';
import { renderAudit } from './show.ts';
import { exitCodeOf, requireChecks, withRemedies } from './verdict.ts';

/** What an audit found; `--json` and `--out` write it. */
export interface AuditResult {
  readonly invariants: readonly CheckResult[];
  readonly incidents: readonly IncidentResult[];
  readonly notes: readonly string[];
}

/** Checks the run in this results folder against an export, shows what it found, and sets the exit code of the process. */
export async function auditAndShow(results: string, options: AuditCommandOptions): Promise<void> {
  const { exitCode, result, history } = await audit(results, options);
  if (options.out !== undefined) await writeResult(options.out, result);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const width = process.stdout.columns ?? 100;
    process.stdout.write(renderAudit(result, { exitCode, history, color, width }));
  }
  process.exitCode = exitCode;
}

export interface Audited {
  readonly result: AuditResult;
  readonly history: History;
  readonly exitCode: ExitCode;
}

/** Checks the run in this results folder. Throws FlashcrowdError: BAD_USAGE, HISTORY_UNREADABLE, BOOKS_INVALID. */
export async function audit(results: string, options: AuditCommandOptions): Promise<Audited> {
  requireChecks(options.waive);
  const mapping = await readMapping(options.map, options.mapFile, options.status);
  const { history, problems } = await readHistory(path.join(results, HISTORY_FOLDER));
  const progress = new ReadingProgress(
    (line) => void process.stderr.write(`${line}\n`),
    () => performance.now(),
  );
  const read = await readBooks(options, {
    mapping,
    majorDigits: options.money === 'major' ? minorDigits(history.show.currency) : null,
    exclusive: options.exclusive === true,
    exportedAtEpochMs: options.exportedAt ?? null,
    onProgress: (file, bytesRead, bytes) => progress.update(file, bytesRead, bytes),
  });
  const { books, notes } = booksOfRun(history, read.books);
  const found = checkAgainst(history, books);
  // No export makes up for what the run did not write down of itself.
  const invariants = found.blind === null ? withRemedies(found.invariants, history, books) : found.invariants;
  const result: AuditResult = {
    invariants,
    incidents: found.incidents,
    notes: [
      ...historyNotes(history, problems),
      ...read.notes,
      ...notes,
      ...ownershipNotes(history, books),
      ...waivedNotes(invariants, options.waive),
    ],
  };
  return { result, history, exitCode: exitCodeOf(invariants, options.waive) };
}

function historyNotes({ gaps }: History, problems: readonly string[]): string[] {
  const partial = gaps.map(({ shard, shards, fromMs, why }) => {
    const whose = shard < 0 ? 'of the coordinator' : `of worker ${shard} of ${shards}`;
    return `The history is partial: that ${whose} ends at ${Math.round(fromMs) / 1000} s (${why}).`;
  });
  return [...partial, ...problems.map((problem) => `The history: ${problem}.`)];
}

function waivedNotes(invariants: readonly CheckResult[], waived: readonly string[]): string[] {
  const accepted = invariants.filter(({ id, status }) => status === 'unknown' && waived.includes(id));
  return accepted.map(({ id }) => `${id} is unknown, and that is accepted (--waive).`);
}

async function writeResult(file: string, result: AuditResult): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  } catch (error) {
    throw new FlashcrowdError('OUTPUT_NOT_WRITABLE', `cannot write ${file}: ${(error as Error).message}`, [], {
      cause: error,
    });
  }
}
