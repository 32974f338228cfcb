import { couponMinor } from '../crowd/coupon.ts';
import { formatAmount } from '../money.ts';
import type { Show, Step } from './history.ts';

type ShowProduct = Show['products'][number];

/** A cart that was told with its price. */
export interface Promised {
  readonly units: number;
  readonly priceMinor: number;
  /** `null`: the backend does not tell it. */
  readonly discountMinor: number | null;
  readonly step: Step;
  readonly untilMs: number;
}

export function promisesOf(steps: readonly Step[]): Promised[] {
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

/** `null`: the coupon that was entered was taken off once, or none was entered and nothing was. */
export function whatIsWrongWithDiscount(promise: Promised, product: ShowProduct, currency: string): string | null {
  const { units, priceMinor, discountMinor, step } = promise;
  if (discountMinor === null || isDiscount(promise, discountMinor, product)) return null;
  const amount = (minor: number): string => formatAmount(minor, currency);
  const what = `the cart took ${amount(discountMinor)} off ${amount(units * priceMinor)}`;
  if (product.coupon === null) return `${what}, and there is no coupon`;
  if (step.coupon === null) return `${what}, and no coupon was entered`;
  const taken = step.coupon === product.coupon.code ? couponMinor(units * priceMinor, product.coupon.offShare) : 0;
  return `${what}, and the coupon ${step.coupon} takes ${amount(taken)}`;
}

/** Whether one of these carts promised this amount for so many units. */
export function isPromised(
  promised: readonly Promised[],
  product: ShowProduct,
  amountMinor: number,
  units: number | null,
): boolean {
  return promised.some(
    (promise) => (units === null || units === promise.units) && isAmountOf(promise, amountMinor, product),
  );
}

export function promiseWords({ units, priceMinor, discountMinor }: Promised, currency: string): string {
  const amount = (minor: number): string => formatAmount(minor, currency);
  const off = discountMinor ?? 0;
  return `${units} × ${amount(priceMinor)}${off === 0 ? '' : ` less ${amount(off)}`} = ${amount(units * priceMinor - off)}`;
}

function isAmountOf(promise: Promised, amountMinor: number, product: ShowProduct): boolean {
  const { units, priceMinor, discountMinor } = promise;
  const offMinor = units * priceMinor - amountMinor;
  return discountMinor === null ? isDiscount(promise, offMinor, product) : offMinor === discountMinor;
}

/** Backends round the cart or each unit, up or down: less than one minor unit a unit is rounding. Without a coupon nothing is. */
function isDiscount({ units, priceMinor, step }: Promised, offMinor: number, { coupon }: ShowProduct): boolean {
  if (coupon === null || step.coupon !== coupon.code) return offMinor === 0;
  const exactMinor = units * priceMinor * coupon.offShare;
  return offMinor > exactMinor - units && offMinor < exactMinor + units;
}
