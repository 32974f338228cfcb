import { availableParallelism } from 'node:os';
import { readHistoryFile, type FileRead, type HistoryFile } from './read-file.ts';
import { bundleReader, Reader } from './reader.ts';

/**
 * Reads these files, with `inThreads` in one thread a core: each takes the next file when it is done with one. What no thread could read
 * is read here, so without threads it takes longer, and that is all. Returns them in their order.
 */
export async function readTogether(
  files: readonly HistoryFile[],
  runId: string,
  inThreads: boolean,
): Promise<FileRead[]> {
  const read: FileRead[] = [];
  const waiting = [...files.keys()];
  const threads = inThreads ? Math.min(files.length, availableParallelism()) : 0;
  if (threads > 1) {
    const program = await bundleReader().catch(() => null);
    const readers = program === null ? [] : Array.from({ length: threads }, () => new Reader(program));
    await Promise.all(readers.map((reader) => readThere(reader)));
  }
  for (const i of waiting) read[i] = await readHistoryFile(files[i], runId);
  return read;

  async function readThere(reader: Reader): Promise<void> {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const found = await reader.read(files[i], runId);
      if (found === null) {
        waiting.unshift(i);
        break;
      }
      read[i] = found;
    }
    await reader.close();
  }
}
