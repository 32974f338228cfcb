import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { BEFORE_GAP_MS, counted, eventTime, Findings, NO_BOOKS, orderCase, settle, unknown } from '../evidence.ts';
import type { History, Purchase } from '../history.ts';
import { uncertainPays, type PayKey } from '../paying.ts';
import { mayHaveAskedBack } from '../refunds.ts';
import { orderOfPay } from '../steps.ts';
import { booksViewOf, isCharge, viewOf } from '../views.ts';

export const noGhostOrders: Checker = {
  id: 'no_ghost_orders',
  title: 'Every paid order in the books is one whose buyer was told so',
  promise:
    "Every paid order in the books against what its buyer was told: a payment answered with a yes, or one without a definite answer, which explains one order at most. An order that was charged and given back, though nobody asked for that, was paid. Orders of strangers count when nobody else buys from this backend; what was paid after a worker's history ends is not judged.",
  check,
};

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  if (books === null) return unknown(noGhostOrders, 'each paid order known to its buyer', NO_BOOKS);
  const view = viewOf(history);
  const paid = books.orders.filter((order) => wasPaid(history, books, order));
  const told = ordersToldPaid(history, books);
  const toExplain = paid.filter(({ id }) => !told.has(id));

  const findings = new Findings();
  let unsure = 0;
  let hidden = 0;
  let strange = 0;
  for (const [buyerId, orders] of byBuyer(toExplain)) {
    const purchases = view.byViewer.of(buyerId);
    const ghosts = unexplained(orders, purchases);
    unsure += orders.length - ghosts.length;
    for (const order of ghosts) {
      if (!books.exclusive && !view.knows(buyerId)) strange++;
      else if (isInGap(history, books, order)) hidden++;
      else
        findings.add(
          1,
          () => ghostWords(order, purchases),
          () => orderCase(history, books, order, purchases),
        );
    }
  }
  const judged = paid.length - strange;
  const acceptable = `each of ${counted(judged, 'paid order')} known to its buyer`;
  const toldOf = judged - unsure - hidden - findings.violations;
  const detail = `${counted(judged, 'paid order')}: ${toldOf} told, ${unsure} explained by a payment without an answer, ${findings.violations} that nobody was told of.`;
  const missing =
    hidden === 0
      ? null
      : `${counted(hidden, 'paid order')} may belong to what the history of a lost worker does not tell.`;
  return settle(noGhostOrders, findings, { acceptable, detail, missing });
}

/** Paid in the end; or charged, and given back by the shop alone. */
function wasPaid(history: History, books: Books, { id, buyerId, productId, status }: BookOrder): boolean {
  if (status !== 'refunded' || mayHaveAskedBack(history, buyerId, productId)) return status === 'paid';
  return books.payments === null || booksViewOf(books).paymentsByOrder.of(id).some(isCharge);
}

/** The orders whose own buyer was told that they are paid. */
function ordersToldPaid(history: History, books: Books): Set<string> {
  const { orders } = booksViewOf(books);
  const told = new Set<string>();
  for (const { orderId, purchase } of viewOf(history).tellings.paid) {
    if (orderId !== null && orders.get(orderId)?.buyerId === purchase.viewerId) told.add(orderId);
  }
  return told;
}

/** The orders that neither a payment without a definite answer explains, nor a yes that named no order. */
function unexplained(orders: readonly BookOrder[], purchases: readonly Purchase[]): BookOrder[] {
  const pays = [...uncertainPays(purchases), ...namelessPays(purchases)];
  const explainedBy = (order: BookOrder): boolean => {
    const fits = pays.filter(({ productId }) => productId === order.productId);
    const pay = fits.find(({ orderIds }) => orderIds.has(order.id)) ?? fits.find(({ orderIds }) => orderIds.size === 0);
    if (pay === undefined) return false;
    pays.splice(pays.indexOf(pay), 1);
    return true;
  };
  return orders.filter((order) => !explainedBy(order));
}

/** Payments that were answered with a yes, by a backend that names no orders. */
function namelessPays(purchases: readonly Purchase[]): PayKey[] {
  return purchases.flatMap(({ productId, steps }) => {
    const told = steps.filter((step) => step.kind === 'pay' && step.told?.status === 'ok');
    const isNameless = told.length > 0 && told.every((step) => orderOfPay(steps, step) === null);
    return isNameless ? [{ productId, orderIds: new Set<string>() }] : [];
  });
}

function byBuyer(orders: readonly BookOrder[]): Map<string, BookOrder[]> {
  const groups = new Map<string, BookOrder[]>();
  for (const order of orders) {
    const known = groups.get(order.buyerId);
    if (known === undefined) groups.set(order.buyerId, [order]);
    else known.push(order);
  }
  return groups;
}

/** It was paid when a lost worker may already have acted unseen. Without payments it is paid while it is held, at the latest. */
function isInGap(history: History, books: Books, { id, atEpochMs }: BookOrder): boolean {
  if (history.gaps.length === 0) return false;
  const paidMs = booksViewOf(books)
    .paymentsByOrder.of(id)
    .filter(isCharge)
    .map((payment) => (payment.atEpochMs === null ? Infinity : eventTime(history, payment.atEpochMs)));
  const orderedMs = atEpochMs === null ? Infinity : eventTime(history, atEpochMs) + history.show.holdMs;
  const lastMs = paidMs.length > 0 ? Math.max(...paidMs) : orderedMs;
  return history.gaps.some(({ fromMs }) => lastMs >= fromMs - BEFORE_GAP_MS);
}

function ghostWords({ id, buyerId, productId, units, status }: BookOrder, purchases: readonly Purchase[]): string {
  const pays = purchases
    .filter((purchase) => purchase.productId === productId)
    .flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'pay'));
  const heard = pays.map(({ told }) => told?.code ?? 'nothing').join(', ');
  const paid = status === 'paid' ? 'paid' : 'charged and given back';
  const who = `${id} of ${buyerId}: ${counted(units, 'unit')} of ${productId} ${paid} in the books`;
  return `${who}, ${pays.length === 0 ? 'and no payment was ever sent' : `and its buyer was told: ${heard}`}`;
}
