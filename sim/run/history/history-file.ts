import { closeSync, openSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { HistoryPart } from '../../live/history/sink.ts';
import {
  COORDINATOR,
  HISTORY_FORMAT,
  HISTORY_VERSION,
  type BeginEvent,
  type EndEvent,
  type HistoryEvent,
} from '../../ledger/events.ts';
import { AppendFile } from '../append-file.ts';

/** What a process has to say may wait this long for the disk; a process that is killed takes no more with it. */
const FLUSH_EVERY_MS = 100;
const FLUSH_FROM_CHARS = 64 * 1024;

/** It is there while the coordinator writes and all that it wrote is on the disk: to take it away needs no room. */
export const WHOLE_FILE = 'host.whole';

export interface HistoryFileSettings {
  /** The `history` folder; it exists. */
  readonly folder: string;
  readonly runId: string;
  /** COORDINATOR for the coordinator. */
  readonly shard: number;
  readonly shards: number;
  readonly fromMs: number;
}

/** The file of a process: `host.ndjson` or `worker-3.ndjson`. */
export function historyFileName(shard: number): string {
  return shard === COORDINATOR ? 'host.ndjson' : `worker-${shard}.ndjson`;
}

/**
 * One process's part of the history, written as it happens: lines wait at most FLUSH_EVERY_MS in memory. Never throws: a run goes on
 * without its history, and the last line says how many events are missing. The few lines of the coordinator wait for room until the end:
 * without its cues nothing can be judged.
 */
export class HistoryFile implements HistoryPart {
  /** Events that could not be written. */
  lost = 0;
  private readonly file: AppendFile;
  private readonly timer: NodeJS.Timeout;
  private readonly waitsForRoom: boolean;
  /** Of the coordinator: see WHOLE_FILE. */
  private wholeFile: string | null;
  private waiting = '';
  private waitingEvents = 0;
  private isClosed = false;

  constructor({ folder, ...begin }: HistoryFileSettings) {
    this.file = new AppendFile(path.join(folder, historyFileName(begin.shard)));
    this.waitsForRoom = begin.shard === COORDINATOR;
    this.wholeFile = this.waitsForRoom ? path.join(folder, WHOLE_FILE) : null;
    if (this.wholeFile !== null) touch(this.wholeFile);
    this.timer = setInterval(() => this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
    this.write({ e: 'begin', format: HISTORY_FORMAT, version: HISTORY_VERSION, ...begin } satisfies BeginEvent);
    this.flush();
  }

  write(event: HistoryEvent): void {
    if (this.isClosed) return;
    this.waiting += `${JSON.stringify(event)}\n`;
    this.waitingEvents++;
    if (this.waiting.length > FLUSH_FROM_CHARS) this.flush();
  }

  flush(): void {
    if (this.waitingEvents === 0) return;
    if (this.lost === 0 && this.file.append(this.waiting)) return this.forget();
    this.isNotWhole();
    if (!this.waitsForRoom) this.lose();
  }

  /** The file is whole, or says what it lacks. `atMs`: event time. */
  close(atMs: number): void {
    if (this.isClosed) return;
    this.flush();
    this.lose();
    clearInterval(this.timer);
    this.isClosed = true;
    const end: EndEvent = { e: 'end', at: atMs, ...(this.lost > 0 ? { lost: this.lost } : {}) };
    this.file.append(`${JSON.stringify(end)}\n`);
    if (!this.file.close()) this.lost++;
    this.isNotWhole();
  }

  /** From now on nobody can tell from the file alone that nothing is missing. */
  private isNotWhole(): void {
    if (this.wholeFile === null) return;
    try {
      rmSync(this.wholeFile, { force: true });
      this.wholeFile = null;
    } catch {
      // It is tried again with the next line.
    }
  }

  private lose(): void {
    this.lost += this.waitingEvents;
    this.forget();
  }

  private forget(): void {
    this.waiting = '';
    this.waitingEvents = 0;
  }
}

/** Without it a coordinator that is killed has told nothing for sure. */
function touch(file: string): void {
  try {
    closeSync(openSync(file, 'w'));
  } catch {
    // There is no room for a name.
  }
}
