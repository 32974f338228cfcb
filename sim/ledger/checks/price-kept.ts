import type { BookOrder, Books } from '../books.ts';
import type { Checker, CheckResult } from '../check.ts';
import { counted, Findings, lostHistory, NO_BOOKS, ordersToldIn, purchaseCase, settle } from '../evidence.ts';
import type { History, Purchase, Show, Step, Told } from '../history.ts';
import { PriceList } from '../prices.ts';
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
  return steps.flatMap((step) => {
    const { told } = step;
    if (step.kind !== 'cart' || told?.status !== 'ok' || told.priceMinor === null) return [];
    const units = told.units ?? step.units;
    if (units === null) return [];
    const { priceMinor, discountMinor } = told;
    return [{ units, priceMinor, discountMinor, step, untilMs: told.atMs }];
  });
}

function whatIsWrongWithPromise(
  history: History,
  purchase: Purchase,
  promised: readonly Promised[],
  { product, prices }: { product: ShowProduct; prices: PriceList },
): string | null {
  for (const { units, priceMinor, discountMinor, step, untilMs } of promised) {
    const inForceFrom = (fromMs: number): number[] => prices.between(fromMs - PRICE_SLACK_MS, untilMs + PRICE_SLACK_MS);
    // Only a price that looks wrong is worth the search for an earlier request that this may be the answer to.
    if (!inForceFrom(step.sentMs).includes(priceMinor)) {
      const inForce = inForceFrom(firstSentMs(history, purchase, step));
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
  const isPromised = (amountMinor: number, units: number | null): boolean =>
    promised.some(
      (promise) => (units === null || units === promise.units) && isAmountOf(promise, amountMinor, product),
    );
  const wanted = [...new Set(promised.map(promiseWords))].join(' or ');
  for (const { kind, told } of purchase.steps) {
    if (told === null || told.status !== 'ok' || told.amountMinor === null) continue;
    if ((kind !== 'checkout' && kind !== 'pay') || isOfAnother(books, purchase, told)) continue;
    if (!isPromised(told.amountMinor, told.units)) {
      return `the cart promised ${wanted}, and the ${kind} said ${told.amountMinor}${told.orderId === null ? '' : ` (${told.orderId})`}`;
    }
  }
  if (books === null) return null;
  for (const order of ordersToldIn(books, purchase.steps)) {
    if (order.buyerId !== purchase.viewerId) continue;
    const amounts = amountsOf(books, order);
    const wrong = amounts.find(({ amountMinor }) => !isPromised(amountMinor, order.units));
    if (wrong) return `the cart promised ${wanted}, and ${wrong.where} has ${wrong.amountMinor}`;
  }
  return null;
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

function amountsOf(books: Books, order: BookOrder): { where: string; amountMinor: number }[] {
  const charges = booksViewOf(books).paymentsByOrder.of(order.id).filter(isCharge);
  return [
    { where: `order ${order.id} in the books`, amountMinor: order.amountMinor },
    ...charges.map(({ id, amountMinor }) => ({ where: `charge ${id} for ${order.id}`, amountMinor })),
  ];
}

function promiseWords({ units, priceMinor, discountMinor }: Promised): string {
  const off = discountMinor ?? 0;
  return `${units} × ${priceMinor}${off === 0 ? '' : ` less ${off}`} = ${units * priceMinor - off}`;
}
