import { KNOTS, quantile, survivalAtKnot } from '../../crowd/quantile.ts';
import type { Stream } from '../random.ts';

/** What one chatter weighs. */
export interface WeightLaw {
  readonly table: Float64Array;
  readonly mean: number;
  readonly sd: number;
}

/** Up to so many chatters are drawn one by one, more as a sum. */
const ONE_BY_ONE = 16;
/** From this many viewers on, a block's weight is within a percent or two of their number, and that is left out. */
const EVEN_FROM = 20_000;

/** Moments of a table: between knots its values are spread evenly. */
export function weightLaw(table: Float64Array): WeightLaw {
  let mean = 0;
  let square = 0;
  for (let i = 0; i + 1 < KNOTS; i++) {
    const share = survivalAtKnot(i) - survivalAtKnot(i + 1);
    const a = table[i];
    const b = table[i + 1];
    mean += (share * (a + b)) / 2;
    square += (share * (a * a + a * b + b * b)) / 3;
  }
  return { table, mean, sd: Math.sqrt(Math.max(0, square - mean * mean)) };
}

/**
 * Few viewers do most of the talking, and who is there changes the chat for as long as they stay. So each block carries the
 * number of its chatters and the sum of their weights; what that differs from the mean is added up over time.
 */
export class ChatWeights {
  private readonly chatterP: number;
  private readonly law: WeightLaw;
  private readonly chatters: readonly Float64Array[];
  private readonly sums: readonly Float64Array[];
  /** Of the sum of weights minus the number of viewers: jumps, and changes of its slope, by step. */
  private readonly jumps: Float64Array;
  private readonly slopes: Float64Array;

  constructor(blocksByLevel: readonly number[], steps: number, chatterP: number, law: WeightLaw) {
    this.chatterP = chatterP;
    this.law = law;
    this.chatters = blocksByLevel.map((count) => new Float64Array(count));
    this.sums = blocksByLevel.map((count) => new Float64Array(count));
    this.jumps = new Float64Array(steps + 1);
    this.slopes = new Float64Array(steps + 1);
  }

  reset(): void {
    this.jumps.fill(0);
    this.slopes.fill(0);
  }

  /** Draws the weights of a block whose viewers had none of their own. */
  weigh(level: number, i: number, step: number, viewers: number, stream: Stream): void {
    const isEven = viewers >= EVEN_FROM;
    const chatters = isEven ? viewers * this.chatterP : stream.binomial(viewers, this.chatterP);
    this.chatters[level][i] = chatters;
    this.sums[level][i] = isEven ? viewers : this.sumOf(chatters, stream);
    this.jumps[step] += this.sums[level][i] - viewers;
  }

  join(level: number, i: number): void {
    const under = level - 1;
    const second = 2 * i + 1 < this.sums[under].length;
    this.chatters[level][i] = this.chatters[under][2 * i] + (second ? this.chatters[under][2 * i + 1] : 0);
    this.sums[level][i] = this.sums[under][2 * i] + (second ? this.sums[under][2 * i + 1] : 0);
  }

  /** Of `viewers`, `stay` are there at the end. Those who leave do so evenly, as far as weights go. */
  follow(level: number, i: number, begin: number, end: number, viewers: number, stay: number, stream: Stream): void {
    const sum = this.sums[level][i];
    const chatters = this.chatters[level][i];
    if (viewers === 0) return;
    if (viewers >= EVEN_FROM) {
      this.chatters[level][i] = (chatters * stay) / viewers;
      this.sums[level][i] = (sum * stay) / viewers;
    } else {
      const left = Math.min(stay, stream.binomial(Math.round(chatters), stay / viewers));
      this.chatters[level][i] = left;
      this.sums[level][i] = this.partOf(sum, chatters, left, stream);
    }
    const slope = (this.sums[level][i] - stay - (sum - viewers)) / (end - begin);
    const { slopes } = this;
    slopes[begin] += slope;
    if (end < slopes.length) slopes[end] -= slope;
  }

  /** Weight by step, never below 0, from the number present. */
  into(weight: Float64Array, present: Float64Array): void {
    let more = 0;
    let slope = 0;
    for (let step = 0; step < weight.length; step++) {
      slope += this.slopes[step];
      more += this.jumps[step] + slope;
      weight[step] = Math.max(0, present[step] + more);
    }
  }

  private sumOf(chatters: number, stream: Stream): number {
    const { table, mean, sd } = this.law;
    if (chatters > ONE_BY_ONE) return stream.gamma(chatters * mean, Math.sqrt(chatters) * sd);
    let sum = 0;
    for (let k = 0; k < chatters; k++) sum += quantile(table, stream.bits());
    return sum;
  }

  /** Weight of those `left` of so many chatters, who weigh `sum`. */
  private partOf(sum: number, chatters: number, left: number, stream: Stream): number {
    if (left <= 0 || chatters <= 0) return 0;
    if (left >= chatters) return sum;
    const share = left / chatters;
    const { mean, sd } = this.law;
    const deviation = ((sd / mean) * sum * Math.sqrt(left * (1 - share))) / chatters;
    // The smaller part is drawn: a gamma keeps its mean above 0, and hardly ever comes near the sum.
    const smaller = Math.min(sum, stream.gamma(sum * Math.min(share, 1 - share), deviation));
    return share < 0.5 ? smaller : sum - smaller;
  }
}
