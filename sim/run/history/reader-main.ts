/** In a thread of its own: reads the files that it is asked for, and hands over what they say without a copy. */
import { parentPort } from 'node:worker_threads';
import { readHistoryFile } from './read-file.ts';
import type { ReadRequest } from './reader.ts';

parentPort?.on('message', ({ file, runId }: ReadRequest) => {
  readHistoryFile(file, runId)
    .then((read) => parentPort?.postMessage(read, [...buffersIn(read)]))
    // Whoever asked reads it again, and gets the error as it is.
    .catch(() => parentPort?.postMessage(null, []));
});

function buffersIn(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) buffersIn(inner, found);
  }
  return found;
}
