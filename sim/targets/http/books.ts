import type { BookOrder, BookPayment, BookProduct, Books } from '../../ledger/books.ts';
import { chain, mapEnd } from '../mapping/conversation.ts';
import { ourName, withValues, type ProductNames } from '../mapping/values.ts';
import type { BooksTarget, Conversation, HttpAnswer } from '../target.ts';
import { listReader, type ListOptions } from './list.ts';
import type { BooksOptions } from './options.ts';
import { orderRows, paymentRows, stockRows, type Rows, type RowsRead } from './rows.ts';
import type { Staff } from './staff.ts';

/** `Date` of an answer is cut to seconds, and the two clocks are read at different moments. */
const CLOCK_SLACK_MS = 5_000;
/** Where the backend does not say what time it is there. */
const UNKNOWN_CLOCK_SLACK_MS = 60_000;

/**
 * The books, by the lists of the target file. Not exclusive: an existing shop has other buyers. Orders and payments from before this target was made
 * are left out, unread, where they are dated: they may have another shape, and an earlier run of the same seed had viewers of the same names.
 */
export function booksTarget(options: BooksOptions, products: ProductNames | undefined, staff: Staff): BooksTarget {
  const { context } = staff;
  const toOurs = ourName(products);
  const sinceMs = context.epochMs();
  const list = <Row>(table: ListOptions | undefined, name: string, read: Rows<Row>) => {
    if (table === undefined) return () => ({ end: null });
    const rows = listReader(table, name, staff);
    return (clock: Clock): Conversation<RowsRead<Row> | null> =>
      mapEnd(rows(listValues(staff, sinceMs), clock.see), (found) => {
        const fromMs = clock.before(sinceMs);
        return read(found, (atEpochMs) => atEpochMs < fromMs);
      });
  };
  const { orders, stock, payments } = options;
  const ordersOf = list(orders, 'books.orders', orderRows(orders, context, toOurs));
  const stockOf = list(stock, 'books.stock', stock ? stockRows(stock, toOurs) : noRows);
  const paymentsOf = list(payments, 'books.payments', payments ? paymentRows(payments, context) : noRows);
  return {
    origin: context.origin,
    audit: () =>
      staff.signedIn(true, () => {
        const clock = new Clock(context.epochMs);
        return chain(ordersOf(clock), (allOrders) =>
          chain(paymentsOf(clock), (allPayments) =>
            mapEnd(stockOf(clock), (shelf) => booksOf(allOrders, allPayments, shelf, clock.readAtEpochMs)),
          ),
        );
      }),
  };
}

function listValues(staff: Staff, sinceMs: number) {
  const since = Math.round(sinceMs);
  return withValues(staff.values(), { since, sinceIso: new Date(since).toISOString() });
}

/** How far the backend's clock is from ours, by the header `date` of its answers. */
class Clock {
  private offsetMs: number | null = null;
  private readAtMs = 0;
  private readonly epochMs: () => number;

  constructor(epochMs: () => number) {
    this.epochMs = epochMs;
  }

  readonly see = (answer: HttpAnswer): void => {
    this.readAtMs = this.epochMs();
    const there = Date.parse(answer.header('date') ?? '');
    if (!Number.isNaN(there)) this.offsetMs = there - this.readAtMs;
  };

  /** Of the last answer, by the backend's clock; null: its clock is not known. */
  get readAtEpochMs(): number | null {
    return this.offsetMs === null ? null : Math.round(this.readAtMs + this.offsetMs);
  }

  /** Before this, by the backend's clock, it was certainly before that moment of ours. */
  before(ourMs: number): number {
    return this.offsetMs === null ? ourMs - UNKNOWN_CLOCK_SLACK_MS : ourMs + this.offsetMs - CLOCK_SLACK_MS;
  }
}

function noRows(): RowsRead<never> {
  return { rows: [], oldIds: new Set() };
}

function booksOf(
  orders: RowsRead<BookOrder> | null,
  payments: RowsRead<BookPayment> | null,
  shelf: RowsRead<BookProduct> | null,
  readAtEpochMs: number | null,
): Books {
  const rest = { exclusive: false, reservations: null, movements: null, rooms: null };
  // An old order may have been paid during the run: that is none of its business.
  const ofRun = payments?.rows.filter(({ orderId }) => orders?.oldIds.has(orderId) !== true) ?? null;
  return { readAtEpochMs, products: shelf?.rows ?? null, orders: orders?.rows ?? [], payments: ofRun, ...rest };
}
