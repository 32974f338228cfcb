import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { COORDINATOR } from '../../ledger/events.ts';
import type { History } from '../../ledger/history.ts';
import { Replay } from '../../ledger/replay.ts';
import { historyFileName, WHOLE_FILE } from './history-file.ts';
import { readHistoryFile, unreadable, type HistoryFile } from './read-file.ts';
import { readTogether } from './read-together.ts';

const HOST_FILE = historyFileName(COORDINATOR);
const WORKER_FILE = /^worker-(\d+)\.ndjson$/;
/** Below this a thread takes longer to start than it saves. */
const THREADS_FROM_BYTES = 50e6;

export interface HistoryRead {
  readonly history: History;
  /** Lines that cannot be read, by file and line, and files of another run; the first ones of each file. */
  readonly problems: readonly string[];
}

/**
 * Reads the history of a run from its folder, `<results>/history`; a long one in as many threads as there are cores. A file that breaks off is
 * a gap in the history; a line that is no event is a gap and a problem. Throws HISTORY_UNREADABLE when there is no history of ours: no folder,
 * no file of the coordinator, another format, a newer version, or a run that never began.
 */
export async function readHistory(folder: string): Promise<HistoryRead> {
  const { host, workers, wasWhole } = await filesOf(folder);
  const replay = new Replay();
  const { begin, parts, problems } = await readHistoryFile(host, null);
  replay.take(parts);
  if (!begin || !replay.hasBegun) throw unreadable(`${host.path}: the run ended before its window began`);
  const sizes = await Promise.all(workers.map(({ path }) => stat(path)));
  const bytes = sizes.reduce((sum, { size }) => sum + size, 0);
  const read = await readTogether(workers, begin.runId, bytes >= THREADS_FROM_BYTES);
  for (const file of read) replay.take(file.parts);
  return { history: replay.finish(wasWhole), problems: [...problems, ...read.flatMap((file) => file.problems)] };
}

/** `wasWhole`: all that the coordinator wrote was on the disk when it was ended. */
async function filesOf(folder: string): Promise<{ host: HistoryFile; workers: HistoryFile[]; wasWhole: boolean }> {
  let files: string[];
  try {
    files = await readdir(folder);
  } catch (error) {
    throw unreadable(`${folder}: there is no history there`, error);
  }
  if (!files.includes(HOST_FILE)) throw unreadable(`${folder}: ${HOST_FILE} is missing`);
  const workers = files.toSorted().flatMap((file) => {
    const shard = WORKER_FILE.exec(file)?.[1];
    return shard === undefined ? [] : [{ path: join(folder, file), shard: Number(shard) }];
  });
  return { host: { path: join(folder, HOST_FILE), shard: COORDINATOR }, workers, wasWhole: files.includes(WHOLE_FILE) };
}
