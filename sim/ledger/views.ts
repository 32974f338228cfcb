import type { BookMovement, BookOrder, BookPayment, BookReservation, Books } from './books.ts';
import { Groups } from './groups.ts';
import type { GivenCue, History, Purchase, Step } from './history.ts';
import { ShelfLevels } from './shelf-levels.ts';
import { Survey } from './survey.ts';
import type { Tellings } from './tellings.ts';

/** Indexes of a history and of books, each made when it is first asked for, and once for all checkers. */

class HistoryView {
  private readonly history: History;
  private viewers: Groups<Purchase> | null = null;
  private visitors: ReadonlySet<string> | null = null;
  private cues: Groups<GivenCue> | null = null;
  private surveyed: Survey | null = null;

  constructor(history: History) {
    this.history = history;
  }

  get byViewer(): Groups<Purchase> {
    this.viewers ??= new Groups(this.history.purchases, (purchase) => purchase.viewerId);
    return this.viewers;
  }

  /** Whether it is one of the run's viewers: else it is a stranger to the history. */
  knows(viewerId: string): boolean {
    if (this.byViewer.has(viewerId)) return true;
    this.visitors ??= new Set(this.history.visits.map((visit) => visit.viewerId));
    return this.visitors.has(viewerId);
  }

  /** The cues of a product that may have been carried out: not those that were refused. */
  cuesOf(productId: string): GivenCue[] {
    this.cues ??= new Groups(
      this.history.cues.filter((cue) => cue.status !== 'refused'),
      (cue) => cue.productId ?? '',
    );
    return this.cues.of(productId);
  }

  get survey(): Survey {
    this.surveyed ??= new Survey(this.history.purchases);
    return this.surveyed;
  }

  get tellings(): Tellings {
    return this.survey.tellings;
  }
}

class BooksView {
  private readonly books: Books;
  private ids: Map<string, BookOrder> | null = null;
  private buyers: Groups<BookOrder> | null = null;
  private paid: Groups<BookPayment> | null = null;
  private holds: Groups<BookReservation> | null = null;
  private moved: Map<string, BookMovement[]> | null = null;
  private shelves: Map<string, ShelfLevels> | null = null;

  constructor(books: Books) {
    this.books = books;
  }

  get orders(): ReadonlyMap<string, BookOrder> {
    if (this.ids === null) {
      this.ids = new Map();
      for (const order of this.books.orders) this.ids.set(order.id, order);
    }
    return this.ids;
  }

  get ordersByBuyer(): Groups<BookOrder> {
    this.buyers ??= new Groups(this.books.orders, (order) => order.buyerId);
    return this.buyers;
  }

  ordersOf(buyerId: string, productId: string): BookOrder[] {
    return this.ordersByBuyer.of(buyerId).filter((order) => order.productId === productId);
  }

  /** Of no order when the books have no payments. */
  get paymentsByOrder(): Groups<BookPayment> {
    this.paid ??= new Groups(this.books.payments ?? [], (payment) => payment.orderId);
    return this.paid;
  }

  get reservationsByBuyer(): Groups<BookReservation> {
    this.holds ??= new Groups(this.books.reservations ?? [], (reservation) => reservation.buyerId);
    return this.holds;
  }

  /** What lay on each shelf at every time; `null` when the books have no movements of this product. */
  shelfOf(productId: string): ShelfLevels | null {
    this.shelves ??= new Map([...this.movements].map(([id, movements]) => [id, new ShelfLevels(movements)]));
    return this.shelves.get(productId) ?? null;
  }

  /** In the order of the books; none when they have none of this product. */
  movementsOf(productId: string): readonly BookMovement[] {
    return this.movements.get(productId) ?? [];
  }

  private get movements(): Map<string, BookMovement[]> {
    if (this.moved === null) {
      this.moved = new Map();
      for (const movement of this.books.movements ?? []) {
        const known = this.moved.get(movement.productId);
        if (known === undefined) this.moved.set(movement.productId, [movement]);
        else known.push(movement);
      }
    }
    return this.moved;
  }
}

const histories = new WeakMap<History, HistoryView>();
const ledgers = new WeakMap<Books, BooksView>();

export function viewOf(history: History): HistoryView {
  let view = histories.get(history);
  if (view === undefined) histories.set(history, (view = new HistoryView(history)));
  return view;
}

export function booksViewOf(books: Books): BooksView {
  let view = ledgers.get(books);
  if (view === undefined) ledgers.set(books, (view = new BooksView(books)));
  return view;
}

/** Charged, whether or not it was given back later. */
export function isCharge(payment: BookPayment): boolean {
  return payment.status !== 'declined';
}

/** Whether an order may be one of the run's: in the books of a shop in which others buy, too, those of strangers are none of its business. */
export function isOurOrder(history: History, books: Books, orderId: string): boolean {
  if (books.exclusive || viewOf(history).tellings.firstTold.has(orderId)) return true;
  const order = booksViewOf(books).orders.get(orderId);
  return order !== undefined && viewOf(history).knows(order.buyerId);
}

/** When a request was first sent with this key: the answer to a retry, or to another device, may be that of the first one. */
export function firstSentMs(history: History, { viewerId }: Purchase, of: Step): number {
  if (of.key === null) return of.sentMs;
  let firstMs = of.sentMs;
  for (const { steps } of viewOf(history).byViewer.of(viewerId)) {
    for (const { kind, key, sentMs } of steps) {
      if (kind === of.kind && key === of.key && sentMs < firstMs) firstMs = sentMs;
    }
  }
  return firstMs;
}
