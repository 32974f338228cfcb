import { counted } from '../../reports/format.ts';
import type { BookMovement, BookOrder, BookReservation, Books } from '../../sim/ledger/books.ts';
import type { History } from '../../sim/ledger/history.ts';
import { booksViewOf, viewOf } from '../../sim/ledger/views.ts';
import { moment, sideOf, windowOf, type RunWindow, type Side } from './window.ts';

export interface BooksOfRun {
  readonly books: Books;
  readonly notes: readonly string[];
}

/**
 * Leaves out what happened before the run or after it: a run of the same seed has the same buyers, and units that came or went at another
 * time are not of the stock of this run. An order that this run was told of is its own, whatever its time. What stock there was when
 * the books were exported says nothing of the run when more has happened since. When the times cannot be trusted, all stays.
 */
export function booksOfRun(history: History, books: Books): BooksOfRun {
  const window = windowOf(history, books);
  if (typeof window === 'string') return { books, notes: [window] };
  const left = new LeftOut(window);
  const ofRun: Books = {
    ...books,
    orders: left.during('order', books.orders, (order) => sideOfOrder(history, books, window, order)),
    payments: books.payments && paymentsOfRun(history, books, books.payments, window, left),
    reservations:
      books.reservations && left.during('hold', books.reservations, (hold) => sideOfHold(history, window, hold)),
    movements: books.movements && movementsOfRun(books.movements, window, left),
  };
  const isLater = left.isAfter || sideOf(window, books.readAtEpochMs) === 'after';
  if (!isLater || books.products === null) return { books: ofRun, notes: left.notes };
  const why = `The stock of the export is that of a time after the run (later than ${moment(window.untilEpochMs)}): what it says of products is not compared.`;
  return { books: { ...ofRun, products: books.products.map(({ id }) => uncounted(id)) }, notes: [...left.notes, why] };
}

/** Counts what is left out. */
class LeftOut {
  private readonly window: RunWindow;
  private readonly lines: string[] = [];
  /** Something happened after the run. */
  isAfter = false;

  constructor(window: RunWindow) {
    this.window = window;
  }

  get notes(): readonly string[] {
    return this.lines;
  }

  /** The rows that are of the run; `one`: what a row is called. */
  during<Row>(one: string, rows: readonly Row[], sideOfRow: (row: Row) => Side): readonly Row[] {
    const many = { before: 0, during: 0, after: 0 };
    const kept = rows.filter((row) => {
      const side = sideOfRow(row);
      many[side]++;
      return side === 'during';
    });
    this.say(one, many.before, many.after);
    return kept;
  }

  private say(one: string, before: number, after: number): void {
    const { sinceEpochMs, untilEpochMs } = this.window;
    const placed = one === 'order' ? ' placed' : '';
    if (before > 0) {
      const when = `before the run began (earlier than ${moment(sinceEpochMs)})`;
      this.lines.push(`${counted(before, one, `${one}s`)}${placed} ${when} left out.`);
    }
    if (after === 0) return;
    this.isAfter = true;
    const when = `after the run (later than ${moment(untilEpochMs)}, its end and a hold)`;
    this.lines.push(`${counted(after, one, `${one}s`)}${placed} ${when} left out.`);
  }
}

/** An order without a time is of the time of its first payment that has one. */
function sideOfOrder(history: History, books: Books, window: RunWindow, { id, atEpochMs }: BookOrder): Side {
  if (viewOf(history).tellings.firstTold.has(id)) return 'during';
  if (atEpochMs !== null) return sideOf(window, atEpochMs);
  const paidMs = booksViewOf(books)
    .paymentsByOrder.of(id)
    .flatMap((payment) => payment.atEpochMs ?? []);
  return sideOf(window, paidMs.length === 0 ? null : Math.min(...paidMs));
}

/** A payment is of the run when its order is: a shop may charge days later. One without an order that is known goes by its own time. */
function paymentsOfRun(
  history: History,
  books: Books,
  payments: NonNullable<Books['payments']>,
  window: RunWindow,
  left: LeftOut,
): NonNullable<Books['payments']> {
  const { orders } = booksViewOf(books);
  const { firstTold } = viewOf(history).tellings;
  return left.during('payment', payments, ({ orderId, atEpochMs }) => {
    const order = orders.get(orderId);
    if (order !== undefined) return sideOfOrder(history, books, window, order);
    return firstTold.has(orderId) ? 'during' : sideOf(window, atEpochMs);
  });
}

/** A hold was made, or renewed, one hold time before its end. One that is a cart of this run is of the run. */
function sideOfHold(history: History, window: RunWindow, { id, buyerId, expiresAtEpochMs }: BookReservation): Side {
  const side = sideOf(window, expiresAtEpochMs - history.show.holdMs);
  if (side === 'during') return side;
  const isTold = viewOf(history)
    .byViewer.of(buyerId)
    .some(({ steps }) => steps.some(({ told }) => told?.cartId === id));
  return isTold ? 'during' : side;
}

/** What came and went before the run is one movement: the stock that it began with. */
function movementsOfRun(movements: readonly BookMovement[], window: RunWindow, left: LeftOut): readonly BookMovement[] {
  const upToEnd = left.during('movement', movements, ({ atEpochMs }) =>
    sideOf(window, atEpochMs) === 'after' ? 'after' : 'during',
  );
  const first = new Map<string, BookMovement>();
  for (const { productId, units, atEpochMs } of upToEnd) {
    if (sideOf(window, atEpochMs) !== 'before') continue;
    const before = first.get(productId)?.units ?? 0;
    first.set(productId, { productId, kind: 'initial', units: before + units, atEpochMs: window.sinceEpochMs });
  }
  return [...first.values(), ...upToEnd.filter(({ atEpochMs }) => sideOf(window, atEpochMs) === 'during')];
}

function uncounted(id: string): NonNullable<Books['products']>[number] {
  return { id, stockedUnits: null, soldUnits: null, leftUnits: null, heldUnits: null };
}
