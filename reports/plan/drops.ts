import type { PlannedDrop } from '../../sim/plan-result.ts';
import { count, counted, duration } from '../format.ts';
import type { Maybe } from '../format.ts';
import { rangeText } from './words.ts';

type After = NonNullable<PlannedDrop['soldOutAfterMs']>;

/** How long a drop lasted, in the median and in nine of ten runs; there is no range when nothing was left in any of them. */
export function soldOutAfter(band: After): { readonly median: string; readonly range: string | null } {
  return { median: soldOutSpan(band.p50), range: band.p95 === 0 ? null : rangeText(band, soldOutSpan) };
}

/** 0: nothing was left when it opened. */
export function soldOutSpan(ms: Maybe): string {
  return ms === 0 ? 'at once' : duration(ms);
}

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
