import { availableParallelism } from 'node:os';
import { readHistoryFile, type FileRead, type HistoryFile } from './read-file.ts';
import { bundleReader, Reader } from './reader.ts';

/**
 * Reads these files here and, with `inThreads`, in threads of the other cores: each takes the next file when it is done with one. What a
 * thread could not read is read here, so without threads it takes longer, and that is all. Returns them in their order.
 */
export async function readTogether(
  files: readonly HistoryFile[],
  runId: string,
  inThreads: boolean,
): Promise<FileRead[]> {
  const read: FileRead[] = [];
  const waiting = [...files.keys()];
  const readHere = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      read[i] = await readHistoryFile(files[i], runId);
    }
  };
  const readThere = async (bundle: Promise<string | null>): Promise<void> => {
    const program = await bundle;
    if (program === null || waiting.length === 0) return;
    const reader = new Reader(program);
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) {
      const found = await reader.read(files[i], runId);
      if (found === null) {
        waiting.unshift(i);
        break;
      }
      read[i] = found;
    }
    await reader.close();
  };
  const threads = inThreads ? Math.min(files.length, availableParallelism()) - 1 : 0;
  const bundle = threads > 0 ? bundleReader().catch(() => null) : null;
  const others = bundle === null ? [] : Array.from({ length: threads }, () => readThere(bundle));
  await Promise.all([readHere(), ...others]);
  await readHere();
  return read;
}
