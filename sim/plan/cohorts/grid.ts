import type { CompiledScenario } from '../../crowd/compiled.ts';
import { quantile } from '../../crowd/quantile.ts';
import { BIN_MS, type Bins } from '../bins.ts';

/** The steps of the shop are multiples of this. */
export const UNIT_MS = 100;
export const UNITS_A_BIN = BIN_MS / UNIT_MS;

/**
 * The steps in which the shop is played, in units from the origin of the bins. Short where many act at once or a batch may be gone
 * within seconds, longer the longer nothing has happened; none crosses a bin unless it covers whole bins.
 */
export interface Grid {
  /** Where each cell begins, and at the end where the last one ends. */
  readonly from: Int32Array;
  readonly count: number;
}

/** Seconds after the last cue, and the width of a cell from then on, unless nobody is so quick. */
const WIDTHS = [
  { fromSec: -1, bins: 1 },
  { fromSec: 4, bins: 2 },
  { fromSec: 16, bins: 4 },
  { fromSec: 32, bins: 8 },
] as const;
/** A cell may be as wide as half the time in which the quicker half of the quickest persona reacts, up to this many bins. */
const WIDEST_AT_FIRST = 2;

/** The draw in the middle, see `quantile`. */
const MEDIAN_BITS = 0x7fffffff;
/** An event of no more seconds is played in cells of one: there is time enough. */
const SHORT_EVENT_SEC = 24_000;
/** How long the first cells after a contested drop are of one unit, in bins. */
const FINE_BINS = 8;

/** `isContested`: by cue, whether what it offers may be gone within seconds. */
export function makeGrid(scenario: CompiledScenario, bins: Bins, isContested: (cue: number) => boolean): Grid {
  const fine = new Uint8Array(bins.count);
  const quietSec = new Float64Array(bins.count).fill(-1);
  scenario.cues.forEach((cue, index) => {
    if (cue.kind === 'countdown' || cue.kind === 'raid') return;
    const bin = bins.at(cue.atMs);
    if (bin >= bins.count) return;
    quietSec[bin] = 0;
    // A cue that comes within a second needs its own moment.
    if ((cue.atMs - bins.originMs) % BIN_MS !== 0) fine[bin] = 1;
    if (isContested(index)) fine.fill(1, bin, bin + FINE_BINS);
  });
  // The end of an outage lets all in who try again.
  for (const { untilMs } of scenario.backend.outages) {
    const bin = bins.at(untilMs);
    if (bin < bins.count) quietSec[bin] = 0;
  }
  const least = leastWidth(scenario);
  const from: number[] = [];
  let sinceCue = Infinity;
  for (let bin = 0; bin < bins.count;) {
    if (quietSec[bin] === 0) sinceCue = 0;
    if (fine[bin] === 1) {
      for (let k = 0; k < UNITS_A_BIN; k++) from.push(bin * UNITS_A_BIN + k);
      bin++;
      sinceCue++;
      continue;
    }
    from.push(bin * UNITS_A_BIN);
    const most = bins.count <= SHORT_EVENT_SEC ? 1 : Math.max(least, widthAfter(sinceCue));
    let width = 1;
    const isOwn = (at: number): boolean => at === bins.from || quietSec[at] === 0 || fine[at] === 1;
    while (width < most && bin + width < bins.count && !isOwn(bin + width)) width++;
    bin += width;
    sinceCue += width;
  }
  const count = from.length;
  from.push(bins.count * UNITS_A_BIN);
  return { from: Int32Array.from(from), count };
}

function leastWidth({ tables, personas }: CompiledScenario): number {
  const mediansMs = personas
    .filter(({ clickP }) => clickP > 0)
    .map(({ reactionTable }) => quantile(tables[reactionTable], MEDIAN_BITS));
  const bins = Math.floor(Math.min(Infinity, ...mediansMs) / (2 * BIN_MS));
  return Math.max(1, Math.min(WIDEST_AT_FIRST, bins));
}

function widthAfter(sinceCueSec: number): number {
  let bins: number = WIDTHS[0].bins;
  for (const width of WIDTHS) if (sinceCueSec >= width.fromSec) bins = width.bins;
  return bins;
}

/** The cell in which a unit lies; the last one for what comes later. */
export function cellOf({ from, count }: Grid, unit: number): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= unit) low = middle;
    else high = middle;
  }
  return low;
}
