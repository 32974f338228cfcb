import { formatAmount } from '../../money.ts';
import type { BookPayment, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import {
  counted,
  Findings,
  lostHistory,
  NO_BOOKS,
  orderCase,
  ordersToldIn,
  purchaseCase,
  settle,
  unknown,
} from '../evidence.ts';
import type { History, Purchase } from '../history.ts';
import { mayHaveHappened } from '../steps.ts';
import { booksViewOf, isCharge, isOurOrder, viewOf } from '../views.ts';

/**
 * A charge that was given back was a charge: a shop that charges twice and refunds one has charged twice. Only a refund that the
 * viewer asked for makes room for another charge, and only in another order.
 */
export const noDoubleCharge: Checker = {
  id: 'no_double_charge',
  title: 'Nobody is charged twice for one purchase',
  promise:
    "Charges in the backend's books for one order, and over all orders that one purchase was told of: at most one. A charge that was refunded still counts, unless the buyer asked for that refund and then bought again. Charges of strangers count when nobody else buys from this backend.",
  check,
};

const ACCEPTABLE = 'at most 1 charge for each order and for each purchase';

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  if (books === null) return unknown(noDoubleCharge, ACCEPTABLE, NO_BOOKS);
  if (books.payments === null) return unknown(noDoubleCharge, ACCEPTABLE, 'The books have no list of payments.');
  const findings = new Findings();
  const charges = books.payments.filter((payment) => isCharge(payment) && isOurOrder(history, books, payment.orderId));
  const charged = findTwiceInOrder(history, books, charges, findings);
  for (const purchase of viewOf(history).tellings.ofSeveralOrders)
    findTwiceInPurchase(history, books, charged, purchase, findings);
  const { violations } = findings;
  const tooMany = violations === 0 ? 'none twice' : `${violations} too many`;
  const detail = `${counted(charges.length, 'charge')} for ${counted(charged.size, 'order')}, ${tooMany}.`;
  return settle(noDoubleCharge, findings, { acceptable: ACCEPTABLE, detail, missing: lostHistory(history) });
}

/** @returns the orders that were charged, and whether a charge of theirs still stands. */
function findTwiceInOrder(
  history: History,
  books: Books,
  charges: readonly BookPayment[],
  findings: Findings,
): Map<string, { stands: boolean }> {
  const { orders, paymentsByOrder } = booksViewOf(books);
  const charged = new Map<string, { stands: boolean }>();
  const twice = new Set<string>();
  for (const { orderId, status } of charges) {
    const known = charged.get(orderId);
    if (known === undefined) charged.set(orderId, { stands: status === 'captured' });
    else {
      known.stands ||= status === 'captured';
      twice.add(orderId);
    }
  }
  for (const orderId of twice) {
    const order = orders.get(orderId);
    const payments = paymentsByOrder.of(orderId).filter(isCharge);
    const words = payments
      .map(({ id, amountMinor, status }) => `${id} ${formatAmount(amountMinor, history.show.currency)} ${status}`)
      .join(', ');
    findings.add(
      payments.length - 1,
      () => `${orderId} of ${order?.buyerId ?? 'nobody'}: charged ${payments.length} times (${words})`,
      order && (() => orderCase(history, books, order, viewOf(history).byViewer.of(order.buyerId))),
    );
  }
  return charged;
}

function findTwiceInPurchase(
  history: History,
  books: Books,
  charged: ReadonlyMap<string, { stands: boolean }>,
  purchase: Purchase,
  findings: Findings,
): void {
  const { steps } = purchase;
  const own = ordersToldIn(books, steps).filter(({ id, buyerId }) => buyerId === purchase.viewerId && charged.has(id));
  // What a viewer asked for after the history of its worker ended, nobody knows.
  const isBack = history.gaps.length > 0 || steps.some((step) => step.kind === 'refund' && mayHaveHappened(step));
  const counting = isBack ? own.filter(({ id }) => charged.get(id)?.stands) : own;
  if (counting.length < 2) return;
  const ids = counting.map(({ id }) => id).join(' and ');
  findings.add(
    counting.length - 1,
    () => `${purchase.id} of ${purchase.viewerId}: one purchase, ${counting.length} charged orders (${ids})`,
    () => purchaseCase(history, books, `${purchase.id} of ${purchase.viewerId}: ${ids}`, purchase),
  );
}
