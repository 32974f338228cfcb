import { createReadStream } from 'node:fs';
import { SheetError, type Row, type Sheet, type SheetSource } from './sheet.ts';

/** Keys may be left out where there is nothing to say: the columns are those of so many lines. */
const HEAD_LINES = 200;

type Cells = Readonly<Record<string, string>>;
interface JsonLine {
  readonly line: number;
  readonly cells: Cells;
}

/** One JSON object a line. A key in an object within is a column too: `customer.email`. */
export async function jsonSheet(source: SheetSource, bytes: number): Promise<Sheet> {
  const lines = objectsOf(source, bytes);
  const head: JsonLine[] = [];
  while (head.length < HEAD_LINES) {
    const next = await lines.next();
    if (next.done) break;
    head.push(next.value);
  }
  const columns = [...new Set(head.flatMap(({ cells }) => Object.keys(cells)))];
  return { columns, rows: rowsOf(columns, head, lines) };
}

async function* rowsOf(
  columns: readonly string[],
  head: readonly JsonLine[],
  rest: AsyncIterable<JsonLine>,
): AsyncGenerator<Row> {
  const toRow = ({ line, cells }: JsonLine): Row => ({ line, cells: columns.map((name) => cells[name] ?? '') });
  for (const each of head) yield toRow(each);
  for await (const each of rest) yield toRow(each);
}

async function* objectsOf({ file, refuse, onBytes }: SheetSource, bytes: number): AsyncGenerator<JsonLine> {
  const reading = createReadStream(file, { encoding: 'utf8' });
  let line = 0;
  for await (const text of linesOf(reading)) {
    line++;
    onBytes(reading.bytesRead, bytes);
    if (text.trim() === '') continue;
    const cells = cellsOf(line === 1 ? text.replace(/^\uFEFF/, '') : text);
    if (typeof cells === 'string') refuse({ path: '', line, message: cells, expected: 'one JSON object a line' });
    else yield { line, cells };
  }
}

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of chunks) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw new SheetError((error as Error).message, { cause: error });
  }
  if (rest !== '') yield rest;
}

/** Or what is wrong with the line. */
function cellsOf(text: string): Cells | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  if (!isObject(value)) return 'is no JSON object';
  const cells: Record<string, string> = Object.create(null);
  try {
    flatten(value, '', cells);
  } catch (error) {
    return (error as Error).message;
  }
  return cells;
}

function flatten(value: object, path: string, into: Record<string, string>): void {
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    if (isObject(inner)) flatten(inner, `${path}${key}.`, into);
    else into[path + key] = textOf(inner, path + key);
  }
}

function textOf(value: unknown, name: string): string {
  if (value === null) return '';
  if (typeof value === 'string') return value.trim();
  // Its last digits are lost already.
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new Error(`"${name}" is too large for a number: write it as text`);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
