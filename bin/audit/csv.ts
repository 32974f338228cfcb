import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { SheetError, type Row, type Sheet, type SheetSource } from './sheet.ts';

/** A quote that is never closed swallows the rest of the file: it is found out here. */
const LONGEST_ROW_CHARS = 1 << 20;

interface CsvRecord {
  readonly record: readonly string[];
  /** `lines`: number of the last line of the record. */
  readonly info: { readonly lines: number };
}

/** CSV with a header line. */
export async function csvSheet(source: SheetSource, delimiter: string, bytes: number): Promise<Sheet> {
  const records = recordsOf(source, delimiter, bytes);
  const header = await records.next();
  if (header.done) throw new SheetError('is empty', { expected: 'a header line' });
  const columns = header.value.record.map((name) => name.trim());
  return { columns, rows: rowsOf(source, columns.length, records) };
}

async function* rowsOf(source: SheetSource, columns: number, records: AsyncGenerator<CsvRecord>): AsyncGenerator<Row> {
  for await (const { record, info } of records) {
    if (record.length === columns) yield { line: info.lines, cells: record.map((cell) => cell.trim()) };
    else {
      source.refuse({
        path: '',
        line: info.lines,
        message: `has ${record.length} cells`,
        expected: `${columns}, as the header has`,
      });
    }
  }
}

async function* recordsOf({ file, onBytes }: SheetSource, delimiter: string, bytes: number): AsyncGenerator<CsvRecord> {
  const reading = createReadStream(file);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW_CHARS,
  });
  // The parser throws what goes wrong with either of them.
  pipeline(reading, parser, () => {});
  try {
    for await (const record of parser as AsyncIterable<CsvRecord>) {
      onBytes(reading.bytesRead, bytes);
      yield record;
    }
  } catch (error) {
    const line = error instanceof CsvError && typeof error.lines === 'number' ? error.lines : undefined;
    throw new SheetError((error as Error).message, { line, cause: error });
  }
}
