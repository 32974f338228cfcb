import type { Duplex } from 'node:stream';
import { recordHeader, RecordReader } from './records.ts';

const NOTHING = Buffer.alloc(0);

/** One end of the pipe between the main process and a front. Records of one turn of the event loop leave in one write. */
export class Channel {
  private readonly pipe: Duplex;
  private waiting: Buffer[] = [];

  constructor(pipe: Duplex, take: (kind: number, number: number, payload: Buffer) => void) {
    this.pipe = pipe;
    const reader = new RecordReader(take);
    pipe.on('data', (chunk: Buffer) => reader.read(chunk));
    // The other process is gone. That is noticed by its end, not here.
    pipe.on('error', () => pipe.destroy());
  }

  /** Bytes that the other process has not taken yet. */
  get queuedBytes(): number {
    return this.pipe.writableLength;
  }

  send(kind: number, number: number, payload: Buffer = NOTHING): void {
    if (this.waiting.length === 0) setImmediate(() => this.flush());
    this.waiting.push(recordHeader(kind, number, payload.length), payload);
  }

  private flush(): void {
    const batch = Buffer.concat(this.waiting);
    this.waiting = [];
    if (!this.pipe.destroyed) this.pipe.write(batch);
  }
}
