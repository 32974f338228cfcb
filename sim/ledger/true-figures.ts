import type { BookMovement } from './books.ts';
import type { StockSeen } from './history.ts';

/** A figure may have overtaken another that was published up to this long before it, between the parts of a backend. */
const OVERTAKE_MS = 250;
/** Movements may stand in the books this far from the order of their times. */
const FAR_MS = 10_000;
const LOOKS_AT_MOST = 50_000_000;
const TOO_MANY_FROM_SHARE = 0.25;

/** What the books say of figures by their order. */
export interface FiguresInOrder {
  readonly isTrue: ReadonlySet<StockSeen>;
  /** For the others: the most that may have lain on the shelf since what the figures before had told of. */
  readonly most: ReadonlyMap<StockSeen, number>;
  /** How long before its movement is dated a true figure was pushed, but for one of twenty: the books are that late with what they write down. */
  readonly lateMs: number;
}

/**
 * Which of the figures that were pushed were true: what lay on the shelf after some movement, each after what the figures before it
 * told of. By the order of the books alone, so that it does not matter how long a backend took to commit what it had dated, or to push
 * what it knew. Times are those of the books.
 *
 * @param figures of one product, by publication; not of a drop that sells a batch: those are lower than the shelf
 * @param latestMs a movement that is dated later than this after a figure cannot be what it tells of
 */
export function trueFigures(
  figures: readonly StockSeen[],
  movements: readonly BookMovement[],
  epochOf: (eventMs: number) => number,
  latestMs: number,
): FiguresInOrder {
  const isTrue = new Set<StockSeen>();
  const most = new Map<StockSeen, number>();
  /** Where the levels stand that each figure told of, and where those do that are too old to be overtaken. */
  const told: { readonly atMs: number; readonly index: number }[] = [];
  let settled = 0;
  let from = 0;
  let looks = 0;
  const lateness: number[] = [];
  const levels = levelsOf(movements);
  for (const figure of figures) {
    while (settled < told.length && told[settled].atMs < figure.publishedAtMs - OVERTAKE_MS) {
      from = Math.max(from, told[settled++].index);
    }
    const latest = epochOf(figure.publishedAtMs) + latestMs;
    // Figures that are no levels of the shelf, rounded ones say, are looked for in all movements each: after some time that is enough.
    if (looks > LOOKS_AT_MOST && most.size > TOO_MANY_FROM_SHARE * (most.size + isTrue.size)) break;
    let found = -1;
    let highest = levels[from];
    let index = from;
    for (; index < levels.length && found < 0; index++) {
      if (movements[index].atEpochMs > latest) {
        // What is dated later than all that can follow is looked at no more.
        if (movements[index].atEpochMs > latest + FAR_MS) break;
        continue;
      }
      if (levels[index] === figure.left) found = index;
      else highest = Math.max(highest, levels[index]);
    }
    looks += index - from;
    if (found < 0) {
      most.set(figure, highest);
      continue;
    }
    lateness.push(movements[found].atEpochMs - epochOf(figure.publishedAtMs));
    isTrue.add(figure);
    told.push({ atMs: figure.publishedAtMs, index: found });
  }
  return { isTrue, most, lateMs: highOf(lateness) };
}

/** Nineteen of twenty are no higher; 0: there are none. */
function highOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(0.95 * values.length)] ?? 0;
}

function levelsOf(movements: readonly BookMovement[]): Float64Array {
  const levels = new Float64Array(movements.length);
  let level = 0;
  for (let i = 0; i < movements.length; i++) levels[i] = level += movements[i].units;
  return levels;
}
