/** What the one viewer does in the shop: each step of a purchase, and its order in the books. */

import type { Books } from '../../sim/ledger/books.ts';
import type { BooksTarget, ShopIntent, ShopOutcome, ShopTarget, TargetViewer } from '../../sim/targets/target.ts';
import { statusOf, whyNot, type Ask } from './asking.ts';
import type { Came } from './report.ts';

/** The books of a shop may be a moment behind it. */
const BOOKS_TRIES = 3;
const BOOKS_WAIT_MS = 500;
const UNITS = 1;

export const PURCHASE = ['view', 'cart', 'checkout', 'pay'] as const;
export type PurchaseStep = (typeof PURCHASE)[number];

/** By step. */
export type Outcomes = Partial<Record<PurchaseStep, ShopOutcome>>;

/** Puts what came of it into `outcomes`. */
export async function shopStep(
  shop: ShopTarget,
  kind: PurchaseStep,
  productId: string,
  viewer: TargetViewer,
  outcomes: Outcomes,
  ask: Ask,
): Promise<Came> {
  const result = await ask(shop.origin, shop.step(intentOf(kind, productId, viewer), viewer));
  if (!('end' in result)) return { status: statusOf(result), detail: whyNot(result) };
  const outcome = result.end;
  outcomes[kind] = outcome;
  if (outcome.status === 'ok' && result.requests === 0) return { status: 'ok', detail: 'there is no such step there' };
  if (outcome.status === 'ok') return { status: 'ok', detail: wordsOf(outcome) };
  return {
    status: 'failed',
    detail: `${outcome.status}: ${outcome.code}`,
    remedy: `the answer above was read as "${outcome.code}"; if that is wrong, so is what the target file says of its answers`,
  };
}

function intentOf(kind: PurchaseStep, productId: string, viewer: TargetViewer): ShopIntent {
  const idempotencyKey = `${viewer.id}-${kind}`;
  if (kind === 'view') return { kind, productId };
  if (kind === 'cart') return { kind, productId, units: UNITS, idempotencyKey };
  if (kind === 'checkout') return { kind, productId, idempotencyKey };
  return { kind, productId, idempotencyKey, card: 'good' };
}

const SHOWN = ['priceMinor', 'discountMinor', 'amountMinor', 'units', 'cartId', 'orderId', 'paymentId'] as const;

function wordsOf(outcome: ShopOutcome): string {
  const known = SHOWN.flatMap((key) => (outcome[key] === undefined ? [] : [`${key} ${outcome[key]}`]));
  return known.length === 0 ? 'ok; it says nothing more' : known.join(', ');
}

/** `paid`: the viewer's order must be there. Hands over what was read, each time. */
export async function booksStep(
  books: BooksTarget,
  viewer: TargetViewer,
  paid: boolean,
  ask: Ask,
  onRead: (read: Books) => void,
): Promise<Came> {
  for (let tries = 1; ; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- asked again until the order is there
    const result = await ask(books.origin, books.audit());
    if (!('end' in result)) return { status: 'failed', detail: whyNot(result) };
    onRead(result.end);
    const came = inBooks(result.end, viewer, paid);
    if (came.status === 'ok' || tries === BOOKS_TRIES) return came;
    // oxlint-disable-next-line no-await-in-loop -- the books may be a moment behind
    await new Promise((resolve) => setTimeout(resolve, BOOKS_WAIT_MS));
  }
}

function inBooks({ orders, products }: Books, { id }: TargetViewer, paid: boolean): Came {
  const found = `${orders.length} orders, ${products === null ? 'no stock' : `${products.length} products`}`;
  if (!paid) return { status: 'ok', detail: `read: ${found}` };
  const own = orders.filter(({ buyerId }) => buyerId === id);
  if (own.some(({ status }) => status === 'paid'))
    return { status: 'ok', detail: `read: ${found}; our order is among them, and paid` };
  if (own.length > 0)
    return {
      status: 'failed',
      detail: `read: ${found}; our order is among them, and ${own[0].status}, though the payment was read as done`,
      remedy:
        'either the payment was refused (`answers` of `pay`), or the books say "paid" in other words (`paid` of the books)',
    };
  if (orders.length === 0)
    return {
      status: 'failed',
      detail: `read: ${found}; the viewer has paid, so there is one at least`,
      remedy: '`each` must lead to the list of orders in the answer above',
    };
  return {
    status: 'failed',
    detail: `read: ${found}; none is of the buyer ${id}, who has paid`,
    remedy: 'the books must name the buyer by the id of the viewer, {{viewer.id}}',
  };
}
