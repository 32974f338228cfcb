import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FlashcrowdError } from '../../sim/errors.ts';
import { bundleScript } from '../../sim/k6/bundle.ts';
import { EVENT_FORMAT, EVENT_VERSION, FILES, type EventFile } from '../../sim/k6/event.ts';
import { parseMarked } from '../../sim/live/message-json.ts';

/** Writes the script and what it opens. Throws FlashcrowdError OUTPUT_NOT_WRITABLE. */
export async function writeEvent(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  const script = await bundleScript();
  try {
    await mkdir(dir, { recursive: true });
    const all = { [FILES.script]: script, ...files };
    for (const [name, text] of Object.entries(all)) {
      const file = path.join(dir, name);
      // What signs in as somebody may stand in there, and a file that is there already would keep its mode.
      await rm(file, { force: true });
      await writeFile(file, text, { mode: 0o600 });
    }
  } catch (error) {
    throw new FlashcrowdError('OUTPUT_NOT_WRITABLE', `${dir}: ${(error as Error).message}`);
  }
}

/** Reads `event.json` of a folder that was built. Throws FlashcrowdError BAD_USAGE. */
export async function readEvent(dir: string): Promise<EventFile> {
  const file = path.join(dir, FILES.event);
  const found = await read(file);
  if (typeof found !== 'string' && found.format === EVENT_FORMAT && found.version === EVENT_VERSION) return found;
  const message = typeof found === 'string' ? found : `it is of another version (${found.version}) or format`;
  throw new FlashcrowdError('BAD_USAGE', `${file} cannot be used.`, [
    { path: '<folder>', message, expected: 'a folder that `flashcrowd k6 build` of this version wrote' },
  ]);
}

async function read(file: string): Promise<EventFile | string> {
  try {
    return parseMarked(await readFile(file, 'utf8')) as EventFile;
  } catch (error) {
    return (error as Error).message;
  }
}
