import type { PlannedDrop } from '../../sim/plan-result.ts';
import { count, counted } from '../format.ts';

/** `20 drops, 12 of them sold out in at least half of the runs`. */
export function dropsInWords(drops: readonly PlannedDrop[]): string {
  const likely = drops.filter(({ soldOutShare }) => soldOutShare >= 0.5).length;
  return `${counted(drops.length, 'drop', 'drops')}, ${whoOf(likely, drops.length)}sold out in at least half of the runs`;
}

function whoOf(likely: number, all: number): string {
  if (all === 1) return likely === 1 ? '' : 'not ';
  if (likely === 0) return 'none of them ';
  return likely === all ? 'all of them ' : `${count(likely)} of them `;
}
