/** Test accounts: a CSV file with a header row. */

import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import type { Problem } from '../../errors.ts';

export type Accounts = readonly Readonly<Record<string, string>>[];

/** What templates can name: `account.<column>`. */
const COLUMN = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `name`: as messages name the file. */
export async function readAccounts(file: string, name: string): Promise<{ accounts: Accounts; problems: Problem[] }> {
  try {
    return readRows(await readFile(file, 'utf8'), name);
  } catch (error) {
    return { accounts: [], problems: [{ file: name, path: '', message: (error as Error).message }] };
  }
}

function readRows(text: string, name: string): { accounts: Accounts; problems: Problem[] } {
  try {
    const [header, ...rows] = parse(text, { bom: true, skip_empty_lines: true, trim: true });
    const problems = (header ?? []).flatMap((column, i) => (COLUMN.test(column) ? [] : [badColumn(name, column, i)]));
    if (rows.length === 0)
      problems.push({
        file: name,
        path: '',
        message: 'no accounts',
        expected: 'a header row, and a line for each account',
      });
    const accounts = rows.map((row) => Object.fromEntries(row.map((value, i) => [header[i], value])));
    return { accounts, problems };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser's words may quote the line, and with it what nobody should read.
    const line = typeof error.lines === 'number' ? error.lines : undefined;
    return { accounts: [], problems: [{ file: name, path: '', line, message: `not CSV: ${error.code}` }] };
  }
}

function badColumn(file: string, column: string, i: number): Problem {
  return {
    file,
    path: `column ${i + 1}`,
    line: 1,
    message: `${JSON.stringify(column)} cannot be named in a template`,
    expected: 'letters, digits and _, such as "token" for {{account.token}}',
  };
}
