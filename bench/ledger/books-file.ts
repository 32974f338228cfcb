import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Books } from '../../sim/ledger/books.ts';

const TABLES = ['orders', 'payments', 'reservations', 'movements'] as const;

/** A row a line: as one text, the books would take more memory than what is measured. */
export function writeBooks(path: string, books: Books): void {
  const fd = openSync(path, 'w');
  const rows = TABLES.flatMap((table) => (books[table] ?? []).map((row) => [table, row] as const));
  const { orders: _, payments: _p, reservations: _r, movements: _m, ...head } = books;
  let waiting = `${JSON.stringify(['head', head])}\n`;
  for (const row of rows) {
    waiting += `${JSON.stringify(row)}\n`;
    if (waiting.length < 1 << 20) continue;
    writeSync(fd, waiting);
    waiting = '';
  }
  writeSync(fd, waiting);
  closeSync(fd);
}

export async function readBooks(path: string): Promise<Books> {
  const tables: Record<string, unknown[]> = Object.fromEntries(TABLES.map((table) => [table, []]));
  let head: unknown = null;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [table, row] = JSON.parse(line) as [string, unknown];
    if (table === 'head') head = row;
    else tables[table].push(row);
  }
  return { ...(head as object), ...tables } as unknown as Books;
}
