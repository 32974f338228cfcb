import { formatAmount } from '../../money.ts';
import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { caseOf, counted, Findings, NO_BOOKS, orderCase, settle, unknown } from '../evidence.ts';
import type { History } from '../history.ts';
import { booksViewOf, isOurOrder, viewOf } from '../views.ts';

export const moneyBalances: Checker = {
  id: 'money_balances',
  title: 'Money taken is the money of paid orders',
  promise:
    'What was captured and not given back, against the amounts of the paid orders in the books: in total, and order by order. An order that is not paid holds no money; a declined payment is none. Money of an order that the books do not have is a finding when nobody else buys here, or when a viewer was told of that order.',
  check,
};

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  const dueMinor = (order: BookOrder): number => (order.status === 'paid' ? order.amountMinor : 0);
  const { currency } = history.show;
  const amount = (minor: number): string => formatAmount(minor, currency);
  if (books === null) {
    return unknown(moneyBalances, `captured and kept: the sum of the paid orders, in ${currency}`, NO_BOOKS);
  }
  // Strangers may pay in ways that the books do not list.
  const own = books.orders.filter(({ id }) => isOurOrder(history, books, id));
  const total = own.reduce((sum, order) => sum + dueMinor(order), 0);
  const acceptable = `captured and kept: ${amount(total)}, in ${currency}`;
  if (books.payments === null) return unknown(moneyBalances, acceptable, 'The books have no list of payments.');

  const kept = keptByOrder(books);
  const findings = new Findings();
  const { orders } = booksViewOf(books);
  let capturedMinor = 0;
  const { firstTold } = viewOf(history).tellings;
  for (const [orderId, amountMinor] of kept) {
    if (!isOurOrder(history, books, orderId)) continue;
    capturedMinor += amountMinor;
    if (orders.has(orderId)) continue;
    findings.add(
      1,
      () => `${orderId}: ${amount(amountMinor)} captured, and the books have no such order`,
      () =>
        caseOf(history, books, orderId, {
          purchases: [firstTold.get(orderId)].filter((one) => one !== undefined),
        }),
    );
  }
  for (const order of own) {
    const keptMinor = kept.get(order.id) ?? 0;
    if (keptMinor === dueMinor(order)) continue;
    findings.add(
      1,
      () =>
        `${order.id} of ${order.buyerId}: ${order.status}, ${amount(order.amountMinor)}; captured and kept: ${amount(keptMinor)}`,
      () => orderCase(history, books, order, viewOf(history).byViewer.of(order.buyerId)),
    );
  }
  const out = findings.violations === 0 ? 'all in balance' : `${counted(findings.violations, 'order')} out of balance`;
  const detail = `${amount(capturedMinor)} captured and kept, ${amount(total)} in paid orders, ${out}.`;
  return settle(moneyBalances, findings, { acceptable, detail, missing: null });
}

/** A payment that was refunded is not captured any more: its money has gone back. */
function keptByOrder(books: Books): Map<string, number> {
  const kept = new Map<string, number>();
  for (const { orderId, amountMinor, status } of books.payments ?? []) {
    if (status === 'captured') kept.set(orderId, (kept.get(orderId) ?? 0) + amountMinor);
  }
  return kept;
}
