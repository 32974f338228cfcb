import { formatAmount } from '../../money.ts';
import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { addUnkept, counted, Findings, lostHistory, NO_BOOKS, settle, unknown } from '../evidence.ts';
import type { History, Purchase } from '../history.ts';
import { ordersNamed } from '../steps.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const refundsKept: Checker = {
  id: 'refunds_kept',
  title: 'A refund that was confirmed was made',
  promise:
    'Every refund that was answered with a yes against the books: the order is refunded, and no charge for it is kept. Where the backend names no orders, each yes needs a refunded order of its own of that buyer and product. A refund without a definite answer may have been made or not.',
  check,
};

function check(history: History, books: Books | null): CheckResult | null {
  const { refunds } = viewOf(history).tellings;
  if (refunds.length === 0) return null;
  const confirmed = refunds.filter(({ steps }) => steps.some(({ kind, told }) => kind === 'refund' && isYes(told)));
  const acceptable = `each of ${counted(confirmed.length, 'confirmed refund')} made`;
  if (books === null) return unknown(refundsKept, acceptable, NO_BOOKS);

  const { orders, ordersByBuyer } = booksViewOf(books);
  const findings = new Findings();
  const taken = new Set<string>();
  const nameless: Purchase[] = [];
  for (const purchase of confirmed) {
    const ids = ordersAskedBack(purchase);
    if (ids.length === 0) nameless.push(purchase);
    for (const id of ids) {
      if (taken.has(id)) continue;
      taken.add(id);
      const order = orders.get(id);
      // Of the order of another buyer `orders_private` tells.
      if (order !== undefined && order.buyerId !== purchase.viewerId) continue;
      const wrong = order === undefined ? 'the books have no such order' : whatIsKept(history, books, order);
      if (wrong !== null)
        addUnkept(history, books, findings, { purchase, orderId: id, said: `told as refunded, but ${wrong}` });
    }
  }
  for (const purchase of nameless) {
    const { viewerId, productId } = purchase;
    const order = ordersByBuyer
      .of(viewerId)
      .find((one) => one.productId === productId && !taken.has(one.id) && whatIsKept(history, books, one) === null);
    if (order !== undefined) taken.add(order.id);
    else
      addUnkept(history, books, findings, {
        purchase,
        orderId: 'an order',
        said: `told as refunded, but the books have no refunded order of ${productId}`,
      });
  }
  const { violations } = findings;
  const made = violations === 0 ? 'all made' : `${violations} not made`;
  const detail = `${counted(refunds.length, 'refund')} asked for, ${confirmed.length} confirmed, ${made}.`;
  const blind = books.payments === null ? 'The books have no list of payments.' : null;
  return settle(refundsKept, findings, { acceptable, detail, missing: blind ?? lostHistory(history) });
}

function isYes(told: Purchase['steps'][number]['told']): boolean {
  return told?.status === 'ok';
}

/** The orders that were given back: those that the answers named, or else the last one that the purchase had been told of before. */
function ordersAskedBack({ steps }: Purchase): string[] {
  const yeses = steps.filter(({ kind, told }) => kind === 'refund' && isYes(told));
  const named = ordersNamed(yeses);
  if (named.length > 0) return named;
  const before = steps.filter(({ kind, told }) => kind !== 'refund' && isYes(told));
  return ordersNamed(before).slice(-1);
}

/** What of an order was not given back; `null`: nothing. */
function whatIsKept({ show }: History, books: Books, { id, status }: BookOrder): string | null {
  if (status !== 'refunded') return `in the books it is ${status}`;
  const kept = booksViewOf(books)
    .paymentsByOrder.of(id)
    .filter((payment) => payment.status === 'captured');
  if (kept.length === 0) return null;
  const words = kept.map((payment) => `${formatAmount(payment.amountMinor, show.currency)} of ${payment.id}`);
  return `the books keep ${words.join(' and ')}`;
}
