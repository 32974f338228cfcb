import type { Problem } from '../../sim/errors.ts';
import { didYouMean } from '../../sim/scenario/suggest.ts';
import { shellWord, type Mapping } from './mapping.ts';
import { plain, TABLES, type FieldSpec, type TableName } from './tables.ts';

const COLUMNS_SHOWN_AT_MOST = 40;

/** Which column each field is in, by field. Fields that nothing was found for are left out. */
export type Columns = ReadonlyMap<string, number>;

/** Finds the columns of a table. What is wrong goes to `refuse`, as one problem for all that is missing. */
export function columnsOf(
  table: TableName,
  header: readonly string[],
  mapping: Mapping,
  refuse: (problem: Omit<Problem, 'file'>) => void,
): Columns {
  const found = new Map<string, number>();
  const missing: string[] = [];
  for (const [field, spec] of Object.entries<FieldSpec>(TABLES[table].fields)) {
    const name = `${table}.${field}`;
    const column = mapping.columns.get(name);
    const at = column === undefined ? usual(header, spec) : named(header, column);
    if (at >= 0) {
      found.set(field, at);
      const isTwice = header.filter((other) => other === header[at]).length > 1;
      if (isTwice)
        refuse({ path: name, line: 1, message: `there are several columns "${header[at]}"`, expected: 'one' });
    } else if (column !== undefined) refuse({ path: name, line: 1, ...noSuchColumn(column, header) });
    else if (spec.needed) missing.push(name);
  }
  if (missing.length > 0) refuse({ path: '', line: 1, ...noColumnFor(missing, header, found) });
  return found;
}

/** As it is written, else as `plain` compares names. */
function named(header: readonly string[], column: string): number {
  const exact = header.indexOf(column);
  return exact >= 0 ? exact : header.findIndex((name) => plain(name) === plain(column));
}

function usual(header: readonly string[], { columns }: FieldSpec): number {
  const names = header.map(plain);
  const best = columns.find((column) => names.includes(column));
  return best === undefined ? -1 : names.indexOf(best);
}

function noSuchColumn(column: string, header: readonly string[]): Pick<Problem, 'message' | 'expected' | 'hint'> {
  return {
    message: `there is no column "${column}"`,
    expected: `one of ${listed(header)}`,
    hint: didYouMean(column, header),
  };
}

function noColumnFor(
  missing: readonly string[],
  header: readonly string[],
  found: Columns,
): Pick<Problem, 'message' | 'hint'> {
  const taken = new Set(found.values());
  const free = header.filter((_, at) => !taken.has(at));
  const options = missing.map((name) => {
    const like = free.find((column) => plain(column).includes(plain(name.slice(name.indexOf('.') + 1))));
    return `--map ${like === undefined ? `${name}=<column>` : shellWord(`${name}=${like}`)}`;
  });
  return {
    message: `no column is known as ${missing.join(', ')}; there are ${listed(header)}`,
    hint: `say ${options.join(' ')}`,
  };
}

function listed(header: readonly string[]): string {
  const shown = header.slice(0, COLUMNS_SHOWN_AT_MOST).join(', ');
  const more = header.length - COLUMNS_SHOWN_AT_MOST;
  return more > 0 ? `${shown} and ${more} more` : shown || 'none';
}
