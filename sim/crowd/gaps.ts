import { quantile } from './quantile.ts';
import { NEVER } from './wheel.ts';

/** The next event of a Poisson process of `perMs` after `fromMs`, at least a millisecond on; NEVER when there is none. */
export function nextOfProcess(exponential: Float64Array, fromMs: number, bits: number, perMs: number): number {
  if (perMs <= 0) return NEVER;
  const gapMs = quantile(exponential, bits) / perMs;
  return gapMs < NEVER - fromMs ? fromMs + Math.max(1, Math.floor(gapMs + 0.5)) : NEVER;
}
