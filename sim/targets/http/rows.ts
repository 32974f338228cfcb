/** Rows of the books, by their columns. What cannot be read is a problem of its row; all of them are said at once. */

import type { BookOrder, BookPayment, BookProduct } from '../../ledger/books.ts';
import { condition, type Conditions } from '../mapping/condition.ts';
import { minorReader, wholeIn, type MoneyOptions } from '../mapping/money.ts';
import { maskTokens } from '../mapping/mask-tokens.ts';
import { pathOf } from '../mapping/path.ts';
import { timeOf } from '../mapping/time.ts';
import type { OrdersOptions, PaymentsOptions, StockOptions } from './options.ts';

/** Rows of one table. `isOld`: whether a row of this time is of before the run; it is passed over unread, whatever shape it has. */
export type Rows<T> = (rows: readonly unknown[], isOld: (atEpochMs: number) => boolean) => RowsRead<T>;
export interface RowsRead<T> {
  readonly rows: readonly T[];
  readonly oldIds: ReadonlySet<string>;
}
type Get = (row: unknown) => unknown;

/** How many problems are named; a wrong column is wrong in every row. */
const PROBLEMS_SHOWN = 5;

export function orderRows(
  options: OrdersOptions,
  money: MoneyOptions,
  toOurs: (name: string) => string,
): Rows<BookOrder> {
  const { columns, buyerPattern, pending, paid, refunded, cancelled } = options;
  const [id, buyer, product] = [columns.id, columns.buyer, columns.product].map(pathOf);
  const [units, amount, at] = [columns.units, columns.amount, columns.at].map(columnOf);
  const minor = minorReader(money);
  const statusOf = statusReader(columns.status, { pending, paid, refunded, cancelled });
  const pattern = buyerPattern === undefined ? null : new RegExp(buyerPattern);
  const read = (row: unknown): BookOrder => {
    const buyerName = textIn('buyer', buyer(row));
    return {
      id: textIn('id', id(row)),
      buyerId: pattern?.exec(buyerName)?.[1] ?? buyerName,
      productId: toOurs(textIn('product', product(row))),
      units: needed('units', wholeIn(units(row))),
      amountMinor: needed('amount', minor(amount(row))),
      status: statusOf(row),
      atEpochMs: timeOf(at(row)),
    };
  };
  return rowReader('books.orders', 'id', { id, at, read });
}

export function paymentRows(options: PaymentsOptions, money: MoneyOptions): Rows<BookPayment> {
  const { columns, captured, declined, refunded } = options;
  const [id, order, amount] = [columns.id, columns.order, columns.amount].map(pathOf);
  const at = columnOf(columns.at);
  const minor = minorReader(money);
  const statusOf = statusReader(columns.status, { captured, declined, refunded });
  return rowReader('books.payments', 'id', {
    id,
    at,
    read: (row) => ({
      id: textIn('id', id(row)),
      orderId: textIn('order', order(row)),
      amountMinor: needed('amount', minor(amount(row))),
      status: statusOf(row),
      atEpochMs: timeOf(at(row)),
    }),
  });
}

export function stockRows({ columns }: StockOptions, toOurs: (name: string) => string): Rows<BookProduct> {
  const product = pathOf(columns.product);
  const [stocked, sold, left] = [columns.stocked, columns.sold, columns.left].map(columnOf);
  const held = columns.held === 0 ? () => 0 : columnOf(columns.held);
  return rowReader('books.stock', 'product', {
    id: product,
    at: columnOf(undefined),
    read: (row) => ({
      id: toOurs(textIn('product', product(row))),
      stockedUnits: wholeIn(stocked(row)) ?? null,
      soldUnits: wholeIn(sold(row)) ?? null,
      leftUnits: wholeIn(left(row)) ?? null,
      heldUnits: wholeIn(held(row)) ?? null,
    }),
  });
}

/** Two rows of one id are a mistake of the mapping: a join that doubles lines would double sales. */
function rowReader<T extends { readonly id: string }>(
  name: string,
  column: string,
  { id, at, read }: { readonly id: Get; readonly at: Get; readonly read: (row: unknown) => T },
): Rows<T> {
  return (rows, isOld) => {
    const problems: string[] = [];
    const seen = new Set<string>();
    const oldIds = new Set<string>();
    const found: T[] = [];
    for (const [index, row] of rows.entries()) {
      const atEpochMs = timeOf(at(row));
      if (atEpochMs !== null && isOld(atEpochMs)) {
        oldIds.add(String(id(row)));
        continue;
      }
      try {
        const value = read(row);
        if (seen.has(value.id)) throw new Error(`${column} "${value.id}" is there twice; one row each is expected`);
        seen.add(value.id);
        found.push(value);
      } catch (error) {
        problems.push(`row ${index + 1}: ${(error as Error).message}`);
      }
    }
    if (problems.length > 0) throw new Error(problemsText(name, problems, rows[0]));
    return { rows: found, oldIds };
  };
}

function problemsText(name: string, problems: readonly string[], row: unknown): string {
  const more = problems.length > PROBLEMS_SHOWN ? [`and ${problems.length - PROBLEMS_SHOWN} more`] : [];
  const first = maskTokens(JSON.stringify(row).slice(0, 300));
  return `${name} cannot be read: ${[...problems.slice(0, PROBLEMS_SHOWN), ...more].join('; ')}. The first row is ${first}`;
}

function columnOf(path: string | undefined): Get {
  return path === undefined ? () => undefined : pathOf(path);
}

/** By the conditions, in the order of the names; else by the word itself. Throws Error for a word that nobody knows. */
function statusReader<S extends string>(
  column: string | undefined,
  rules: Readonly<Record<S, Conditions | undefined>>,
): (row: unknown) => S {
  const names = Object.keys(rules) as S[];
  const known = names.flatMap((status) => {
    const rule: Conditions | undefined = rules[status];
    return rule === undefined ? [] : [{ status, holds: condition(rule) }];
  });
  const word = columnOf(column);
  return (row) => {
    const found = known.find(({ holds }) => holds(row));
    if (found) return found.status;
    const written = word(row);
    const same = names.find((status) => status === String(written).toLowerCase());
    if (same !== undefined) return same;
    throw new Error(
      `nothing says what the status ${JSON.stringify(written) ?? 'of this row'} means: ${names.join(', ')}`,
    );
  };
}

function textIn(column: string, value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`no ${column}`);
}

function needed<T>(column: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`no ${column}`);
  return value;
}
