import type { Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { caseOf, counted, Findings, lostHistory, NO_BOOKS, ordersToldIn, settle } from '../evidence.ts';
import type { History, Purchase } from '../history.ts';
import { booksViewOf, viewOf } from '../views.ts';

export const ordersPrivate: Checker = {
  id: 'orders_private',
  title: 'Nobody is told of the order of another buyer',
  promise:
    'Every order that an answer named against the other viewers who were told of it, and against its buyer in the books.',
  check,
};

function check(history: History, books: Books | null): CheckResult | null {
  if (history.show.products.length === 0) return null;
  const findings = new Findings();
  const judge = (orderId: string, purchase: Purchase, first: Purchase): void => {
    const owner = books === null ? undefined : booksViewOf(books).orders.get(orderId)?.buyerId;
    // Without the books, it is the order of the viewer who was told of it first.
    const ownerId = owner ?? first.viewerId;
    if (ownerId !== purchase.viewerId) report(history, books, findings, orderId, purchase, ownerId, first);
  };
  const { firstTold, alsoTold } = viewOf(history).tellings;
  for (const [orderId, purchase] of firstTold) judge(orderId, purchase, purchase);
  for (const { orderId, purchase } of alsoTold) judge(orderId, purchase, firstTold.get(orderId) ?? purchase);

  const told = firstTold.size;
  const acceptable = `each of ${counted(told, 'order')} told to its own buyer alone`;
  const wrong = findings.violations === 0 ? 'none' : `${findings.violations}`;
  const detail = `${counted(told, 'order')} told, ${wrong} to somebody else.`;
  return settle(ordersPrivate, findings, {
    acceptable,
    detail,
    missing: books === null ? NO_BOOKS : lostHistory(history),
  });
}

function report(
  history: History,
  books: Books | null,
  findings: Findings,
  orderId: string,
  purchase: Purchase,
  ownerId: string,
  first: Purchase,
): void {
  const steps = purchase.steps.filter(({ told }) => told?.orderId === orderId).map(({ kind }) => kind);
  const title = `${orderId} of ${ownerId}, told to ${purchase.viewerId}`;
  findings.add(
    1,
    () => `${title} at ${[...new Set(steps)].join(' and ')}`,
    () =>
      caseOf(history, books, title, {
        purchases: [...new Set([purchase, first])],
        orders: ordersToldIn(books, purchase.steps).filter(({ id }) => id === orderId),
      }),
  );
}
