import { survivalAt } from '../../crowd/quantile.ts';

/** How long viewers of a dwell table stay, second by second. */
export interface StayTable {
  /** Share that stays longer than a time in ms. */
  longerThan(ageMs: number): number;
  /**
   * Mean stay up to `ages[i]`, which is the integral of the share that stays: after i seconds. Of viewers who come evenly from
   * time a to b, `upTo[t - a] - upTo[t - b]` are there at t, for each that came in a second.
   */
  readonly upTo: Float64Array;
}

/** Steps of the integral within one second, by age in seconds: the first seconds decide most. */
const STEPS = [
  { belowSec: 10, steps: 50 },
  { belowSec: 120, steps: 10 },
  { belowSec: 1800, steps: 2 },
  { belowSec: Infinity, steps: 1 },
];

/** For ages up to `seconds`. */
export function stayTable(dwell: Float64Array, seconds: number): StayTable {
  const upTo = new Float64Array(seconds + 2);
  let band = 0;
  for (let age = 0; age <= seconds; age++) {
    while (age >= STEPS[band].belowSec) band++;
    const { steps } = STEPS[band];
    let sum = 0;
    for (let k = 0; k < steps; k++) sum += survivalAt(dwell, (age + (k + 0.5) / steps) * 1000);
    upTo[age + 1] = upTo[age] + sum / steps;
  }
  return { upTo, longerThan: (ageMs) => (ageMs <= 0 ? 1 : survivalAt(dwell, ageMs)) };
}

/** Of those who came evenly in the `width` seconds up to `age` seconds ago, the number there now for each that came in a second. */
export function presentOf(upTo: Float64Array, age: number, width: number): number {
  return upTo[age + width] - upTo[age];
}
