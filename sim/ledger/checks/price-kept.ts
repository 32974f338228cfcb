import type { Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { counted, Findings, lostHistory, NO_BOOKS, purchaseCase, settle } from '../evidence.ts';
import type { History, Purchase, Show, Step, Told } from '../history.ts';
import { PriceList } from '../prices.ts';
import { ordersNamed } from '../steps.ts';
import { booksViewOf, firstSentMs, isCharge } from '../views.ts';

type ShowProduct = Show['products'][number];

export const priceKept: Checker = {
  id: 'price_kept',
  title: 'Buyers pay the price that their cart promised',
  promise:
    "The amounts told at checkout and payment, the order in the books and every charge for it against what the cart promised: units times price, less the discount. The promised price must be one that was in force while the cart was made, and the discount the coupon's, once. A price cue in flight makes both prices right.",
  check,
};

/** The backend may have read its price so much before or after the cart's request was seen under way here. */
const PRICE_SLACK_MS = 1000;

/** A cart that was told with its price. */
interface Promised {
  readonly units: number;
  readonly priceMinor: number;
  /** `null`: the backend does not tell it. */
  readonly discountMinor: number | null;
  readonly step: Step;
  readonly untilMs: number;
}

function check(history: History, books: Books | null): CheckResult | null {
  const { products, currency } = history.show;
  if (products.length === 0) return null;
  const shelf = new Map(products.map((product) => [product.id, { product, prices: new PriceList(history, product) }]));
  const findings = new Findings();
  let promises = 0;
  let untold = 0;
  for (const purchase of history.purchases) {
    const known = shelf.get(purchase.productId);
    if (known === undefined) continue;
    const { steps } = purchase;
    const promised = promisesOf(steps);
    if (promised.length === 0) {
      if (steps.some(({ kind, told }) => kind === 'cart' && told?.status === 'ok')) untold++;
      continue;
    }
    promises++;
    const wrong =
      whatIsWrongWithPromise(history, purchase, promised, known) ??
      whatIsWrongWithAmount({ viewerId: purchase.viewerId, steps }, promised, known.product, books);
    if (wrong === null) continue;
    const title = `${purchase.id} of ${purchase.viewerId} (${purchase.productId})`;
    findings.add(
      1,
      () => `${title}: ${wrong}`,
      () => purchaseCase(history, books, title, purchase),
    );
  }
  const acceptable = `each of ${counted(promises, 'purchase')} at its promised price (minor units of ${currency})`;
  const detail = `${counted(promises, 'purchase')} with a promised price, ${findings.violations} at another.`;
  const nameless = untold === 0 ? null : `The answers to ${counted(untold, 'cart')} name no price.`;
  const missing = books === null ? NO_BOOKS : (nameless ?? lostHistory(history));
  return settle(priceKept, findings, { acceptable, detail, missing });
}

function promisesOf(steps: readonly Step[]): Promised[] {
  const promised: Promised[] = [];
  for (const step of steps) {
    const { kind, told } = step;
    if (kind !== 'cart' || told?.status !== 'ok' || told.priceMinor === null) continue;
    const units = told.units ?? step.units;
    const { priceMinor, discountMinor, atMs } = told;
    if (units !== null) promised.push({ units, priceMinor, discountMinor, step, untilMs: atMs });
  }
  return promised;
}

function whatIsWrongWithPromise(
  history: History,
  purchase: Purchase,
  promised: readonly Promised[],
  { product, prices }: { product: ShowProduct; prices: PriceList },
): string | null {
  for (const { units, priceMinor, discountMinor, step, untilMs } of promised) {
    // Only a price that looks wrong is worth the search for an earlier request that this may be the answer to.
    const lastMs = untilMs + PRICE_SLACK_MS;
    if (!prices.mayHold(priceMinor, step.sentMs - PRICE_SLACK_MS, lastMs)) {
      const inForce = prices.between(firstSentMs(history, purchase, step) - PRICE_SLACK_MS, lastMs);
      if (!inForce.includes(priceMinor)) {
        return `the cart promised ${priceMinor} each, and in force was ${[...new Set(inForce)].join(' or ')}`;
      }
    }
    const off = discountMinor ?? 0;
    if (off !== 0 && !isCouponOnce(off, units, priceMinor, product)) {
      const once =
        product.coupon === null ? 'there is no coupon' : `the coupon takes ${couponMinor(units, priceMinor, product)}`;
      return `the cart took ${off} off ${units * priceMinor}, and ${once}`;
    }
  }
  return null;
}

function couponMinor(units: number, priceMinor: number, { coupon }: ShowProduct): number {
  return Math.floor(units * priceMinor * (coupon?.offShare ?? 0) + 1e-6);
}

/** Backends round the cart or each unit, up or down: less than one minor unit a unit is rounding. */
function isCouponOnce(offMinor: number, units: number, priceMinor: number, { coupon }: ShowProduct): boolean {
  if (coupon === null) return false;
  const exactMinor = units * priceMinor * coupon.offShare;
  return offMinor > exactMinor - units && offMinor < exactMinor + units;
}

function whatIsWrongWithAmount(
  purchase: Pick<Purchase, 'viewerId' | 'steps'>,
  promised: readonly Promised[],
  product: ShowProduct,
  books: Books | null,
): string | null {
  for (const { kind, told } of purchase.steps) {
    if (told === null || told.status !== 'ok' || told.amountMinor === null) continue;
    if (kind !== 'checkout' && kind !== 'pay') continue;
    if (isPromised(promised, product, told.amountMinor, told.units) || isOfAnother(books, purchase, told)) continue;
    return unlike(promised, `the ${kind} of ${told.orderId ?? 'an order'} said ${told.amountMinor}`);
  }
  if (books === null) return null;
  const view = booksViewOf(books);
  for (const id of ordersNamed(purchase.steps)) {
    const order = view.orders.get(id);
    if (order === undefined || order.buyerId !== purchase.viewerId) continue;
    const { amountMinor, units } = order;
    if (!isPromised(promised, product, amountMinor, units)) {
      return unlike(promised, `${id} in the books has ${amountMinor}`);
    }
    for (const charge of view.paymentsByOrder.of(id)) {
      if (!isCharge(charge) || isPromised(promised, product, charge.amountMinor, units)) continue;
      return unlike(promised, `charge ${charge.id} for ${id} has ${charge.amountMinor}`);
    }
  }
  return null;
}

function isPromised(
  promised: readonly Promised[],
  product: ShowProduct,
  amountMinor: number,
  units: number | null,
): boolean {
  return promised.some(
    (promise) => (units === null || units === promise.units) && isAmountOf(promise, amountMinor, product),
  );
}

function unlike(promised: readonly Promised[], what: string): string {
  return `the cart promised ${[...new Set(promised.map(promiseWords))].join(' or ')}, and ${what}`;
}

function isAmountOf(
  { units, priceMinor, discountMinor }: Promised,
  amountMinor: number,
  product: ShowProduct,
): boolean {
  const offMinor = units * priceMinor - amountMinor;
  if (discountMinor !== null) return offMinor === discountMinor;
  return offMinor === 0 || isCouponOnce(offMinor, units, priceMinor, product);
}

/** An answer that names the order of another buyer says nothing about the price of this one: `orders_private` tells of it. */
function isOfAnother(books: Books | null, { viewerId }: Pick<Purchase, 'viewerId'>, { orderId }: Told): boolean {
  if (books === null || orderId === null) return false;
  const order = booksViewOf(books).orders.get(orderId);
  return order !== undefined && order.buyerId !== viewerId;
}

function promiseWords({ units, priceMinor, discountMinor }: Promised): string {
  const off = discountMinor ?? 0;
  return `${units} × ${priceMinor}${off === 0 ? '' : ` less ${off}`} = ${units * priceMinor - off}`;
}
