import type { ShowRequest } from '../protocol.ts';

type Coupon = ShowRequest['products'][number]['coupon'];

/** @returns what the code takes off, in percent: 0 without a code, `null` when the product has no such coupon. */
export function percentOff(coupon: Coupon, code: string | undefined): number | null {
  if (code === undefined) return 0;
  return coupon?.code === code ? coupon.percentOff : null;
}

/** What `percent` takes off a whole cart, rounded down: the shop never gives more than it promised. */
export function discountOf(fullMinor: number, percent: number): number {
  return Math.floor((fullMinor * percent) / 100);
}
