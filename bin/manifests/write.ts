import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FlashcrowdError } from '../../sim/errors.ts';
import { renderYaml, type Manifest } from '../../sim/manifests/yaml.ts';

/**
 * Writes a manifest to a file, or to standard output without one. What is to be said about it goes to standard error.
 *
 * @throws FlashcrowdError OUTPUT_NOT_WRITABLE
 */
export async function writeManifest({ comment, objects, notes }: Manifest, file: string | undefined): Promise<void> {
  const text = renderYaml(comment, objects);
  if (file === undefined) process.stdout.write(text);
  else {
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    } catch (error) {
      const { message } = error as Error;
      throw new FlashcrowdError('OUTPUT_NOT_WRITABLE', `cannot write ${file}: ${message}`, [], { cause: error });
    }
    process.stdout.write(`${file}\n`);
  }
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
}
