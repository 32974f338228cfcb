/** What a percentage may be off by in binary. */
const NOISE_MINOR = 1e-6;

/** What a coupon takes off a whole cart of `amountMinor`, rounded down: 29 % of 100 is 29, of 199 is 57. `offShare` is 0 to 1. */
export function couponMinor(amountMinor: number, offShare: number): number {
  return Math.floor(amountMinor * offShare + NOISE_MINOR);
}
