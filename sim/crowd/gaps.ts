import { quantile } from './quantile.ts';
import { NEVER } from './wheel.ts';

/** The next event of a Poisson process of `perMs` after `fromMs`, at least a millisecond on; NEVER when there is none. */
export function nextOfProcess(exponential: Float64Array, fromMs: number, bits: number, perMs: number): number {
  if (perMs <= 0) return NEVER;
  const gapMs = quantile(exponential, bits) / perMs;
  if (gapMs >= NEVER - fromMs) return NEVER;
  // Small enough for the integer conversion of a machine word, which is several times faster than Math.floor.
  const wholeMs = (gapMs + 0.5) | 0;
  return fromMs + (wholeMs > 1 ? wholeMs : 1);
}
