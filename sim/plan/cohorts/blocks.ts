import type { Population } from './populations.ts';
import { presentOf } from './stay-table.ts';

/**
 * How a population is followed: in blocks of arrival times that grow with age, as in an exponential histogram. A block of
 * level l spans 2^l steps of arrivals. It takes over from its two halves when the younger has the age of the whole block, and is
 * followed until its own parent takes over. Those who leave in between are one binomial draw, and `when` says how they are spread.
 *
 *     arrivals |a|b|c|d|                       time ->
 *     level 0   a-------|      b-----|                      each step from its beginning
 *     level 1           |ab------------|  |cd------|        from (i + 2) * 2 on
 *     level 2                          |abcd---------- ...  from (i + 2) * 4 on
 */
export interface Blocks {
  readonly levels: readonly Level[];
}

export interface Level {
  /** Steps of arrivals in one block. */
  readonly width: number;
  /** By block: the share of those there at its beginning who leave before its end. */
  readonly leaveP: Float64Array;
  /** For blocks with an even and an odd number: of those who leave, the share in each step from its beginning; adds up to 1. */
  readonly when: readonly [Float64Array, Float64Array];
}

/** A block's arrivals are taken as even within this many parts of it. */
const PARTS = 8;

/** When block `i` of a level takes over, in steps. Level 0 is followed from its arrivals on. */
export function beginsAt(level: number, i: number): number {
  return level === 0 ? i : (i + 2) * 2 ** level;
}

export function endsAt(level: number, i: number): number {
  return beginsAt(level + 1, i >> 1);
}

/** `binsAStep`: seconds in a step; `steps`: those of the event. */
export function makeBlocks({ arrivals, stay }: Population, binsAStep: number, steps: number): Blocks {
  const { upTo } = stay;
  const sums = cumulative(arrivals);
  const levels: Level[] = [];
  for (let level = 0; level === 0 || beginsAt(level, 0) < steps; level++) {
    const width = 2 ** level;
    const leaveP = new Float64Array(Math.max(1, Math.ceil(steps / width)));
    for (let i = 0; i < leaveP.length && beginsAt(level, i) < steps; i++) {
      const from = i * width * binsAStep;
      const bins = width * binsAStep;
      const there = (step: number): number => expectedAt(sums, upTo, from, bins, Math.min(steps, step) * binsAStep);
      const first = level === 0 ? sumOf(sums, from, from + bins) : there(beginsAt(level, i));
      leaveP[i] = first > 0 ? Math.min(1, Math.max(0, 1 - there(endsAt(level, i)) / first)) : 0;
    }
    levels.push({ width, leaveP, when: [spread(upTo, level, 0, binsAStep), spread(upTo, level, 1, binsAStep)] });
  }
  return { levels };
}

/** Expected number of a block's viewers who are there at the start of bin `at`, which is not before the block has come. */
function expectedAt(sums: Float64Array, upTo: Float64Array, from: number, bins: number, at: number): number {
  const part = Math.max(1, Math.floor(bins / PARTS));
  let there = 0;
  for (let start = from; start < from + bins && start < at; start += part) {
    const width = Math.min(part, at - start);
    const age = Math.min(at - start - width, upTo.length - 1 - width);
    there += (sumOf(sums, start, start + width) / width) * presentOf(upTo, age, width);
  }
  return there;
}

/** Leaving over the life of a block whose viewers came evenly. */
function spread(upTo: Float64Array, level: number, i: number, binsAStep: number): Float64Array {
  const bins = 2 ** level * binsAStep;
  const from = i * bins;
  const first = beginsAt(level, i);
  const shares = new Float64Array(endsAt(level, i) - first);
  const leftBy = (step: number): number => {
    const age = Math.min(step * binsAStep - from, upTo.length - 1);
    const came = Math.min(age, bins);
    return came - presentOf(upTo, age - came, came);
  };
  const before = leftBy(first);
  const all = leftBy(first + shares.length) - before;
  for (let k = 0; k < shares.length; k++)
    shares[k] = all > 0 ? (leftBy(first + k + 1) - leftBy(first + k)) / all : 1 / shares.length;
  return shares;
}

function cumulative(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i] + values[i];
  return sums;
}

function sumOf(sums: Float64Array, from: number, to: number): number {
  const last = sums.length - 1;
  return sums[Math.min(last, to)] - sums[Math.min(last, from)];
}
