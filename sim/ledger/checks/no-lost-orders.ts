import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { addUnkept, counted, Findings, lostHistory, NO_BOOKS, settle, unknown } from '../evidence.ts';
import type { History, Purchase, Told } from '../history.ts';
import { mayHaveAskedBack } from '../refunds.ts';
import type { PaidTelling } from '../tellings.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const noLostOrders: Checker = {
  id: 'no_lost_orders',
  title: 'Every order that a buyer was told is paid is in the books',
  promise:
    'Every payment that was answered with a yes against the paid orders in the books: same order, buyer, product and units. Where the backend names no orders, each yes needs an order of its own of that buyer and product. A refunded order is accepted when its buyer asked for a refund, or may have.',
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
  const unnamed = oncePerPayment(nameless);
  const told = paid.size + unnamed.length;
  const acceptable = `each of ${counted(told, 'order')} told as paid is in the books, as paid`;
  if (books === null) return unknown(noLostOrders, acceptable, NO_BOOKS);

  const view = booksViewOf(books);
  const findings = new Findings();
  for (const [orderId, { purchase, told }] of paid) {
    const wrong = whatIsWrong(history, view.orders.get(orderId), purchase, told);
    if (wrong !== null) addUnkept(history, books, findings, { purchase, orderId, said: `told as paid, but ${wrong}` });
  }
  const taken = new Set(paid.keys());
  // Those that can be any order come last.
  for (const telling of unnamed.toSorted((a, b) => (b.told.units ?? 0) - (a.told.units ?? 0))) {
    const { purchase } = telling;
    const order = view.ordersByBuyer
      .of(purchase.viewerId)
      .find((one) => !taken.has(one.id) && isKept(history, one, purchase) && hasUnits(one, telling.told));
    if (order !== undefined) taken.add(order.id);
    else
      addUnkept(history, books, findings, {
        purchase,
        orderId: 'an order',
        said: `told as paid, but the books have no paid order ${forWords(telling)}`,
      });
  }
  const { violations } = findings;
  const detail = `${counted(told, 'order')} told as paid, ${violations === 0 ? 'all' : told - violations} in the books as told.`;
  return settle(noLostOrders, findings, { acceptable, detail, missing: lostHistory(history) });
}

/** A yes to a retry or to an extra tap is of the same order. */
function oncePerPayment(tellings: readonly PaidTelling[]): PaidTelling[] {
  const seen = new Set<string>();
  return tellings.filter(({ purchase, told }) => {
    const payment = told.paymentId === null ? [] : [`payment ${told.paymentId} of ${purchase.viewerId}`];
    const names = [`purchase ${purchase.id}`, ...payment];
    const isNew = names.every((name) => !seen.has(name));
    for (const name of names) seen.add(name);
    return isNew;
  });
}

function hasUnits(order: BookOrder, { units }: Told): boolean {
  return units === null || order.units === units;
}

function forWords({ purchase, told }: PaidTelling): string {
  const units = told.units === null ? '' : `${counted(told.units, 'unit')} of `;
  return `of its own for ${units}${purchase.productId}`;
}

function whatIsWrong(history: History, order: BookOrder | undefined, purchase: Purchase, told: Told): string | null {
  const { viewerId, productId } = purchase;
  if (order === undefined) return 'the books have no such order';
  if (order.buyerId !== viewerId) return `in the books it is an order of ${order.buyerId}`;
  if (order.productId !== productId) return `in the books it is an order of ${order.productId}`;
  if (told.units !== null && !hasUnits(order, told)) {
    return `for ${counted(told.units, 'unit')}, and in the books it is for ${order.units}`;
  }
  return isKept(history, order, purchase) ? null : `in the books it is ${order.status}`;
}

/** Paid for this product; or given back, when its buyer asked for that or may have. */
function isKept(history: History, order: BookOrder, { viewerId, productId }: Purchase): boolean {
  if (order.productId !== productId) return false;
  return order.status === 'paid' || (order.status === 'refunded' && mayHaveAskedBack(history, viewerId, productId));
}
