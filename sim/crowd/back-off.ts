import { fraction } from './rng.ts';

/** A first wait that has been doubled `times` times, but not after it has reached `enoughMs`. */
export function doubledMs(firstMs: number, times: number, enoughMs: number): number {
  let waitMs = firstMs;
  for (let i = 0; i < times && waitMs < enoughMs; i++) waitMs *= 2;
  return waitMs;
}

/** Spread by plus or minus the share `jitter`, by a draw; whole ms, at least 1. */
export function jitteredMs(waitMs: number, jitter: number, bits: number): number {
  return Math.max(1, Math.round(waitMs * (1 + jitter * (2 * fraction(bits) - 1))));
}
