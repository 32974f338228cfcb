/** How many viewers a VU of k6 should have. */
import type { Figures } from '../figures.ts';
import type { Pace } from '../pace.ts';
import type { Play, Played } from '../play.ts';
import { recordScene, STEADY } from './scenes.ts';

/** Of the best: a smaller pod that does as much is to be had. */
const GOOD_SHARE = 0.9;
const GOOD_LAG = 1.5;

export function podPlay(viewersPerVu: number, pace: Pace): Play {
  return { ...STEADY(pace), podWords: ['--viewers-per-vu', String(viewersPerVu)] };
}

export const podRow = (viewersPerVu: number): string => `pod/${viewersPerVu}`;

export function recordPod(figures: Figures, viewersPerVu: number, played: Played | null): void {
  recordScene(figures, podRow(viewersPerVu), played);
  if (played === null) return;
  figures.addAll(podRow(viewersPerVu), { vus: played.vus, mib: played.rssKiB / 1024 });
}

/** MiB of one more VU with the same viewers: between the smallest pods and the largest. */
export function vuMiB(figures: Figures, sizes: readonly number[]): number {
  const [small, large] = [podRow(Math.min(...sizes)), podRow(Math.max(...sizes))];
  const vus = figures.median(`${small}.vus`) - figures.median(`${large}.vus`);
  return (figures.median(`${small}.mib`) - figures.median(`${large}.mib`)) / vus;
}

/**
 * The smallest pod that receives nine tenths of what the best one does for its CPU, with a lag of at most one and a half of the least. Small,
 * because a VU is one thread of k6, and a machine has several. `null`: none is good in both, or not all were measured.
 */
export function bestPod(figures: Figures, sizes: readonly number[]): number | null {
  const of = (name: string): number[] => sizes.map((size) => figures.median(`${podRow(size)}.${name}`));
  // NaN when one was not measured: then nothing is good.
  const most = Math.max(...of('messages'));
  const least = Math.min(...of('lag'));
  const isGood = (size: number): boolean =>
    figures.median(`${podRow(size)}.messages`) >= GOOD_SHARE * most &&
    figures.median(`${podRow(size)}.lag`) <= GOOD_LAG * least;
  return sizes.toSorted((a, b) => a - b).find(isGood) ?? null;
}
