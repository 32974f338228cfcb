import type { CompiledPersona, CompiledScenario } from '../../crowd/compiled.ts';
import { doubledMs } from '../../crowd/back-off.ts';
import {
  delaysOf,
  distributionOf,
  endMs,
  endured,
  enduredAfter,
  GRID_MS,
  meanMs,
  shareWithin,
  sumOfAges,
  sumOfDelays,
  type Delays,
} from './delays.ts';
import { makeKernel, type Kernel } from './kernel.ts';
import type { StayTable } from './stay-table.ts';

/** What a persona does in the shop, as delays and shares. Steps are those of `STEP`. */
export interface Habits {
  readonly persona: CompiledPersona;
  readonly index: number;
  /** Share that has clicked so many ms after the arrival of a cue. */
  readonly clickedBy: (ms: number) => number;
  /** From the request of a step to that of the next one, when nothing waits: service, thought and a round trip. */
  readonly next: readonly Kernel[];
  /** The same of those who came a moment ago, of whom many leave in the meantime; `enter` is their way to the click. */
  readonly enter: Kernel;
  readonly nextOfNewcomers: readonly Kernel[];
  /** From a cue to the last request of the slowest, when nothing waits. */
  readonly longestMs: number;
  /** Share that goes on from a step, and the share of these whose hold has ended by then. */
  readonly goOnP: readonly number[];
  readonly expiredP: readonly number[];
  /** Share that has come to the step after so many ms after the request of a step, when nothing waits. */
  readonly wentOnBy: readonly ((ms: number) => number)[];
  /** How much of a hold is over, typically, when the step after is taken. */
  readonly thinkMs: number;
  /** Units of an order, and how likely each is. */
  readonly sizes: readonly number[];
  readonly sizeP: Float64Array;
  /** Extra taps of one who clicked: mean, variance and when. */
  readonly tapsMean: number;
  readonly tapsVariance: number;
  readonly taps: Kernel;
  /** By attempt: back-off before the next. */
  readonly backOff: (attempt: number) => Kernel;
}

/** The slowest to react are taken together: a wave would last twice as long for them. */
const SLOWEST = 1e-3;

/** `stay`: how long viewers of this persona stay. */
export function makeHabits(scenario: CompiledScenario, index: number, stay: StayTable): Habits {
  const persona = scenario.personas[index];
  const delays = (table: number): Delays => delaysOf(scenario.tables[table]);
  const rtt = delays(scenario.rttTable);
  const thought = sumOfDelays(delays(persona.thinkTable), rtt);
  const click = sumOfDelays(delaysOf(scenario.tables[persona.reactionTable], SLOWEST), rtt);
  const steps = scenario.backend.endpoints
    .slice(0, 3)
    .map(({ serviceTable }) => sumOfDelays(thought, delays(serviceTable)));
  const longerThan = (ms: number): number => stay.longerThan(ms);
  const ages = [click];
  for (const step of steps.slice(0, 2)) ages.push(sumOfAges(ages[ages.length - 1], step));
  const overP = steps.map((step) => Math.max(0, 1 - shareWithin(step, scenario.holdMs)));
  const backOffs = new Map<number, Kernel>();
  return {
    persona,
    index,
    clickedBy: distributionOf(click),
    next: steps.map(makeKernel),
    longestMs: [click, ...steps].reduce((sum, delay) => sum + endMs(delay), 0),
    enter: makeKernel(endured(click, longerThan)),
    nextOfNewcomers: steps.map((step, k) => makeKernel(enduredAfter(ages[k], step, longerThan))),
    goOnP: [persona.cartP, persona.checkoutP, persona.payP],
    expiredP: [0, overP[1], overP[2]].map((share) => (share > TAIL ? share : 0)),
    wentOnBy: steps.map(distributionOf),
    thinkMs: meanMs(steps[1]),
    sizes: [...persona.unitsCount],
    sizeP: persona.unitsUpTo.map((upTo, i) => (upTo - (i > 0 ? persona.unitsUpTo[i - 1] : 0)) / 4294967296),
    ...extraTaps(persona),
    backOff: (attempt) => {
      const known = backOffs.get(attempt) ?? backOff(persona, attempt);
      backOffs.set(attempt, known);
      return known;
    },
  };
}

/** Shares that are as rare come from the ends of the tables. */
const TAIL = 1e-5;

function backOff({ retryBackoffMs, timeoutMs, retryJitter }: CompiledPersona, attempt: number): Kernel {
  const waitMs = doubledMs(retryBackoffMs, attempt, timeoutMs);
  const firstMs = Math.max(1, waitMs * (1 - retryJitter));
  const cells = Math.max(1, Math.round((2 * waitMs * retryJitter) / GRID_MS));
  return makeKernel({ startMs: firstMs + GRID_MS / 2, mass: new Float64Array(cells).fill(1 / cells) });
}

/** The law of `extraTaps` in `crowd/shopping.ts`: a uniform number up to `most`, rounded up or down by chance. */
function extraTaps({ tapsMean, tapGapMs }: CompiledPersona): Pick<Habits, 'tapsMean' | 'tapsVariance' | 'taps'> {
  const most = 2 * (tapsMean - 1);
  const atLeast = (taps: number): number => {
    const above = (x: number): number => (x <= 0 ? 0 : x >= 1 ? x - 0.5 : (x * x) / 2);
    return most > 0 ? (above(most + 1 - taps) - above(1 - taps)) / most : 0;
  };
  const shares: number[] = [];
  for (let taps = 1; taps <= 255 && atLeast(taps) > 0; taps++) shares.push(atLeast(taps));
  const mean = shares.reduce((sum, share) => sum + share, 0);
  const square = shares.reduce((sum, share, i) => sum + (2 * i + 1) * share, 0);
  const gap = Math.max(1, Math.round(tapGapMs / GRID_MS));
  const mass = new Float64Array(Math.max(1, shares.length * gap));
  shares.forEach((share, i) => (mass[(i + 1) * gap - 1] = share / mean));
  return { tapsMean: mean, tapsVariance: square - mean * mean, taps: makeKernel({ startMs: GRID_MS, mass }) };
}
