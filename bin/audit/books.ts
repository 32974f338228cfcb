import { counted } from '../../reports/format.ts';
import type { Books } from '../../sim/ledger/books.ts';
import { Cells } from './cells.ts';
import { columnsOf } from './columns.ts';
import type { Mapping } from './mapping.ts';
import { openSheet } from './open-sheet.ts';
import { BooksProblems } from './problems.ts';
import { ROW_READERS, type RowReader, type RowTypes } from './rows.ts';
import { SheetError, type SheetSource } from './sheet.ts';
import { TABLE_NAMES, TABLES, type FieldSpec, type TableName } from './tables.ts';

/** The files of an export, by table; what was not exported is not there. */
export type BookFiles = Readonly<Partial<Record<TableName, string>>> & { readonly orders: string };

export interface BookSettings {
  readonly mapping: Mapping;
  /** Digits of the minor unit when amounts are in the major one; `null`: they are in the minor unit. */
  readonly majorDigits: number | null;
  readonly exclusive: boolean;
  readonly exportedAtEpochMs: number | null;
  /** How much of a file was read. */
  readonly onProgress: (file: string, bytesRead: number, bytes: number) => void;
}

export interface BooksRead {
  readonly books: Books;
  /** What was read from where, a line a file. */
  readonly notes: readonly string[];
}

interface TableRead<Table extends TableName> {
  readonly rows: readonly RowTypes[Table][];
  readonly note: string;
}

/** Reads an export. Throws FlashcrowdError BOOKS_INVALID with what is wrong with all its files. */
export async function readBooks(files: BookFiles, settings: BookSettings): Promise<BooksRead> {
  const problems = new BooksProblems();
  const notes: string[] = [];
  const read = async <Table extends TableName>(table: Table): Promise<readonly RowTypes[Table][] | null> => {
    const file = files[table];
    if (file === undefined) return null;
    const found = await readTable(table, file, settings, problems);
    if (found) notes.push(found.note);
    return found?.rows ?? [];
  };
  const orders = (await read('orders')) ?? [];
  const products = await read('stock');
  const payments = await read('payments');
  const reservations = await read('reservations');
  const movements = await read('movements');
  refuseUnused(files, settings.mapping, problems);
  problems.throwIfAny();
  const { exclusive, exportedAtEpochMs: readAtEpochMs } = settings;
  const inOrder = movements?.toSorted((a, b) => a.atEpochMs - b.atEpochMs) ?? null;
  const books = { readAtEpochMs, exclusive, products, orders, payments, reservations, movements: inOrder, rooms: null };
  return { books, notes };
}

/** `null` when it cannot be read: `problems` has the reasons. */
async function readTable<Table extends TableName>(
  table: Table,
  file: string,
  settings: BookSettings,
  problems: BooksProblems,
): Promise<TableRead<Table> | null> {
  const source: SheetSource = {
    file,
    refuse: (problem) => problems.add({ file, ...problem }),
    onBytes: (bytesRead, bytes) => settings.onProgress(file, bytesRead, bytes),
  };
  try {
    const { columns: header, rows } = await openSheet(source);
    // NDJSON without a line has no columns either.
    const columns =
      header.length === 0 ? new Map<string, number>() : columnsOf(table, header, settings.mapping, source.refuse);
    if (lacksColumns(table, columns) && header.length > 0) return null;
    const cells = new Cells({ table, header, columns, ...settings, refuse: source.refuse });
    const found: RowTypes[Table][] = [];
    const keys = new Map<string, number>();
    const reader: RowReader<Table> = ROW_READERS[table];
    for await (const row of rows) {
      cells.use(row);
      const value = reader.read(cells);
      found.push(value);
      refuseTwice(table, reader, value, row.line, keys, cells);
    }
    if (reader.wordField !== null) cells.refuseWords(reader.wordField);
    return { rows: found, note: noteOf(table, file, found.length, header, columns, cells.zoneless) };
  } catch (error) {
    if (!(error instanceof SheetError)) throw error;
    problems.add({ file, path: '', line: error.line, message: error.message, expected: error.expected });
    return null;
  }
}

function lacksColumns(table: TableName, columns: ReadonlyMap<string, number>): boolean {
  return Object.entries<FieldSpec>(TABLES[table].fields).some(([field, { needed }]) => needed && !columns.has(field));
}

/** A join that makes two rows of one would make a double charge of one charge. */
function refuseTwice<Table extends TableName>(
  table: Table,
  { key }: RowReader<Table>,
  row: RowTypes[Table],
  line: number,
  keys: Map<string, number>,
  cells: Cells<Table>,
): void {
  const id = key?.of(row) ?? '';
  if (key === null || id === '') return;
  const first = keys.get(id);
  if (first === undefined) keys.set(id, line);
  else {
    const { one } = TABLES[table];
    cells.refuse(key.field, {
      message: `"${id}" stands in line ${first} already`,
      expected: `one line for each ${one}`,
    });
  }
}

/** A slip of the pen, or a forgotten option. */
function refuseUnused(files: BookFiles, { asked }: Mapping, problems: BooksProblems): void {
  for (const table of TABLE_NAMES.filter((name) => files[name] === undefined && asked.has(name))) {
    problems.add({
      file: `--${table}`,
      path: '',
      message: `the options speak of ${table}, but no file of them is given`,
    });
  }
}

function noteOf(
  table: TableName,
  file: string,
  rows: number,
  header: readonly string[],
  columns: ReadonlyMap<string, number>,
  zoneless: number,
): string {
  const { one, many } = TABLES[table];
  const from = [...columns].map(([field, at]) => (header[at] === field ? field : `${field} from "${header[at]}"`));
  const utc = zoneless > 0 ? `; ${counted(zoneless, 'time', 'times')} without a zone read as UTC` : '';
  return `${file}: ${counted(rows, one, many)}${from.length === 0 ? '' : `; ${from.join(', ')}`}${utc}.`;
}
