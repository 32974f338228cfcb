import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { buyerCase, counted, Findings, NO_BOOKS, settle, unknown } from '../evidence.ts';
import type { History } from '../history.ts';
import { mayHaveAskedBack } from '../refunds.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const buyerLimitKept: Checker = {
  id: 'buyer_limit_kept',
  title: 'No buyer has more than the limit',
  promise:
    'Units of one product in the paid orders of one buyer, by the books, against the limit of that product. Units that their buyer asked to give back do not count; those that the shop gave back by itself do. Strangers count when nobody else buys from this backend.',
  check,
};

function check(history: History, books: Books | null): CheckResult | null {
  const limits = new Map(
    history.show.products.flatMap(({ id, perBuyer }) => (perBuyer === null ? [] : [[id, perBuyer] as const])),
  );
  if (limits.size === 0) return null;
  const acceptable = `at most ${[...limits].map(([id, limit]) => `${limit} of ${id}`).join(', ')} for each buyer`;
  if (books === null) return unknown(buyerLimitKept, acceptable, NO_BOOKS);

  const bought = unitsByBuyer(history, books, limits);
  const findings = new Findings();
  let buyers = 0;
  for (const [productId, limit] of limits) {
    for (const [buyerId, units] of bought.get(productId) ?? []) {
      buyers++;
      if (units <= limit) continue;
      const title = `${buyerId}: ${counted(units, 'unit')} of ${productId}, ${limit} allowed`;
      findings.add(
        units - limit,
        () => `${title} (${boughtIds(history, books, buyerId, productId).join(', ')})`,
        () => buyerCase(history, books, title, { buyerId, productId }),
      );
    }
  }
  const { violations } = findings;
  const beyond = violations === 0 ? 'nobody beyond the limit' : `${violations} units beyond the limit`;
  const detail = `${counted(buyers, 'buyer')} of limited products, ${beyond}.`;
  return settle(buyerLimitKept, findings, { acceptable, detail, missing: null });
}

/** Product, then buyer, then units in orders that count. */
function unitsByBuyer(
  history: History,
  books: Books,
  limits: ReadonlyMap<string, number>,
): Map<string, Map<string, number>> {
  const bought = new Map([...limits.keys()].map((id) => [id, new Map<string, number>()]));
  for (const order of books.orders) {
    const { productId, buyerId, units } = order;
    const buyers = bought.get(productId);
    if (buyers === undefined || !counts(history, order)) continue;
    if (!books.exclusive && !viewOf(history).knows(buyerId)) continue;
    buyers.set(buyerId, (buyers.get(buyerId) ?? 0) + units);
  }
  return bought;
}

function counts(history: History, { status, buyerId, productId }: BookOrder): boolean {
  return status === 'paid' || (status === 'refunded' && !mayHaveAskedBack(history, buyerId, productId));
}

function boughtIds(history: History, books: Books, buyerId: string, productId: string): string[] {
  return booksViewOf(books)
    .ordersOf(buyerId, productId)
    .filter((order) => counts(history, order))
    .map(({ id }) => id);
}
