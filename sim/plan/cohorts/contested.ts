import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { Bins } from '../bins.ts';
import type { Population } from './populations.ts';
import { expectedAt } from './residual.ts';

/** From this share of what is offered on, demand may use it up. */
const SHARE = 0.5;

/** Whether so many are expected to want what a cue offers that it may be gone within seconds. */
export function isContested(
  { cues, personas, products }: CompiledScenario,
  populations: readonly Population[],
  bins: Bins,
): (cue: number) => boolean {
  return (index) => {
    const cue = cues[index];
    if (cue.product < 0 || cue.interest <= 0 || cue.kind === 'price') return false;
    let wanted = 0;
    for (const population of populations) {
      if (cue.room !== -1 && cue.room !== population.room) continue;
      const { clickP, cartP } = personas[population.persona];
      wanted += expectedAt(population, bins, cue.atMs) * Math.min(1, clickP * cue.interest) * cartP;
    }
    return wanted > SHARE * Math.min(cue.units ?? Infinity, products[cue.product].stock);
  };
}
