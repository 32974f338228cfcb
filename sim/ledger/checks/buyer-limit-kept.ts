import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { buyerCase, counted, Findings, NO_BOOKS, settle, unknown } from '../evidence.ts';
import type { History } from '../history.ts';
import { mayHaveAskedBack, timeOfRefund } from '../refunds.ts';
import { orderOfPay } from '../steps.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const buyerLimitKept: Checker = {
  id: 'buyer_limit_kept',
  title: 'No buyer has more than the limit',
  promise:
    'Units of one product in the paid orders of one buyer, by the books, against the limit of that product. Units that their buyer asked to give back do not count, unless the buyer had more than the limit before that; those that the shop gave back by itself do. Strangers count when nobody else buys from this backend.',
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
        () =>
          `${title} (${mostOwned(history, books, buyerId, productId)
            .map(({ id }) => id)
            .join(', ')})`,
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
  const gaveBack: BookOrder[] = [];
  for (const order of books.orders) {
    const { productId, buyerId, units } = order;
    const buyers = bought.get(productId);
    if (buyers === undefined || (!books.exclusive && !viewOf(history).knows(buyerId))) continue;
    if (counts(history, order)) buyers.set(buyerId, (buyers.get(buyerId) ?? 0) + units);
    else if (order.status === 'refunded') gaveBack.push(order);
  }
  for (const { productId, buyerId } of gaveBack) {
    bought.get(productId)?.set(buyerId, unitsOf(mostOwned(history, books, buyerId, productId)));
  }
  return bought;
}

function counts(history: History, { status, buyerId, productId }: BookOrder): boolean {
  return status === 'paid' || (status === 'refunded' && !mayHaveAskedBack(history, buyerId, productId));
}

/** What the buyer has in the end, or had when one of the refunds was asked for, if that was more. */
function mostOwned(history: History, books: Books, buyerId: string, productId: string): BookOrder[] {
  const orders = booksViewOf(books).ordersOf(buyerId, productId);
  const told = paidOrders(history, buyerId, productId);
  let most = orders.filter((order) => counts(history, order));
  for (const { backMs } of told) {
    if (backMs === Infinity) continue;
    const ids = new Set(
      told.filter((one) => one.toldMs <= backMs && one.backMs >= backMs).map(({ orderId }) => orderId),
    );
    const owned = orders.filter(({ id, status }) => ids.has(id) && (status === 'paid' || status === 'refunded'));
    if (unitsOf(owned) > unitsOf(most)) most = owned;
  }
  return most;
}

/** Of which orders a buyer was told that they are paid, when, and when they were asked back: never, or not yet, is Infinity. */
function paidOrders(
  history: History,
  viewerId: string,
  productId: string,
): { readonly orderId: string | null; readonly toldMs: number; readonly backMs: number }[] {
  return viewOf(history)
    .byViewer.of(viewerId)
    .filter((purchase) => purchase.productId === productId)
    .flatMap(({ steps }) => {
      const backMs = timeOfRefund(steps)?.sentMs ?? Infinity;
      return steps.flatMap((step) =>
        step.kind === 'pay' && step.told?.status === 'ok'
          ? [{ orderId: orderOfPay(steps, step), toldMs: step.told.atMs, backMs }]
          : [],
      );
    });
}

function unitsOf(orders: readonly BookOrder[]): number {
  return orders.reduce((sum, { units }) => sum + units, 0);
}
