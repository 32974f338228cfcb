/**
 * How the histogram divides its range: linear up to 511 us, then 256 equal buckets for every doubling.
 *
 *     bucket width
 *       8 us |                                      :..............
 *       4 us |                  :...................
 *       2 us |        :.........
 *       1 us |........
 *            +--------+---------+-------------------+-------------- value
 *            0       512       1,024               2,048     4,096 us
 *
 * Bound. A value v of 512 us or more lies in a bucket of width w = 2^shift, where shift is chosen so that
 * sub = floor(v / w) is within 256 and 511. The bucket starts at sub * w >= 256 * w, so w / v <= 1/256. Reporting the
 * middle of the bucket is wrong by less than w / 2, which is 1/512 (0.2 %) of v. Below 512 us a bucket is 1 us wide and
 * exact. Before that, a value is rounded to whole microseconds, which adds at most 0.5 us. In all:
 *
 *     |reported - true| <= true / 512 + 0.5 us
 *
 * The arithmetic is that of unsigned 32-bit integers, so the range ends at 2^32 - 1 us, about 71 minutes.
 */

export const RELATIVE_ERROR_BOUND = 1 / 512;
export const ROUNDING_ERROR_MS = 0.0005;

const SUB_BITS = 8;
/** Leading zeros of the largest value that still has buckets of 1 us (511 is 9 bits long). */
const LINEAR_LEADING_ZEROS = 32 - SUB_BITS - 1;

export const MAX_US = 0xffffffff;
export const MAX_MS = MAX_US / 1000;
/** 6,400: 23 doublings above the linear part, which holds two times 256. */
export const BUCKETS = (32 - SUB_BITS + 1) << SUB_BITS;

/**
 * Whole microseconds of a time in ms, within 0 and `MAX_US`. Negative times count as 0: they come from two clocks that
 * disagree. NaN is the caller's to refuse.
 */
export function microseconds(valueMs: number): number {
  if (valueMs <= 0) return 0;
  if (valueMs >= MAX_MS) return MAX_US;
  return (valueMs * 1000 + 0.5) >>> 0;
}

/** Bucket of a value in us, an unsigned 32-bit integer. */
export function bucketOf(us: number): number {
  const shift = Math.max(0, LINEAR_LEADING_ZEROS - Math.clz32(us));
  return (shift << SUB_BITS) + (us >>> shift);
}

/** Middle of a bucket in us; a half when the bucket holds an even number of whole microseconds. */
export function middleOf(bucket: number): number {
  const shift = Math.max(0, (bucket >>> SUB_BITS) - 1);
  const width = 1 << shift;
  const sub = bucket - (shift << SUB_BITS);
  return sub * width + (width - 1) / 2;
}
