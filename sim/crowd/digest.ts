import { mix32 } from './rng.ts';

/**
 * A hash over a multiset of decisions: the order in which they are added does not matter, so the digests of all
 * shards add up to the digest of the whole crowd. Two 32-bit sums, modulo 2^32.
 */
export class Digest {
  count = 0;
  private hi = 0;
  private lo = 0;

  /** `keyA`, `keyB`: who; the rest: what, when, how. All integers. */
  add(keyA: number, keyB: number, what: number, when: number, how: number): void {
    const h = mix32(mix32(mix32(keyA + Math.imul(what, 0x9e3779b9)) ^ when) + how);
    this.lo = (this.lo + h) | 0;
    this.hi = (this.hi + mix32(h ^ keyB)) | 0;
    this.count++;
  }

  merge(other: DigestState): void {
    this.hi = (this.hi + other.hi) | 0;
    this.lo = (this.lo + other.lo) | 0;
    this.count += other.count;
  }

  state(): DigestState {
    return { hi: this.hi, lo: this.lo, count: this.count };
  }

  /** 16 hexadecimal digits. */
  hex(): string {
    return hex8(this.hi) + hex8(this.lo);
  }
}

export interface DigestState {
  readonly hi: number;
  readonly lo: number;
  readonly count: number;
}

function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
