import { PART_MS, PARTS_A_SEGMENT, SEGMENT_MS, WINDOW_SEGMENTS } from './ladder.ts';

/*
 * The stream began at the epoch, so its numbers follow from the clock alone, and all instances of the stub agree on them:
 *
 *     epoch        1000 * 2000 ms
 *     |  0  | ... |  999  | 1000 .0 .1 .2 .3 | 1001 .0 .1
 *                                                      ^ now: part 1001.2 is being made
 */

/** Segment `seq`, or its part `part`; without one the whole of it. */
export interface Piece {
  readonly seq: number;
  readonly part: number | null;
}

/** The segment that is being made. */
export function currentSeq(nowMs: number): number {
  return Math.floor(nowMs / SEGMENT_MS);
}

/** Parts of the current segment that are there. */
export function currentParts(nowMs: number): number {
  return Math.floor((nowMs % SEGMENT_MS) / PART_MS);
}

/** When all of it is there. */
export function readyAtMs({ seq, part }: Piece): number {
  return part === null ? (seq + 1) * SEGMENT_MS : seq * SEGMENT_MS + (part + 1) * PART_MS;
}

export function durationMs({ part }: Piece): number {
  return part === null ? SEGMENT_MS : PART_MS;
}

/** `here`, `soon` (the part that is being made: worth waiting for), or `none`: not yet, no more, or never. */
export function stateOf(piece: Piece, nowMs: number): 'here' | 'soon' | 'none' {
  const { seq, part } = piece;
  if (part !== null && part >= PARTS_A_SEGMENT) return 'none';
  // A player may still ask for what the playlist named a while ago.
  if (seq < currentSeq(nowMs) - 2 * WINDOW_SEGMENTS) return 'none';
  const leftMs = readyAtMs(piece) - nowMs;
  if (leftMs <= 0) return 'here';
  return part !== null && leftMs <= PART_MS ? 'soon' : 'none';
}
