import type { Problem } from '../../sim/errors.ts';
import type { Columns } from './columns.ts';
import { statusesOf, statusOption, wordOf, type Mapping } from './mapping.ts';
import type { Row } from './sheet.ts';
import { TABLES, type TableName } from './tables.ts';
import { isEmpty, parseMajor, parseMinor, parseTime, parseUnits, type Parsed } from './values.ts';

/** A status column that was mapped wrongly has a word a row. */
const WORDS_AT_MOST = 1000;

export interface CellsSettings<Table extends TableName> {
  readonly table: Table;
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly mapping: Mapping;
  /** Digits of the minor unit when amounts are in the major one; `null`: they are in the minor unit. */
  readonly majorDigits: number | null;
  readonly refuse: (problem: Omit<Problem, 'file'>) => void;
}

type Field<Table extends TableName> = keyof (typeof TABLES)[Table]['fields'] & string;
type Word<Table extends TableName> = keyof (typeof TABLES)[Table]['words'] & string;

/** The cells of one row after the other, by field. A value that is wrong is a problem and reads as nothing: `''`, 0. */
export class Cells<Table extends TableName> {
  /** Times that do not say their zone. */
  zoneless = 0;
  private readonly settings: CellsSettings<Table>;
  private row: Row = { line: 0, cells: [] };
  private readonly texts = new Map<string, string>();
  private readonly strangeWords = new Map<string, { count: number; readonly line: number }>();
  private readonly words = new Map<string, string | null>();

  constructor(settings: CellsSettings<Table>) {
    this.settings = settings;
  }

  use(row: Row): void {
    this.row = row;
  }

  id(field: Field<Table>): string {
    return this.needed(field);
  }

  /** An id that comes again and again: one string for all that are equal. */
  name(field: Field<Table>): string {
    const text = this.needed(field);
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    this.texts.set(text, text);
    return text;
  }

  units(field: Field<Table>): number {
    return this.number(field, (text) => parseUnits(text, 'positive'));
  }

  signedUnits(field: Field<Table>): number {
    return this.number(field, (text) => parseUnits(text, 'signed'));
  }

  signedUnitsOrNull(field: Field<Table>): number | null {
    return this.text(field) === '' ? null : this.signedUnits(field);
  }

  minor(field: Field<Table>): number {
    const { majorDigits } = this.settings;
    return this.number(field, (text) => (majorDigits === null ? parseMinor(text) : parseMajor(text, majorDigits)));
  }

  time(field: Field<Table>): number {
    return this.number(field, (text) => {
      const parsed = parseTime(text);
      if (parsed.ok && parsed.zoneless) this.zoneless++;
      return parsed;
    });
  }

  timeOrNull(field: Field<Table>): number | null {
    return this.text(field) === '' ? null : this.time(field);
  }

  /** `otherwise` stands for a word that nobody knows: it is counted, and `refuseWords` says it. */
  word(field: Field<Table>, otherwise: Word<Table>): Word<Table> {
    const text = this.needed(field);
    if (text === '') return otherwise;
    let meaning = this.words.get(text);
    if (meaning === undefined) {
      meaning = wordOf(this.settings.mapping, this.settings.table, text);
      this.words.set(text, meaning);
    }
    if (meaning !== null) return meaning as Word<Table>;
    const known = this.strangeWords.get(text);
    if (known) known.count++;
    else if (this.strangeWords.size < WORDS_AT_MOST) this.strangeWords.set(text, { count: 1, line: this.row.line });
    return otherwise;
  }

  /** Says every status word that nobody knows, with its count; the most frequent first. */
  refuseWords(field: Field<Table>): void {
    const { table, refuse } = this.settings;
    const words = [...this.strangeWords].toSorted(([, a], [, b]) => b.count - a.count);
    for (const [word, { count, line }] of words) {
      refuse({
        path: `${table}.${field}`,
        line,
        message: `unknown word "${word}" in "${this.columnOf(field)}" (${count} ${count === 1 ? 'row' : 'rows'})`,
        expected: statusesOf(TABLES[table]),
        hint: `say what it means: ${statusOption(table, 'STATUS', word)}, where STATUS is one of those`,
      });
    }
  }

  /** A problem of this row. */
  refuse(field: Field<Table>, problem: Pick<Problem, 'message' | 'expected' | 'hint'>): void {
    this.settings.refuse({ path: `${this.settings.table}.${field}`, line: this.row.line, ...problem });
  }

  columnOf(field: Field<Table>): string | null {
    const at = this.settings.columns.get(field);
    return at === undefined ? null : this.settings.header[at];
  }

  private text(field: Field<Table>): string {
    const at = this.settings.columns.get(field);
    const text = at === undefined ? '' : this.row.cells[at];
    return isEmpty(text) ? '' : text;
  }

  private needed(field: Field<Table>): string {
    const text = this.text(field);
    if (text === '') this.refuse(field, { message: `"${this.columnOf(field)}" is empty` });
    return text;
  }

  private number(field: Field<Table>, parse: (text: string) => Parsed): number {
    const text = this.needed(field);
    if (text === '') return 0;
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    const { expected, hint } = parsed;
    this.refuse(field, { message: `"${this.columnOf(field)}" says "${text.slice(0, 60)}"`, expected, hint });
    return 0;
  }
}
