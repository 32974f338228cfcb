import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { didYouMean } from '../../sim/scenario/suggest.ts';
import { plain, TABLE_NAMES, TABLES, type TableName, type TableSpec } from './tables.ts';

/** What the user says of the export: which column a field is, and what a status word means. By `table.field` and `table.word`. */
export interface Mapping {
  readonly columns: ReadonlyMap<string, string>;
  readonly words: ReadonlyMap<string, string>;
  /** Tables that the command line speaks of. A file may serve for other exports, too. */
  readonly asked: ReadonlySet<string>;
}

const FIELDS = TABLE_NAMES.flatMap((table) => Object.keys(TABLES[table].fields).map((field) => `${table}.${field}`));
const STATUSES = TABLE_NAMES.flatMap((table) => Object.keys(TABLES[table].words).map((status) => `${table}.${status}`));

/**
 * Reads `--map`, `--map-file` and `--status`; what stands on the command line comes before the file. Throws FlashcrowdError: BAD_USAGE
 * with everything that is wrong with the options, BOOKS_INVALID with everything that is wrong with the file.
 */
export async function readMapping(
  map: readonly string[],
  mapFile: string | undefined,
  status: readonly string[],
): Promise<Mapping> {
  const problems: Problem[] = [];
  const given = new Map<string, string>();
  for (const text of map) addColumn(text, given, problems);
  const words = new Map<string, string>();
  for (const text of status) addWords(text, words, problems);
  if (problems.length > 0) throw new FlashcrowdError('BAD_USAGE', 'the mapping cannot be read', problems);
  const fromFile = mapFile === undefined ? [] : await readMapFile(mapFile);
  const asked = new Set([...given.keys(), ...words.keys()].map((path) => splitAt(path, '.')[0]));
  return { columns: new Map([...fromFile, ...given]), words, asked };
}

export function wordOf({ words }: Mapping, table: TableName, text: string): string | null {
  const word = plain(text);
  const own = words.get(`${table}.${word}`);
  if (own !== undefined) return own;
  const known = Object.entries<readonly string[]>(TABLES[table].words);
  return known.find(([meaning, usual]) => plain(meaning) === word || usual.includes(word))?.[0] ?? null;
}

/** What `--status` says for a word of this table: `paid=Shipped`, `payments.captured=Ok`. */
export function statusOption(table: TableName, status: string, word: string): string {
  return `--status ${shellWord(`${table === 'orders' ? '' : `${table}.`}${status}=${word}`)}`;
}

export function shellWord(text: string): string {
  return /^[\w.=,:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function addColumn(text: string, given: Map<string, string>, problems: Problem[]): void {
  const [field, column] = splitAt(text, '=');
  const path = `--map ${text}`;
  if (column === '') problems.push({ path, message: 'names no column', expected: 'table.field=column' });
  else if (!FIELDS.includes(field)) problems.push({ path, ...unknownField(field) });
  else if (given.has(field)) problems.push({ path, message: `${field} has the column "${given.get(field)}" already` });
  else given.set(field, column);
}

function addWords(text: string, words: Map<string, string>, problems: Problem[]): void {
  const [written, list] = splitAt(text, '=');
  const status = written.includes('.') ? written : `orders.${written}`;
  const path = `--status ${text}`;
  if (!STATUSES.includes(status)) {
    const [table] = splitAt(status, '.');
    const expected = isTable(table) ? statusesOf(TABLES[table]) : 'status=word, or table.status=word';
    problems.push({ path, message: `there is no status "${written}"`, expected, hint: didYouMean(status, STATUSES) });
    return;
  }
  const [table, meaning] = splitAt(status, '.');
  const each = list.split(',').map(plain);
  if (each.includes('')) problems.push({ path, message: 'names no word', expected: `${written}=word,word` });
  for (const word of each) words.set(`${table}.${word}`, meaning);
}

async function readMapFile(file: string): Promise<[string, string][]> {
  const problems: Problem[] = [];
  const found: [string, string][] = [];
  for (const [table, fields] of Object.entries(await documentOf(file))) {
    const named = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [['', fields]];
    for (const [field, column] of named as [string, unknown][]) {
      const path = field === '' ? table : `${table}.${field}`;
      if (!FIELDS.includes(path)) problems.push({ file, path, ...unknownField(path) });
      else if (typeof column === 'string' || typeof column === 'number') found.push([path, String(column)]);
      else problems.push({ file, path, message: 'names no column', expected: 'the name of a column' });
    }
  }
  if (problems.length > 0) throw new FlashcrowdError('BOOKS_INVALID', `${file} is no mapping`, problems);
  return found;
}

async function documentOf(file: string): Promise<object> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw mapFileError(
      file,
      [{ file, path: '', message: code === 'ENOENT' ? 'there is no such file' : message }],
      error,
    );
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const problems = document.errors.map(({ message, pos }): Problem => {
    const { line, col } = lineCounter.linePos(pos[0]);
    return { file, path: '', line, column: col, message: message.split('\n', 1)[0] };
  });
  if (problems.length > 0) throw mapFileError(file, problems);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw mapFileError(file, [
    { file, path: '', message: 'is no mapping', expected: 'lines such as `orders.buyer: customer_email`' },
  ]);
}

function mapFileError(file: string, problems: readonly Problem[], cause?: unknown): FlashcrowdError {
  return new FlashcrowdError('BOOKS_INVALID', `${file} cannot be read`, problems, { cause });
}

function unknownField(field: string): { message: string; expected: string; hint?: string } {
  const [table] = splitAt(field, '.');
  const expected = isTable(table)
    ? Object.keys(TABLES[table].fields)
        .map((name) => `${table}.${name}`)
        .join(', ')
    : `table.field, where table is ${TABLE_NAMES.join(', ')}`;
  return { message: `there is no field "${field}"`, expected, hint: didYouMean(field, FIELDS) };
}

export function statusesOf(spec: TableSpec): string {
  return Object.keys(spec.words).join(', ');
}

function isTable(name: string): name is TableName {
  return name in TABLES;
}

/** The part before the separator and the part after it; nothing after it when there is none. */
function splitAt(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text.trim(), ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
