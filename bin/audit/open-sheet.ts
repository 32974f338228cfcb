import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { csvSheet } from './csv.ts';
import { jsonSheet } from './ndjson.ts';
import { SheetError, type Sheet, type SheetSource } from './sheet.ts';

const JSON_NAMES = ['.ndjson', '.jsonl'];
const CSV_NAMES = ['.csv', '.tsv'];
const HEAD_BYTES = 64 * 1024;

/** Opens a file by its name, or by how it begins. Throws SheetError, also while the rows are read. */
export async function openSheet(source: SheetSource): Promise<Sheet> {
  const { head, bytes } = await headOf(source.file);
  const extension = path.extname(source.file).toLowerCase();
  const first = head.trimStart()[0] ?? '';
  const isJson = JSON_NAMES.includes(extension) || (!CSV_NAMES.includes(extension) && /[[{]/.test(first));
  // Without rows there is nothing in NDJSON, but a header in CSV.
  if (first === '' && !isJson) throw new SheetError('is empty', { expected: 'a header line' });
  if (!isJson) return csvSheet(source, extension === '.tsv' ? '\t' : delimiterOf(head), bytes);
  if (first === '[')
    throw new SheetError('is one JSON array', { expected: 'one JSON object a line, as `jq -c .[]` writes them' });
  return jsonSheet(source, bytes);
}

async function headOf(file: string): Promise<{ head: string; bytes: number }> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new SheetError('is no file', { expected: 'a CSV or NDJSON file' });
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return { head: textOf(buffer.subarray(0, bytesRead)), bytes: found.size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof SheetError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SheetError(code === 'ENOENT' ? 'there is no such file' : message, { cause: error });
  }
}

/** UTF-16 has zeros in it, too. */
function textOf(bytes: Buffer): string {
  if (bytes.includes(0)) throw new SheetError('is not text in UTF-8', { expected: 'CSV or NDJSON in UTF-8' });
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}

/** The one that stands most often in the header line, outside of quotes. */
function delimiterOf(head: string): string {
  const header = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(head.trimStart())?.[0] ?? '').replaceAll(/"(?:[^"]|"")*"/g, '');
  const times = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (times(next) > times(best) ? next : best));
}
