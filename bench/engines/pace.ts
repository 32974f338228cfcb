/** How much is measured, and how long. */
export interface Pace {
  readonly rounds: number;
  readonly scenes: readonly string[];
  /** Viewers a VU. */
  readonly pods: readonly number[];
  /** Viewers of the two crowds that do nothing. */
  readonly idleViewers: readonly [number, number];
  readonly warmUpSec: number;
  readonly receiveSec: number;
  readonly idleSec: number;
  /** Of the window of creator-drop. */
  readonly dropSec: number;
  /** Of the whole bench. What cannot end by then is left out, and the page says so. */
  readonly overAtMs: number;
}

/** VIEWERS_PER_VU of bin/k6/options.ts: the scenes are played with it, and its row of the pods is that of the first scene. */
export const USUAL_POD = 250;

export const FULL: Pace = {
  rounds: 3,
  scenes: ['one', 'joined', 'drop-one', 'drop-joined'],
  pods: [50, 125, 250, 500, 1000],
  idleViewers: [500, 3000],
  warmUpSec: 2,
  receiveSec: 4,
  idleSec: 2,
  dropSec: 12,
  overAtMs: 11.8 * 60_000,
};

/** One round, to see that it works: no figure of it is worth keeping. */
export const QUICK: Pace = {
  rounds: 1,
  scenes: ['one', 'joined', 'drop-joined'],
  pods: [250, 1000],
  idleViewers: [500, 1500],
  warmUpSec: 1,
  receiveSec: 3,
  idleSec: 1,
  dropSec: 6,
  overAtMs: 118_000,
};
