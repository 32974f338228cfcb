import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Bins } from '../bins.ts';
import { cellOf, UNIT_MS, type Grid } from './grid.ts';
import type { Habits } from './habits.ts';
import type { Population } from './populations.ts';
import { HORIZON } from './kernel.ts';
import { residualAt } from './residual.ts';

/** Cells after a cue for which the share that is still there is known at least; later ones are as the last. */
const CELLS = 256;

/** What a cue with a product sets off among those of one persona who are there. */
export interface Wave {
  readonly cue: number;
  readonly habits: Habits;
  /** Numbers of the populations it reaches. */
  readonly populations: readonly number[];
  readonly firstCell: number;
  /** Of those present at the cue, the share that is still there, by cell from the first. */
  readonly there: Float64Array;
  /** Share that clicks in each of the cells, when the cue arrives after the base lag. */
  readonly clicks: Float64Array;
}

/** The waves of a cue; none when it shows nothing, or nobody is expected. */
export function makeWaves(
  scenario: CompiledScenario,
  cueIndex: number,
  populations: readonly Population[],
  habits: readonly Habits[],
  grid: Grid,
  bins: Bins,
): Wave[] {
  const cue = scenario.cues[cueIndex];
  if (cue.product < 0 || cue.interest <= 0 || bins.at(cue.atMs) >= bins.count) return [];
  return habits.flatMap((habit) => {
    const { persona, index } = habit;
    if (persona.clickP <= 0) return [];
    const reached = populations.flatMap((population, i) =>
      population.persona === index && (cue.room === -1 || cue.room === population.room) ? [i] : [],
    );
    if (reached.length === 0) return [];
    const firstCell = cellOf(grid, Math.floor((cue.atMs - bins.originMs) / UNIT_MS));
    const isThere = residualAt(
      reached.map((i) => populations[i]),
      bins,
      cue.atMs,
    );
    const lastUnit = grid.from[firstCell] + Math.ceil(habit.longestMs / UNIT_MS);
    const cells = Math.min(HORIZON - 1, Math.max(CELLS, cellOf(grid, lastUnit) + 1 - firstCell));
    const length = Math.min(cells, grid.count - firstCell);
    const there = Float64Array.from({ length }, (_, k) => {
      const middle = (grid.from[firstCell + k] + grid.from[firstCell + k + 1]) / 2;
      return Math.max(1e-9, isThere(bins.originMs + middle * UNIT_MS - cue.atMs));
    });
    const wave = { cue: cueIndex, habits: habit, populations: reached, firstCell, there };
    const clicks = clickShares(wave, scenario, grid, bins, scenario.backend.fanout.lagMs);
    return [{ ...wave, clicks }];
  });
}

/** As `Wave.clicks`, for a cue that arrives `lagMs` after it was given. */
export function clickShares(
  { cue, habits, firstCell, there }: Omit<Wave, 'clicks'>,
  scenario: CompiledScenario,
  grid: Grid,
  bins: Bins,
  lagMs: number,
): Float64Array {
  const { atMs, interest } = scenario.cues[cue];
  const p = Math.min(1, habits.persona.clickP * interest);
  const shares: number[] = [];
  let before = 0;
  for (let k = 0; k < there.length && before < 1 - 1e-6; k++) {
    const endMs = bins.originMs + grid.from[firstCell + k + 1] * UNIT_MS;
    const by = habits.clickedBy(endMs - atMs - Math.round(lagMs));
    shares.push(p * (by - before) * there[k]);
    before = by;
  }
  return Float64Array.from(shares);
}
