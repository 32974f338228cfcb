/**
 * A histogram of times in ms: constant memory (50 KiB), no allocation when recording, exact count, sum, minimum and
 * maximum (to the microsecond), and quantiles within the error bound of `buckets.ts`.
 *
 * All state is integers in 64-bit floats, so merging is exact: any order and any grouping gives the same bits. That
 * holds while a sum stays below 2^53 us (285 years) and a bucket below 2^53 values.
 */

import { BUCKETS, bucketOf, microseconds, middleOf } from './buckets.ts';

/** What goes over IPC: the buckets that are not empty. JSON and structured clone keep it as it is. */
export interface SparseHistogram {
  /** Ascending bucket numbers, and how many values each holds. */
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
  readonly sumUs: number;
  /** 0 when empty. */
  readonly minUs: number;
  readonly maxUs: number;
  readonly refused: number;
}

// Slots of `stats`. A typed array rather than fields, because a field that grows from small integer to double is boxed.
const COUNT = 0;
const SUM_US = 1;
const MIN_US = 2;
const MAX_SEEN_US = 3;
const REFUSED = 4;
const STATS = 5;

/** q times n can come out above an integer by the last bits (0.07 * 100); this takes them off before rounding up. */
const RANK_SLACK = 1 - 4 * Number.EPSILON;

export class Histogram {
  private readonly counts = new Float64Array(BUCKETS);
  private readonly stats = new Float64Array(STATS);

  constructor() {
    this.stats[MIN_US] = Infinity;
  }

  /** From the form that goes over IPC. Throws RangeError when that is malformed. */
  static fromSparse(sparse: SparseHistogram): Histogram {
    const histogram = new Histogram();
    histogram.addSparse(sparse);
    return histogram;
  }

  /** Negative values count as 0, those from 2^32 us (71 min) as 2^32 - 1 us. NaN is not counted, see `refused`. */
  record(valueMs: number): void {
    this.recordMany(valueMs, 1);
  }

  /** As `record`, `times` times over; `times` is a non-negative integer. */
  recordMany(valueMs: number, times: number): void {
    const stats = this.stats;
    if (valueMs !== valueMs) {
      stats[REFUSED] += times;
      return;
    }
    if (times === 0) return;
    const us = microseconds(valueMs);
    this.counts[bucketOf(us)] += times;
    stats[COUNT] += times;
    stats[SUM_US] += us * times;
    if (us < stats[MIN_US]) stats[MIN_US] = us;
    if (us > stats[MAX_SEEN_US]) stats[MAX_SEEN_US] = us;
  }

  /** Adds all values of another histogram, which stays as it is. */
  merge(other: Histogram): void {
    if (other.count > 0) {
      const last = other.lastBucket;
      for (let bucket = other.firstBucket; bucket <= last; bucket++) this.counts[bucket] += other.counts[bucket];
    }
    this.mergeStats(other.count, other.stats[SUM_US], other.stats[MIN_US], other.stats[MAX_SEEN_US], other.refused);
  }

  /** Adds what `toSparse` wrote. Throws RangeError, and adds nothing, when it is malformed. */
  addSparse(sparse: SparseHistogram): void {
    const { buckets, counts } = sparse;
    if (buckets.length !== counts.length) throw new RangeError('sparse histogram: buckets and counts differ in length');
    let total = 0;
    for (let i = 0; i < buckets.length; i++) {
      if (!(Number.isInteger(buckets[i]) && buckets[i] >= 0 && buckets[i] < BUCKETS && counts[i] > 0)) {
        throw new RangeError(`sparse histogram: bucket ${buckets[i]} with count ${counts[i]}`);
      }
      total += counts[i];
    }
    for (let i = 0; i < buckets.length; i++) this.counts[buckets[i]] += counts[i];
    this.mergeStats(total, sparse.sumUs, total > 0 ? sparse.minUs : Infinity, sparse.maxUs, sparse.refused);
  }

  toSparse(): SparseHistogram {
    const buckets: number[] = [];
    const counts: number[] = [];
    if (this.count > 0) {
      const last = this.lastBucket;
      for (let bucket = this.firstBucket; bucket <= last; bucket++) {
        if (this.counts[bucket] === 0) continue;
        buckets.push(bucket);
        counts.push(this.counts[bucket]);
      }
    }
    const minUs = this.count > 0 ? this.stats[MIN_US] : 0;
    return { buckets, counts, sumUs: this.stats[SUM_US], minUs, maxUs: this.stats[MAX_SEEN_US], refused: this.refused };
  }

  /** Empties it for reuse; costs no more than the range that was touched. */
  reset(): void {
    if (this.count > 0) this.counts.fill(0, this.firstBucket, this.lastBucket + 1);
    this.stats.fill(0);
    this.stats[MIN_US] = Infinity;
  }

  get count(): number {
    return this.stats[COUNT];
  }

  /** How many NaN were offered. They are in no other figure. */
  get refused(): number {
    return this.stats[REFUSED];
  }

  /** In ms, exact to the microsecond; NaN when empty. So are `max` and `mean`. */
  get min(): number {
    return this.count === 0 ? NaN : this.stats[MIN_US] / 1000;
  }

  get max(): number {
    return this.count === 0 ? NaN : this.stats[MAX_SEEN_US] / 1000;
  }

  get mean(): number {
    return this.count === 0 ? NaN : this.stats[SUM_US] / this.count / 1000;
  }

  /**
   * The value in ms at rank ceil(q * count), the nearest rank, with no interpolation: so it is one of the values
   * recorded, within the error bound. `q` is 0 to 1: 0 is the minimum, 1 the maximum, both exact. NaN when empty.
   */
  quantile(q: number): number {
    if (this.count === 0 || q !== q) return NaN;
    const rank = Math.ceil(q * this.count * RANK_SLACK);
    if (rank <= 1) return this.min;
    if (rank >= this.count) return this.max;
    let bucket = this.firstBucket;
    for (let seen = this.counts[bucket]; seen < rank; seen += this.counts[bucket]) bucket++;
    const middleUs = middleOf(bucket);
    return Math.min(this.stats[MAX_SEEN_US], Math.max(this.stats[MIN_US], middleUs)) / 1000;
  }

  /**
   * Share of values at or below a time in ms, 0 to 1. The bucket of that time counts in full, so the answer is exact
   * for some time at most 1/256 above the one asked for. NaN when empty.
   */
  shareAtOrBelow(valueMs: number): number {
    if (this.count === 0 || valueMs !== valueMs) return NaN;
    if (valueMs < this.min) return 0;
    const last = Math.min(bucketOf(microseconds(valueMs)), this.lastBucket);
    let seen = 0;
    for (let bucket = this.firstBucket; bucket <= last; bucket++) seen += this.counts[bucket];
    return seen / this.count;
  }

  private mergeStats(count: number, sumUs: number, minUs: number, maxUs: number, refused: number): void {
    const stats = this.stats;
    stats[COUNT] += count;
    stats[SUM_US] += sumUs;
    stats[REFUSED] += refused;
    if (minUs < stats[MIN_US]) stats[MIN_US] = minUs;
    if (maxUs > stats[MAX_SEEN_US]) stats[MAX_SEEN_US] = maxUs;
  }

  // Both only when it is not empty.
  private get firstBucket(): number {
    return bucketOf(this.stats[MIN_US]);
  }

  private get lastBucket(): number {
    return bucketOf(this.stats[MAX_SEEN_US]);
  }
}
