import type { BookProduct, Books } from '../books.ts';
import type { Checker, CheckResult, EvidenceCase } from '../check.ts';
import { caseOf, counted, eventTime, Findings, NO_BOOKS, settle, unknown } from '../evidence.ts';
import { COORDINATOR } from '../events.ts';
import type { History, Show } from '../history.ts';
import { stockedUnits, type Stocked } from '../supply.ts';
import { booksViewOf } from '../views.ts';

export const stockConserved: Checker = {
  id: 'stock_conserved',
  title: 'No unit of stock appears or disappears',
  promise:
    'By product, in the books: units ever stocked against units in paid orders, units held and units left. What the shop says was stocked must be what the host put there, when nobody else uses this backend. Where the books list every movement of stock, their sum must be what is left. A refund that puts nothing back shows here.',
  check,
};

/** What must add up for one product. A range where a restock got no answer and the books do not say what was stocked. */
interface Account {
  readonly leastStocked: number;
  readonly mostStocked: number;
  readonly sold: number;
  readonly left: number | null;
  readonly held: number | null;
  readonly moved: number | null;
  /** What the host put there, when nobody else can have. */
  readonly given: Stocked | null;
}

/** Of each kind in a case. */
const LINES_AT_MOST = 10;
const ACCEPTABLE = 'stocked = sold + held + left, for each product';

function check(history: History, books: Books | null): CheckResult | null {
  const { products } = history.show;
  if (products.length === 0) return null;
  if (books === null) return unknown(stockConserved, ACCEPTABLE, NO_BOOKS);
  if (books.products === null) return unknown(stockConserved, ACCEPTABLE, 'The books have no list of products.');

  const entries = new Map(books.products.map((entry) => [entry.id, entry]));
  const sold = unitsByProduct(books.orders.filter(({ status }) => status === 'paid'));
  const held = books.reservations && unitsByProduct(books.reservations.filter(({ status }) => status === 'held'));
  const findings = new Findings();
  const vague: string[] = [];
  const sums = products.map((product) => {
    const account = accountOf(history, books, product, entries.get(product.id), sold, held);
    const off = unitsOff(account);
    if (off === null) vague.push(product.id);
    else if (off > 0) {
      const words = `${product.id}: ${accountWords(account)}, ${off} off`;
      findings.add(
        off,
        () => words,
        () => comingsBack(history, books, product.id, words),
      );
    }
    return `${product.id} ${accountWords(account)}`;
  });
  const missing = vague.length === 0 ? null : `The books do not say what is left or held of ${vague.join(', ')}.`;
  const off = findings.violations > 0 ? `${counted(findings.violations, 'unit')} off: ` : '';
  return settle(stockConserved, findings, { acceptable: ACCEPTABLE, detail: `${off}${sums.join('; ')}.`, missing });
}

function accountOf(
  history: History,
  books: Books,
  product: Show['products'][number],
  entry: BookProduct | undefined,
  sold: ReadonlyMap<string, number>,
  held: ReadonlyMap<string, number> | null,
): Account {
  const given = stockedUnits(history, product);
  const moved = booksViewOf(books).shelfOf(product.id)?.lastUnits ?? null;
  return {
    leastStocked: entry?.stockedUnits ?? given.certainUnits,
    mostStocked: entry?.stockedUnits ?? given.mostUnits,
    sold: sold.get(product.id) ?? 0,
    left: entry?.leftUnits ?? moved,
    held: entry?.heldUnits ?? (held && (held.get(product.id) ?? 0)),
    moved,
    given: books.exclusive && !history.gaps.some(({ shard }) => shard === COORDINATOR) ? given : null,
  };
}

/** Units that are missing or too many; `null` when the books do not say enough. */
function unitsOff(account: Account): number | null {
  const { leastStocked, mostStocked, sold, left, held, moved } = account;
  if (left === null || held === null) return null;
  const found = sold + left + held;
  const unaccounted = Math.max(leastStocked - found, found - mostStocked, 0);
  return Math.max(unaccounted, moved === null ? 0 : Math.abs(moved - left), unitsNotGiven(account));
}

/** What the shop stocked beyond what the host put there, or less than that. */
function unitsNotGiven({ leastStocked, mostStocked, given }: Account): number {
  return given === null ? 0 : Math.max(leastStocked - given.mostUnits, given.certainUnits - mostStocked, 0);
}

function accountWords(account: Account): string {
  const { leastStocked, mostStocked, sold, left, held, moved, given } = account;
  const stocked = rangeWords(leastStocked, mostStocked);
  const byHost =
    given === null || unitsNotGiven(account) === 0
      ? ''
      : ` (the host put ${rangeWords(given.certainUnits, given.mostUnits)} there)`;
  const movements = moved === null || moved === left ? '' : ` (${moved} by the movements)`;
  return `${stocked} stocked${byHost}, ${sold} sold, ${held ?? 'unknown'} held, ${left ?? 'unknown'} left${movements}`;
}

function rangeWords(least: number, most: number): string {
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** What can have gone wrong: the orders that were given back, and what the books put onto the shelf besides the first stock. */
function comingsBack(history: History, books: Books, productId: string, title: string): EvidenceCase {
  const orders = books.orders.filter((order) => order.productId === productId && order.status === 'refunded');
  const movements = (books.movements ?? []).filter(
    ({ productId: id, kind }) => id === productId && (kind === 'refund' || kind === 'restock'),
  );
  return caseOf(history, books, title, {
    orders: orders.slice(0, LINES_AT_MOST),
    moments: movements.slice(0, LINES_AT_MOST).map(({ kind, units, atEpochMs }) => ({
      atMs: eventTime(history, atEpochMs),
      text: `books: ${kind} puts ${counted(units, 'unit')} onto the shelf`,
    })),
  });
}

function unitsByProduct(rows: readonly { productId: string; units: number }[]): Map<string, number> {
  const units = new Map<string, number>();
  for (const row of rows) units.set(row.productId, (units.get(row.productId) ?? 0) + row.units);
  return units;
}
