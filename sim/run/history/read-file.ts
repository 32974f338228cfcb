import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { FlashcrowdError } from '../../errors.ts';
import { HISTORY_FORMAT, HISTORY_VERSION, type BeginEvent, type HistoryEvent } from '../../ledger/events.ts';
import type { PartFields } from '../../ledger/part.ts';
import { Replay } from '../../ledger/replay.ts';
import { readBlocks } from './blocks.ts';
import { Lines } from './parse.ts';

const PROBLEMS_AT_MOST = 20;
/** Of a file for each step in it, at the least: a request and its answer, and what viewers do besides. Room that is not used takes no memory. */
const BYTES_A_STEP = 200;

export interface HistoryFile {
  readonly path: string;
  readonly shard: number;
}

/** What a file says. Plain values and arrays, so that one thread can hand it to another. */
export interface FileRead {
  /** How it begins; `null` when it is empty, or is none of the run: then nothing of it was taken. */
  readonly begin: BeginEvent | null;
  readonly parts: readonly PartFields[];
  readonly problems: readonly string[];
}

/** Shared: handed over without a copy, and not counted by the collector, which would go through the whole heap each time that a table came. */
const memory = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);

/** Reads one file, a block of lines at a time. `runId`: of the coordinator's file; `null` for that file itself. Throws HISTORY_UNREADABLE. */
export async function readHistoryFile({ path, shard }: HistoryFile, runId: string | null): Promise<FileRead> {
  const { size } = await stat(path);
  const replay = new Replay({ rows: Math.ceil(size / BYTES_A_STEP), memory });
  const problems: string[] = [];
  const begin = await replayFile(path, shard, runId, replay, problems);
  return { begin, parts: replay.parts, problems };
}

/** Returns how the file begins; `null` when it is empty, or is none of the run `runId`: then nothing of it was taken. */
async function replayFile(
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

export function unreadable(message: string, cause?: unknown): FlashcrowdError {
  return new FlashcrowdError('HISTORY_UNREADABLE', message, [], { cause });
}
