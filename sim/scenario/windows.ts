/** Names of the windows that cues open, as thresholds name them: `drop:serum` for all of them, `drop:serum#2` for one. */

import type { Cue } from './schema/show.ts';
import type { Salvaged } from './schema/walk.ts';

type WrittenCue = Salvaged<Cue>;

/** `drop:serum` for cues about a product, the kind alone for the others: `call`, `giveaway`, `raid`. */
export function cueWindow(cue: { readonly cue: string; readonly product?: string }): string {
  return cue.product === undefined ? cue.cue : `${cue.cue}:${cue.product}`;
}

/** How often a cue happens; `until` and the moment itself count. 0 when it cannot be told. */
export function cueTimes(cue: WrittenCue, durationMs: number): number {
  if (cue.at === undefined) return 0;
  if (cue.every === undefined || cue.every <= 0) return 1;
  const last = Math.min(cue.until ?? durationMs, durationMs);
  return Math.max(0, Math.floor((last - cue.at) / cue.every)) + 1;
}

/** Every window that the show opens, without and with a number. */
export function windowNames(show: readonly (WrittenCue | undefined)[], durationMs: number): string[] {
  const times = new Map<string, number>();
  for (const cue of show) {
    if (cue?.cue === undefined) continue;
    const window = cueWindow(cue as { cue: string; product?: string });
    times.set(window, (times.get(window) ?? 0) + cueTimes(cue, durationMs));
  }
  return [...times].flatMap(([window, count]) => [
    window,
    ...Array.from({ length: Math.min(count, MAX_CUE_TIMES) }, (_, i) => `${window}#${i + 1}`),
  ]);
}

/** Most repetitions of one cue: one every second for nearly three hours. */
export const MAX_CUE_TIMES = 10_000;
