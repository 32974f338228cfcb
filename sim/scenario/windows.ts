/**
 * Names of the windows that cues open, as thresholds name them: `drop:serum` for all of them, `drop:serum#2` for one.
 * The same names as those of the compiled cues; a test compares both.
 */

import type { Cue } from './schema/show.ts';
import type { Salvaged } from './schema/walk.ts';

/** Most repetitions of one cue: one every second for nearly three hours. */
export const MAX_CUE_TIMES = 10_000;

/** How often a cue happens; a repetition exactly at `until` counts. 0 when it cannot be told. */
export function cueTimes(cue: Salvaged<Cue>, durationMs: number): number {
  if (cue.at === undefined) return 0;
  if (cue.every === undefined) return 1;
  const lastMs = Math.min(cue.until ?? durationMs, durationMs);
  return Math.max(0, Math.floor((lastMs - cue.at) / cue.every)) + 1;
}

/** Every window that the show opens, without and with a number. */
export function windowNames(show: readonly Cue[], durationMs: number): string[] {
  const times = new Map<string, number>();
  for (const cue of show) {
    for (const window of windowsOf(cue)) times.set(window, (times.get(window) ?? 0) + cueTimes(cue, durationMs));
  }
  return [...times].flatMap(([window, count]) => {
    const numbered = Array.from({ length: Math.min(count, MAX_CUE_TIMES) }, (_, i) => `${window}#${i + 1}`);
    return [window, ...numbered];
  });
}

/** A countdown is a window of its own; the close of a drop is a moment, and no window. */
function windowsOf(cue: Cue): string[] {
  switch (cue.cue) {
    case 'pin':
    case 'price':
    case 'restock':
      return [`${cue.cue}:${cue.product}`];
    case 'drop':
      return cue.countdown > 0 ? [`drop:${cue.product}`, `countdown:${cue.product}`] : [`drop:${cue.product}`];
    case 'call':
      return [windowName('call', cue.say)];
    case 'giveaway':
      return [windowName('giveaway', cue.keyword)];
    case 'raid':
      return [windowName('raid', cue.from)];
    case 'outage':
      // Only plans play it: a threshold during it would judge a run over a time in which nothing was broken.
      return [];
  }
}

/** `drop:serum`. Text becomes part of a name as letters and digits of any script, the rest hyphens. */
export function windowName(kind: string, about: string): string {
  const slug = about
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return slug === '' ? kind : `${kind}:${slug}`;
}
