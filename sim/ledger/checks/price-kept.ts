import { formatAmount } from '../../money.ts';
import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { counted, Findings, lostHistory, NO_BOOKS, purchaseCase, settle } from '../evidence.ts';
import type { History, Purchase, Show, Step, Told } from '../history.ts';
import { PriceList } from '../prices.ts';
import { isPromised, promisesOf, promiseWords, whatIsWrongWithDiscount, type Promised } from '../promises.ts';
import { mayHaveHappened, ordersNamed } from '../steps.ts';
import { booksViewOf, firstSentMs, isCharge, viewOf } from '../views.ts';

type ShowProduct = Show['products'][number];

export const priceKept: Checker = {
  id: 'price_kept',
  title: 'Buyers pay the price that their cart promised',
  promise:
    "The amounts told at checkout and payment, the order in the books and every charge for it against what the cart promised: units times price, less the discount. The promised price must be one that was in force while the cart was made, and the discount the coupon's, once, where one was entered, and nothing where none was. A price cue in flight makes both prices right. Where the backend names no orders, the only order of that buyer and product is looked at.",
  check,
};

/** The backend may have read its price so much before or after the cart's request was seen under way here. */
const PRICE_SLACK_MS = 1000;

function check(history: History, books: Books | null): CheckResult | null {
  const { products, currency } = history.show;
  if (products.length === 0) return null;
  const shelf = new Map(products.map((product) => [product.id, { product, prices: new PriceList(history, product) }]));
  const findings = new Findings();
  const { carts } = viewOf(history).survey.answers;
  let promises = 0;
  let untold = 0;
  let unclear = 0;
  for (const purchase of carts) {
    const known = shelf.get(purchase.productId);
    if (known === undefined) continue;
    const { steps } = purchase;
    const promised = promisesOf(steps);
    if (promised.length === 0) {
      untold++;
      continue;
    }
    promises++;
    const orders = books === null ? [] : ordersOf(history, books, purchase, steps);
    if (orders === null) unclear++;
    const wrong =
      whatIsWrongWithPromise(history, purchase, promised, known) ??
      whatIsWrongWithAnswer(history, { viewerId: purchase.viewerId, steps }, promised, known.product, books) ??
      (books && whatIsWrongInBooks(history, books, orders ?? [], promised, known.product));
    if (wrong === null) continue;
    const title = `${purchase.id} of ${purchase.viewerId} (${purchase.productId})`;
    findings.add(
      1,
      () => `${title}: ${wrong}`,
      () => purchaseCase(history, books, title, purchase),
    );
  }
  const acceptable = `each of ${counted(promises, 'purchase')} at its promised price, in ${currency}`;
  const detail = `${counted(promises, 'purchase')} with a promised price, ${findings.violations} at another.`;
  const nameless = untold === 0 ? null : `The answers to ${counted(untold, 'cart')} name no price.`;
  const ambiguous =
    unclear === 0
      ? null
      : `The backend names no orders: which ones ${counted(unclear, 'purchase')} became is not known.`;
  const missing = books === null ? NO_BOOKS : (nameless ?? ambiguous ?? lostHistory(history));
  return settle(priceKept, findings, { acceptable, detail, missing });
}

function whatIsWrongWithPromise(
  history: History,
  purchase: Purchase,
  promised: readonly Promised[],
  { product, prices }: { product: ShowProduct; prices: PriceList },
): string | null {
  const { currency } = history.show;
  for (const promise of promised) {
    const { priceMinor, step, untilMs } = promise;
    // Only a price that looks wrong is worth the search for an earlier request that this may be the answer to.
    const lastMs = untilMs + PRICE_SLACK_MS;
    if (!prices.mayHold(priceMinor, step.sentMs - PRICE_SLACK_MS, lastMs)) {
      const inForce = prices.between(firstSentMs(history, purchase, step) - PRICE_SLACK_MS, lastMs);
      if (!inForce.includes(priceMinor)) {
        const were = [...new Set(inForce)].map((minor) => formatAmount(minor, currency)).join(' or ');
        return `the cart promised ${formatAmount(priceMinor, currency)} each, and in force was ${were}`;
      }
    }
    const wrong = whatIsWrongWithDiscount(promise, product, currency);
    if (wrong !== null) return wrong;
  }
  return null;
}

function whatIsWrongWithAnswer(
  { show: { currency } }: History,
  purchase: Pick<Purchase, 'viewerId' | 'steps'>,
  promised: readonly Promised[],
  product: ShowProduct,
  books: Books | null,
): string | null {
  for (const { kind, told } of purchase.steps) {
    if (told === null || told.status !== 'ok' || told.amountMinor === null) continue;
    if (kind !== 'checkout' && kind !== 'pay') continue;
    if (isPromised(promised, product, told.amountMinor, told.units) || isOfAnother(books, purchase, told)) continue;
    const said = formatAmount(told.amountMinor, currency);
    return unlike(promised, currency, `the ${kind} of ${told.orderId ?? 'an order'} said ${said}`);
  }
  return null;
}

function whatIsWrongInBooks(
  { show: { currency } }: History,
  books: Books,
  orders: readonly BookOrder[],
  promised: readonly Promised[],
  product: ShowProduct,
): string | null {
  for (const { id, amountMinor, units } of orders) {
    if (!isPromised(promised, product, amountMinor, units)) {
      return unlike(promised, currency, `${id} in the books has ${formatAmount(amountMinor, currency)}`);
    }
    for (const charge of booksViewOf(books).paymentsByOrder.of(id)) {
      if (!isCharge(charge) || isPromised(promised, product, charge.amountMinor, units)) continue;
      const has = formatAmount(charge.amountMinor, currency);
      return unlike(promised, currency, `charge ${charge.id} for ${id} has ${has}`);
    }
  }
  return null;
}

/**
 * The orders of a purchase in the books: those that its answers named; or, when they named none and one was paid, the only order of that
 * buyer and product. `null`: it is one of several, or may be that of another purchase.
 */
function ordersOf(history: History, books: Books, purchase: Purchase, steps: Purchase['steps']): BookOrder[] | null {
  const { viewerId, productId } = purchase;
  const view = booksViewOf(books);
  const ids = ordersNamed(steps);
  if (ids.length > 0) {
    const own: BookOrder[] = [];
    for (const id of ids) {
      const order = view.orders.get(id);
      if (order?.buyerId === viewerId) own.push(order);
    }
    return own;
  }
  if (!steps.some(({ kind, told }) => kind === 'pay' && told?.status === 'ok')) return [];
  const candidates = view.ordersOf(viewerId, productId);
  const rivals = viewOf(history)
    .byViewer.of(viewerId)
    .filter((other) => other.productId === productId && other.id !== purchase.id && other.steps.some(mayHaveOrdered));
  return candidates.length > 1 || (candidates.length === 1 && rivals.length > 0) ? null : candidates;
}

function mayHaveOrdered(step: Step): boolean {
  return (step.kind === 'checkout' || step.kind === 'pay') && mayHaveHappened(step);
}

function unlike(promised: readonly Promised[], currency: string, what: string): string {
  const words = new Set(promised.map((promise) => promiseWords(promise, currency)));
  return `the cart promised ${[...words].join(' or ')}, and ${what}`;
}

/** An answer that names the order of another buyer says nothing about the price of this one: `orders_private` tells of it. */
function isOfAnother(books: Books | null, { viewerId }: Pick<Purchase, 'viewerId'>, { orderId }: Told): boolean {
  if (books === null || orderId === null) return false;
  const order = booksViewOf(books).orders.get(orderId);
  return order !== undefined && order.buyerId !== viewerId;
}
