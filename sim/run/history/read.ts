import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FlashcrowdError } from '../../errors.ts';
import {
  COORDINATOR,
  HISTORY_FORMAT,
  HISTORY_VERSION,
  type BeginEvent,
  type HistoryEvent,
} from '../../ledger/events.ts';
import type { History } from '../../ledger/history.ts';
import { Replay } from '../../ledger/replay.ts';
import { readBlocks } from './blocks.ts';
import { historyFileName } from './history-file.ts';
import { Lines } from './parse.ts';

const HOST_FILE = historyFileName(COORDINATOR);
const WORKER_FILE = /^worker-(\d+)\.ndjson$/;
const PROBLEMS_AT_MOST = 20;

export interface HistoryRead {
  readonly history: History;
  /** Lines that cannot be read, by file and line, and files of another run; the first ones of each file. */
  readonly problems: readonly string[];
}

/**
 * Reads the history of a run from its folder, `<results>/history`, one block of lines at a time. A file that breaks off is a gap in the history; a line that is no event is a gap and a problem. Throws HISTORY_UNREADABLE when there is no
 * history of ours: no folder, no file of the coordinator, another format, a newer version, or a run that never began.
 */
export async function readHistory(folder: string): Promise<HistoryRead> {
  const files = await filesOf(folder);
  const replay = new Replay();
  const problems: string[] = [];
  const host = await readFile(join(folder, HOST_FILE), COORDINATOR, null, replay, problems);
  if (!host || !replay.hasBegun) throw unreadable(`${join(folder, HOST_FILE)}: the run ended before its window began`);
  for (const file of files) {
    const shard = Number(WORKER_FILE.exec(file)?.[1] ?? COORDINATOR);
    if (shard > COORDINATOR) await readFile(join(folder, file), shard, host.runId, replay, problems);
  }
  return { history: replay.finish(), problems };
}

async function filesOf(folder: string): Promise<string[]> {
  let files: string[];
  try {
    files = await readdir(folder);
  } catch (error) {
    throw unreadable(`${folder}: there is no history there`, error);
  }
  if (!files.includes(HOST_FILE)) throw unreadable(`${folder}: ${HOST_FILE} is missing`);
  return files.toSorted();
}

/** Returns how the file begins; `null` when it is empty, or is none of the run `runId`: then nothing of it was taken. */
async function readFile(
  path: string,
  shard: number,
  runId: string | null,
  replay: Replay,
  problems: string[],
): Promise<BeginEvent | null> {
  const file = basename(path);
  let begin: BeginEvent | null = null;
  let line = 0;
  let unreadLines = 0;
  const refuse = (why: string): void => {
    replay.damaged(shard, `line ${line} of ${file} ${why}`);
    if (++unreadLines <= PROBLEMS_AT_MOST) problems.push(`${file}:${line} ${why}`);
  };
  const lines = new Lines();
  for await (const block of readBlocks(path)) {
    if (block.kind === 'long') {
      line++;
      refuse('is too long for an event');
      continue;
    }
    lines.begin(block);
    for (let kind = lines.next(); kind !== 'end'; kind = lines.next()) {
      line++;
      if (kind === 'none') {
        // A cut last line is how a killed worker ends: the missing `end` says so.
        if (block.kind !== 'cut') refuse('is no event');
        continue;
      }
      if (begin === null) {
        const first = kind === 'event' ? lines.event : null;
        const stranger = strangeness(first, runId);
        if (stranger !== null) {
          // Without the coordinator's file there is no history at all; a worker's that is not ours is missing.
          if (runId === null || isNewer(first)) throw unreadable(`${path} ${stranger}`);
          problems.push(`${file} ${stranger}`);
          return null;
        }
        begin = first as BeginEvent;
      }
      try {
        if (kind !== 'event') replay.addLine(kind, lines.request, shard);
        else if (lines.event !== null) replay.add(lines.event, shard);
      } catch {
        refuse('is no whole event');
      }
    }
  }
  if (unreadLines > PROBLEMS_AT_MOST) problems.push(`${file}: ${unreadLines} lines in all cannot be read`);
  return begin;
}

/** Why a file that begins like this is not read; `null` when it is. */
function strangeness(first: HistoryEvent | null, runId: string | null): string | null {
  if (first?.e !== 'begin' || first.format !== HISTORY_FORMAT) return 'does not begin like a history of flashcrowd';
  if (isNewer(first)) return `is of version ${first.version}, this flashcrowd reads up to ${HISTORY_VERSION}`;
  if (runId !== null && first.runId !== runId) return `is of another run, ${first.runId}`;
  return null;
}

function isNewer(first: HistoryEvent | null): boolean {
  return first?.e === 'begin' && first.version > HISTORY_VERSION;
}

function unreadable(message: string, cause?: unknown): FlashcrowdError {
  return new FlashcrowdError('HISTORY_UNREADABLE', message, [], { cause });
}
