import { draw, hashId, keyA, keyB } from '../crowd/rng.ts';
import { normalQuantile } from '../scenario/distributions.ts';

const PLAN_KEY = hashId('plan');
/** Purpose of the draws of a stream. The keys are those of nobody in the crowd, so it may be any number. */
const NEXT = 0;

/** Below this mean, counts are found by adding up probabilities; above it, by a Cornish-Fisher expansion. */
const SUM_UP_TO_MEAN = 18;
/** Above this standard deviation the terms of third order are below a hundredth of a count. */
const SECOND_ORDER_FROM_SD = 40;

/** Upper half of the standard normal distribution, with 64 knots for each halving of what lies above (as `quantile.ts`). */
const CELLS = 64;
const HALVINGS = 32;
const UPPER_HALF = Float64Array.from({ length: CELLS * HALVINGS + 1 }, (_, i) => {
  const within = 2 - (i % CELLS) / CELLS;
  return Math.max(0, -normalQuantile(within * 2 ** -(2 + Math.floor(i / CELLS))));
});

/**
 * A seeded stream of counts. Every variate is the inverse of its distribution at one draw, and grows with it: so two runs of
 * one seed stay in step when a figure of the scenario was changed (common random numbers), which rejection methods such as BTRS
 * (Hormann 1993) do not give.
 *
 * Small means are summed up exactly. From a mean of 18 on, the quantile is the Cornish-Fisher expansion (Cornish and Fisher 1938)
 * to third order with the correction for continuity. Its distribution function differs from the true one by less than 0.001 at a
 * mean of 18, and by less and less above.
 */
export class Stream {
  private readonly a: number;
  private readonly b: number;
  private n = 0;

  /** Streams of one seed with different numbers are independent of each other. */
  constructor(seedHi: number, seedLo: number, streamNumber: number) {
    this.a = keyA(seedLo, PLAN_KEY, streamNumber);
    this.b = keyB(seedHi, PLAN_KEY, streamNumber);
  }

  /** 32 random bits, signed, as the tables of the crowd want them. */
  bits(): number {
    return draw(this.a, this.b, NEXT, this.n++);
  }

  /** Between 0 and 1, never either. */
  uniform(): number {
    return (draw(this.a, this.b, NEXT, this.n++) + 2147483648.5) / 4294967296;
  }

  normal(): number {
    const bits = draw(this.a, this.b, NEXT, this.n++);
    // The sign bit chooses the half; the place in it is found as in `quantile.ts`.
    const v = (bits < 0 ? bits << 1 : ~(bits << 1)) | 1;
    const halving = Math.clz32(v);
    const place = (v << halving) << 1;
    const i = halving * CELLS + CELLS - 1 - (place >>> 26);
    const z = UPPER_HALF[i] + (UPPER_HALF[i + 1] - UPPER_HALF[i]) * (1 - (place & 0x3ffffff) / 0x4000000);
    return bits < 0 ? -z : z;
  }

  /** 0 for a mean that is not positive. */
  poisson(mean: number): number {
    if (mean >= SUM_UP_TO_MEAN) {
      const sd = Math.sqrt(mean);
      return Math.max(0, countAt(this.normal(), mean, sd, 1, 1));
    }
    const u = this.uniform();
    return mean > 0 ? smallPoisson(u, mean) : 0;
  }

  /** Of `n` (a whole number), those that chance picks with probability `p` each. */
  binomial(n: number, p: number): number {
    const rare = p <= 0.5 ? p : 1 - p;
    const mean = n * rare;
    if (mean >= SUM_UP_TO_MEAN) {
      const q = 1 - p;
      const variance = n * p * q;
      const k = countAt(this.normal(), n * p, Math.sqrt(variance), q - p, 1 - 6 * p * q);
      return k < 0 ? 0 : k > n ? n : k;
    }
    const u = this.uniform();
    if (!(n > 0) || !(p > 0)) return 0;
    if (p >= 1) return n;
    return p <= 0.5 ? smallBinomial(u, n, rare) : n - smallBinomial(1 - u, n, rare);
  }

  /** Splits `n` by `shares`, which need not add up to 1, into the start of `into`. */
  multinomial(n: number, shares: ArrayLike<number>, into: Float64Array): void {
    let rest = 0;
    for (let i = 0; i < shares.length; i++) rest += shares[i];
    let left = n;
    for (let i = 0; i < shares.length; i++) {
      into[i] = i === shares.length - 1 ? left : this.binomial(left, rest > 0 ? Math.min(1, shares[i] / rest) : 0);
      left -= into[i];
      rest -= shares[i];
    }
  }

  /** A positive amount with this mean and standard deviation: gamma (Wilson and Hilferty 1931). */
  gamma(mean: number, sd: number): number {
    const z = this.normal();
    if (!(mean > 0)) return 0;
    const variation = sd / mean;
    const root = 1 - (variation * variation) / 9 + (z * variation) / 3;
    return root > 0 ? mean * root * root * root : 0;
  }
}

/**
 * The count at the normal quantile `z`. `skew` and `excess` are those of the distribution times the standard deviation, and times
 * the variance.
 */
function countAt(z: number, mean: number, sd: number, skew: number, excess: number): number {
  const second = mean + sd * z + (skew * (z * z - 1)) / 6 + 0.5;
  if (sd > SECOND_ORDER_FROM_SD) return Math.floor(second);
  return Math.floor(second + (z / sd) * ((excess * (z * z - 3)) / 24 - (skew * skew * (2 * z * z - 5)) / 36));
}

function smallPoisson(u: number, mean: number): number {
  let at = Math.exp(-mean);
  let rest = u - at;
  let k = 0;
  // At the end of the tail the terms are below the resolution of u.
  while (rest > 0 && (at > 1e-14 || k < mean)) {
    k++;
    at *= mean / k;
    rest -= at;
  }
  return k;
}

/** For p up to a half. */
function smallBinomial(u: number, n: number, p: number): number {
  const odds = p / (1 - p);
  // The logarithm of 1 - p, by its series where that is enough.
  const log = p < 1e-3 ? -p * (1 + p * (0.5 + p / 3)) : Math.log(1 - p);
  let at = n === 1 ? 1 - p : Math.exp(n * log);
  let rest = u - at;
  let k = 0;
  while (rest > 0 && k < n && (at > 1e-14 || k < n * p)) {
    at *= (odds * (n - k)) / (k + 1);
    k++;
    rest -= at;
  }
  return k;
}
