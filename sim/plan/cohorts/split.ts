import type { Stream } from '../random.ts';

/** Splits `count` off `from`, which holds `all`, by chance. */
export function splitOff(from: Float64Array, count: number, all: number, stream: Stream): Float64Array {
  const part = new Float64Array(from.length);
  let left = count;
  let rest = all;
  for (let size = 0; size < from.length && left > 0; size++) {
    const n = from[size];
    const k = rest <= n ? left : stream.binomial(left, n / rest);
    part[size] = Math.min(n, Math.max(k, left - (rest - n)));
    from[size] -= part[size];
    left -= part[size];
    rest -= n;
  }
  return part;
}

export function countOf(counts: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  return sum;
}
