/** The golden ratio in 32 bits: multiples of it are spread evenly, whatever their number. */
const GOLDEN = 0x9e3779b9;
const RANGE = 2 ** 32;

/**
 * Counted randomness: the `n`th number of a stream is a function of seed, stream and `n`, so that what one fault draws does not hang on
 * what the others do. Not for secrets. The mixer is the finaliser of MurmurHash3.
 */
export class Draws {
  private readonly start: number;
  private n = 0;

  constructor(seed: number, stream: number) {
    this.start = mixed(mixed(seed) + stream);
  }

  /** From 0 to below 1. */
  next(): number {
    return mixed(this.start + Math.imul(++this.n, GOLDEN)) / RANGE;
  }
}

function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
