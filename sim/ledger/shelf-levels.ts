import type { BookMovement } from './books.ts';
import { countEarly } from './search.ts';

/**
 * The units on one shelf over time, from the books' movements: the level after each, sums of what came and went, and the lowest level
 * of any stretch. Times are the epoch ms of the books. The lowest is found in a tree of minima (two for one, bottom up), so that
 * hundreds of thousands of questions stay cheap.
 */
export class ShelfLevels {
  private readonly atMs: Float64Array;
  /** Sums of the first i movements: all of them, those that came, those of them that somebody asked for, those that were taken by buyers. */
  private readonly level: Float64Array;
  private readonly came: Float64Array;
  private readonly askedFor: Float64Array;
  private readonly reserved: Float64Array;
  /** Node i is the lower of nodes 2i and 2i+1; leaf i, the level after i movements, is node count+i. */
  private readonly lowest: Float64Array;
  private readonly count: number;

  constructor(movements: readonly BookMovement[]) {
    const sorted = areInOrder(movements) ? movements : movements.toSorted((a, b) => a.atEpochMs - b.atEpochMs);
    const n = sorted.length;
    this.count = n + 1;
    this.atMs = new Float64Array(n);
    this.level = new Float64Array(n + 1);
    this.came = new Float64Array(n + 1);
    this.askedFor = new Float64Array(n + 1);
    this.reserved = new Float64Array(n + 1);
    for (let i = 0; i < n; i++) {
      const { units, kind, atEpochMs } = sorted[i];
      const came = units > 0 ? units : 0;
      const isAskedFor = kind === 'restock' || kind === 'refund';
      this.atMs[i] = atEpochMs;
      this.level[i + 1] = this.level[i] + units;
      this.came[i + 1] = this.came[i] + came;
      this.askedFor[i + 1] = this.askedFor[i] + (isAskedFor ? came : 0);
      this.reserved[i + 1] = this.reserved[i] + (kind === 'reserve' ? Math.abs(units) : 0);
    }
    this.lowest = new Float64Array(2 * this.count);
    this.lowest.set(this.level, this.count);
    for (let i = this.count - 1; i > 0; i--) this.lowest[i] = Math.min(this.lowest[2 * i], this.lowest[2 * i + 1]);
  }

  get lastUnits(): number {
    return this.level[this.count - 1];
  }

  /** Lowest level between two times, both included; before the first movement the shelf is empty. */
  lowestBetween(fromEpochMs: number, untilEpochMs: number): number {
    let least = Infinity;
    let left = this.before(fromEpochMs) + this.count;
    let right = this.upTo(untilEpochMs) + this.count + 1;
    for (; left < right; left = left >> 1, right = right >> 1) {
      if (left & 1) least = Math.min(least, this.lowest[left++]);
      if (right & 1) least = Math.min(least, this.lowest[--right]);
    }
    return least;
  }

  /** Units that came onto the shelf between two times, both included. */
  cameBetween(fromEpochMs: number, untilEpochMs: number): number {
    return this.came[this.upTo(untilEpochMs)] - this.came[this.before(fromEpochMs)];
  }

  /** Of those, the units of restocks and refunds: somebody asked for them, and was answered. */
  askedForBetween(fromEpochMs: number, untilEpochMs: number): number {
    return this.askedFor[this.upTo(untilEpochMs)] - this.askedFor[this.before(fromEpochMs)];
  }

  /** Units that buyers took between two times, both included, whatever came back. */
  reservedBetween(fromEpochMs: number, untilEpochMs: number): number {
    return this.reserved[this.upTo(untilEpochMs)] - this.reserved[this.before(fromEpochMs)];
  }

  /** How many movements are earlier than this. */
  private before(epochMs: number): number {
    return countEarly(this.atMs.length, (i) => this.atMs[i] < epochMs);
  }

  private upTo(epochMs: number): number {
    return countEarly(this.atMs.length, (i) => this.atMs[i] <= epochMs);
  }
}

function areInOrder(movements: readonly BookMovement[]): boolean {
  return movements.every(({ atEpochMs }, i) => i === 0 || movements[i - 1].atEpochMs <= atEpochMs);
}
