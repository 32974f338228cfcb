import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { counted, Findings, lostHistory, NO_BOOKS, purchaseCase, settle, unknown } from '../evidence.ts';
import type { History, Purchase, Told } from '../history.ts';
import { mayHaveHappened } from '../steps.ts';
import type { PaidTelling } from '../tellings.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const noLostOrders: Checker = {
  id: 'no_lost_orders',
  title: 'Every order that a buyer was told is paid is in the books',
  promise:
    'Every payment that was answered with a yes against the paid orders in the books: same order, buyer, product and units. A refunded order is accepted when its buyer asked for a refund, or may have.',
  check,
};

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  const paid = new Map<string, PaidTelling>();
  const nameless: PaidTelling[] = [];
  for (const telling of viewOf(history).tellings.paid) {
    if (telling.orderId === null) nameless.push(telling);
    else if (!paid.has(telling.orderId)) paid.set(telling.orderId, telling);
  }
  const told = paid.size + nameless.length;
  const acceptable = `each of ${counted(told, 'order')} told as paid is in the books, as paid`;
  if (books === null) return unknown(noLostOrders, acceptable, NO_BOOKS);

  const view = booksViewOf(books);
  const findings = new Findings();
  for (const [orderId, { purchase, told }] of paid) {
    const wrong = whatIsWrong(history, view.orders.get(orderId), purchase, told);
    if (wrong !== null) report(history, books, findings, purchase, orderId, wrong);
  }
  for (const { purchase } of nameless) {
    if (view.ordersByBuyer.of(purchase.viewerId).some((order) => isKept(history, order, purchase))) continue;
    report(history, books, findings, purchase, 'an order', `the books have no paid order of ${purchase.productId}`);
  }
  const { violations } = findings;
  const detail = `${counted(told, 'order')} told as paid, ${violations === 0 ? 'all' : told - violations} in the books as told.`;
  return settle(noLostOrders, findings, { acceptable, detail, missing: lostHistory(history) });
}

function report(
  history: History,
  books: Books,
  findings: Findings,
  purchase: Purchase,
  orderId: string,
  wrong: string,
): void {
  const title = `${orderId} of ${purchase.viewerId}`;
  findings.add(
    1,
    () => `${title} (${purchase.productId}): told as paid, but ${wrong}`,
    () => purchaseCase(history, books, title, purchase),
  );
}

function whatIsWrong(history: History, order: BookOrder | undefined, purchase: Purchase, told: Told): string | null {
  const { viewerId, productId } = purchase;
  if (order === undefined) return 'the books have no such order';
  if (order.buyerId !== viewerId) return `in the books it is an order of ${order.buyerId}`;
  if (order.productId !== productId) return `in the books it is an order of ${order.productId}`;
  if (told.units !== null && order.units !== told.units) {
    return `for ${counted(told.units, 'unit')}, and in the books it is for ${order.units}`;
  }
  return isKept(history, order, purchase) ? null : `in the books it is ${order.status}`;
}

/** Paid for this product; or given back, when its buyer asked for that or may have. */
function isKept(history: History, order: BookOrder, { viewerId, productId }: Purchase): boolean {
  if (order.productId !== productId) return false;
  return order.status === 'paid' || (order.status === 'refunded' && mayHaveAskedBack(history, viewerId, productId));
}

function mayHaveAskedBack(history: History, viewerId: string, productId: string): boolean {
  // What a viewer asked for after the history of its worker ended, nobody knows.
  if (history.gaps.length > 0) return true;
  return viewOf(history)
    .byViewer.of(viewerId)
    .filter((purchase) => purchase.productId === productId)
    .some(({ steps }) => steps.some((step) => step.kind === 'refund' && mayHaveHappened(step)));
}
