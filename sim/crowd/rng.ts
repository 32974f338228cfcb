/**
 * Counted randomness: a draw is a function of (seed, who, purpose, n), not the next number of a stream. So a viewer
 * decides the same under any number of workers, in any world, and in any order of events.
 *
 * The mixer is the 32-bit finaliser `lowbias32` (C. Wellons, hash-prospector; public domain). Integers only: the same
 * bits in every JavaScript engine.
 */

/** What a draw is for. Values are part of the seed's meaning: append, never renumber. */
export const PURPOSE = {
  arrival: 1,
  persona: 2,
  dwell: 3,
  rtt: 4,
  chatter: 5,
  chatWeight: 6,
  chatGap: 7,
  chatText: 8,
  likeGap: 9,
  likeCount: 10,
  giftGap: 11,
  click: 12,
  reaction: 13,
  taps: 14,
  cart: 15,
  cartThink: 16,
  checkout: 17,
  checkoutThink: 18,
  pay: 19,
  payThink: 20,
  card: 21,
  units: 22,
  answer: 23,
  answerDelay: 24,
  retry: 25,
  reconnect: 26,
  burstGap: 27,
  burstSize: 28,
  service: 29,
  probe: 30,
  coupon: 31,
  refund: 32,
  refundDelay: 33,
  doubleTap: 34,
  twoDevices: 35,
  video: 36,
} as const;

export function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) | 0;
}

/** First half of the 64-bit key of viewer `index` of the source with hash `sourceKey`. */
export function keyA(seedLo: number, sourceKey: number, index: number): number {
  return keyAFrom(keyABase(seedLo, sourceKey), index);
}

/** Second half; independent of the first. */
export function keyB(seedHi: number, sourceKey: number, index: number): number {
  return keyBFrom(keyBBase(seedHi), sourceKey, index);
}

/** The part of `keyA` that is the same for all viewers of a source. */
export function keyABase(seedLo: number, sourceKey: number): number {
  return mix32(mix32(seedLo ^ 0x6a09e667) + sourceKey);
}

export function keyAFrom(base: number, index: number): number {
  return mix32(base + index);
}

/** The part of `keyB` that is the same for all viewers. */
export function keyBBase(seedHi: number): number {
  return mix32(seedHi ^ 0x3c6ef372);
}

export function keyBFrom(base: number, sourceKey: number, index: number): number {
  return mix32(mix32(base ^ Math.imul(index, 0x9e3779b1)) + sourceKey);
}

/**
 * Draw number `n` for `purpose`: 32 random bits. Signed, because V8 boxes unsigned ones above 2^31 when it hands them
 * from function to function, and a step of the crowd allocates nothing.
 */
export function draw(a: number, b: number, purpose: number, n: number): number {
  const x = mix32(a + Math.imul(n, 0x9e3779b9) + Math.imul(purpose, 0x85ebca6b));
  return mix32(x ^ b);
}

/** True with probability `p`, from a draw. */
export function chance(bits: number, p: number): boolean {
  return bits >>> 0 < p * 4294967296;
}

/** A number from 0 to below 1, from a draw. */
export function fraction(bits: number): number {
  return (bits >>> 0) / 4294967296;
}

/** A whole number from 0 to below `n`, from a draw. */
export function below(bits: number, n: number): number {
  return (bits >>> 0) % n;
}

/** FNV-1a of a short identifier, mixed; 32 bits, signed. */
export function hashId(id: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  return mix32(h);
}
