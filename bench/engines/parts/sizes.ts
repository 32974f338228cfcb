/** Two crowds that do nothing, a small one and a large one: what lies between them is what viewers cost, and not what a start costs. */
import type { Figures } from '../figures.ts';
import type { Pace } from '../pace.ts';
import { IDLE } from '../places.ts';
import type { Engine, Play, Played } from '../play.ts';

/** The same number for both crowds, so that pods do not count as viewers. */
export const IDLE_VUS = 8;

export function idlePlay(viewers: number, { idleSec }: Pace): Play {
  return {
    scenario: IDLE,
    fromText: '10m',
    forSec: idleSec,
    warmUpSec: 0,
    words: ['--set', `audience.push.size=${viewers}`],
    podWords: ['--vus', String(IDLE_VUS)],
  };
}

export function recordSizes(figures: Figures, engine: Engine, small: Played, large: Played): void {
  const more = large.viewers - small.viewers;
  const kibPerViewer = (large.rssKiB - small.rssKiB) / more;
  figures.addAll(`sizes/${engine}`, {
    kibPerViewer,
    baseMiB: (small.rssKiB - kibPerViewer * small.viewers) / 1024,
    connectMs: ((large.untilWindowSec - small.untilWindowSec) / more) * 1000,
  });
  figures.add('others', Math.max(small.othersShare, large.othersShare));
  figures.note(`sizes/${engine}`, [...small.doubts, ...large.doubts]);
}
