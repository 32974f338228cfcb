/** Times that are shaded in the charts: the generator could not keep up, so the curves there say little about the backend. */

import type { GeneratorHealth } from '../../sim/result.ts';

/** Event time. */
export interface Shade {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The invalid seconds of all workers, ascending, without overlaps. */
export function buildShades({ workers }: GeneratorHealth): Shade[] {
  const all = workers.flatMap((worker) => worker.invalid).sort((a, b) => a.fromMs - b.fromMs);
  const shades: { fromMs: number; untilMs: number }[] = [];
  for (const { fromMs, untilMs } of all) {
    const last = shades.at(-1);
    if (last && fromMs <= last.untilMs) last.untilMs = Math.max(last.untilMs, untilMs);
    else shades.push({ fromMs, untilMs });
  }
  return shades;
}

export function shadedMs(shades: readonly Shade[]): number {
  return shades.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
}
