import { counted, utc } from '../../reports/format.ts';
import type { Books } from '../../sim/ledger/books.ts';
import type { History } from '../../sim/ledger/history.ts';

/** Clocks of a shop and of a generator may differ by so much. */
const CLOCKS_DIFFER_MS = 60_000;

export interface BooksOfRun {
  readonly books: Books;
  readonly notes: readonly string[];
}

/**
 * Leaves out orders that were placed before the run began, with their payments, and holds that ended before it: their units are not
 * in the stock that the run began with, and a run before with the same seed had the same buyers. When an order that this run was
 * told of is among them, the times cannot be trusted, and all stay.
 */
export function ordersOfRun(history: History, books: Books): BooksOfRun {
  const beganMs = history.fromMs + history.epochOffsetMs;
  const sinceMs = beganMs - CLOCKS_DIFFER_MS;
  const earlier = books.orders.filter(({ atEpochMs }) => atEpochMs !== null && atEpochMs < sinceMs);
  if (earlier.length === 0) return { books, notes: [] };
  const began = utc(new Date(beganMs).toISOString());
  const toldIds = new Set(history.purchases.flatMap(({ steps }) => steps.flatMap(({ told }) => told?.orderId ?? [])));
  const told = earlier.find(({ id }) => toldIds.has(id));
  if (told?.atEpochMs != null) {
    const at = utc(new Date(told.atEpochMs).toISOString());
    const note = `Order ${told.id} is one that this run was told of, but is dated ${at}; the run began at ${began}. The times of the export may be of another zone: no order is left out for its time.`;
    return { books, notes: [note] };
  }
  const left = new Set(earlier.map(({ id }) => id));
  return {
    books: {
      ...books,
      orders: books.orders.filter(({ id }) => !left.has(id)),
      payments: books.payments?.filter(({ orderId }) => !left.has(orderId)) ?? null,
      reservations: books.reservations?.filter(({ expiresAtEpochMs }) => expiresAtEpochMs >= sinceMs) ?? null,
    },
    notes: [`${counted(left.size, 'order', 'orders')} placed before the run began (${began}) left out.`],
  };
}

/** Whose orders they are, and whether the mapping can be right. */
export function ownershipNotes(history: History, { orders, exclusive }: Books): string[] {
  if (orders.length === 0) return ['The export holds no order of this run.'];
  const viewers = new Set([
    ...history.purchases.map(({ viewerId }) => viewerId),
    ...history.visits.map(({ viewerId }) => viewerId),
  ]);
  const products = new Set(history.show.products.map(({ id }) => id));
  const strange = orders.filter(({ buyerId }) => !viewers.has(buyerId));
  const foreign = orders.filter(({ productId }) => !products.has(productId));
  const notes: string[] = [];
  if (strange.length === orders.length) notes.push(nobodyKnown('buyer', strange[0].buyerId, viewers));
  else if (strange.length > 0) {
    const whose = exclusive
      ? 'the run does not know (--exclusive: they count as its own)'
      : 'the run does not know: somebody else’s';
    notes.push(`${counted(strange.length, 'order', 'orders')} of buyers whom ${whose}.`);
  }
  if (foreign.length === orders.length) notes.push(nobodyKnown('product', foreign[0].productId, products));
  else if (foreign.length > 0)
    notes.push(`${counted(foreign.length, 'order', 'orders')} of products that are not in the show.`);
  return notes;
}

function nobodyKnown(field: 'buyer' | 'product', inBooks: string, inRun: ReadonlySet<string>): string {
  const [example] = inRun;
  const known = example === undefined ? `the run has no ${field}` : `the run has ${field}s such as "${example}"`;
  return `No order has a ${field} of this run: the export says "${inBooks}", ${known}. If that is a wrong column, say --map orders.${field}=<column>.`;
}
