import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import {
  HISTORY_FORMAT,
  HISTORY_VERSION,
  type BeginEvent,
  type EndEvent,
  type HistoryEvent,
} from '../../ledger/events.ts';

export const COORDINATOR = -1;

/** What a process has to say may wait this long for the disk; a process that is killed takes no more with it. */
const FLUSH_EVERY_MS = 100;
const FLUSH_FROM_CHARS = 64 * 1024;

/** Where events go; a file, or a test. */
export interface HistorySink {
  write(event: HistoryEvent): void;
}

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
 * without its history, and the last line says how many events are missing.
 */
export class HistoryFile implements HistorySink {
  /** Events that could not be written. */
  lost = 0;
  private readonly fd: number | null;
  private readonly timer: NodeJS.Timeout;
  private waiting = '';
  private waitingEvents = 0;
  private isClosed = false;

  constructor({ folder, ...begin }: HistoryFileSettings) {
    this.fd = open(path.join(folder, historyFileName(begin.shard)));
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
    const bytes = Buffer.from(this.waiting);
    const events = this.waitingEvents;
    this.waiting = '';
    this.waitingEvents = 0;
    if (this.fd === null || this.lost > 0 || !writeAll(this.fd, bytes)) this.lost += events;
  }

  /** The file is whole, or says what it lacks. `atMs`: event time. */
  close(atMs: number): void {
    if (this.isClosed) return;
    this.flush();
    clearInterval(this.timer);
    this.isClosed = true;
    if (this.fd === null) return;
    const end: EndEvent = { e: 'end', at: atMs, ...(this.lost > 0 ? { lost: this.lost } : {}) };
    // A line that was cut by a full disk ends here.
    writeAll(this.fd, Buffer.from(`${this.lost > 0 ? '\n' : ''}${JSON.stringify(end)}\n`));
    closeSync(this.fd);
  }
}

function open(file: string): number | null {
  try {
    return openSync(file, 'w');
  } catch {
    return null;
  }
}

function writeAll(fd: number, bytes: Buffer): boolean {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    return true;
  } catch {
    return false;
  }
}
