import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from '../../sim/ledger/events.ts';
import { HISTORY_FORMAT, HISTORY_VERSION } from '../../sim/ledger/events.ts';

const FLUSH_FROM_CHARS = 1 << 20;

/** The files of a run's history: one of the coordinator (shard -1) and one of each worker. */
export class EventFiles {
  events = 0;
  private readonly files = new Map<number, { readonly fd: number; waiting: string }>();

  constructor(folder: string, runId: string, shards: number) {
    for (let shard = -1; shard < shards; shard++) {
      const fd = openSync(join(folder, shard < 0 ? 'host.ndjson' : `worker-${shard}.ndjson`), 'w');
      this.files.set(shard, { fd, waiting: '' });
      this.write(shard, {
        e: 'begin',
        format: HISTORY_FORMAT,
        version: HISTORY_VERSION,
        runId,
        shard,
        shards,
        fromMs: 0,
      });
    }
  }

  write(shard: number, event: HistoryEvent): void {
    const file = this.files.get(shard);
    if (!file) throw new Error(`no file of shard ${shard}`);
    file.waiting += `${JSON.stringify(event)}\n`;
    this.events++;
    if (file.waiting.length > FLUSH_FROM_CHARS) flush(file);
  }

  close(atMs: number): void {
    for (const [shard, file] of this.files) {
      this.write(shard, { e: 'end', at: atMs });
      flush(file);
      closeSync(file.fd);
    }
  }
}

function flush(file: { readonly fd: number; waiting: string }): void {
  writeSync(file.fd, file.waiting);
  file.waiting = '';
}
