import type { CrowdSnapshot } from './snapshot.ts';

/** The event as it stands at one moment: what a run that begins there puts into the backend, and who connects. */
export interface WarmStart {
  readonly snapshot: CrowdSnapshot;
  /** Units left by product. */
  readonly stockLeft: readonly number[];
  /** Units that the open drop of each product may still sell; `null`: no drop is open, or it has no limit of its own. */
  readonly offeredUnits: readonly (number | null)[];
  /** Price in force by product, minor units. */
  readonly priceMinor: readonly number[];
  /** Indices of the cues that stand: the last pin of each room, and drops that are open. */
  readonly standingCues: readonly number[];
}
