/** What the synthetic stream is offered in. Ours, of the order of the ladders that encoders ship with. Bit rates with sound. */
export const LADDER = [
  { name: '432p', width: 768, height: 432, bitsPerSec: 1_100_000 },
  { name: '540p', width: 960, height: 540, bitsPerSec: 2_000_000 },
  { name: '720p', width: 1280, height: 720, bitsPerSec: 3_000_000 },
  { name: '1080p', width: 1920, height: 1080, bitsPerSec: 6_000_000 },
] as const;

export type StubRendition = (typeof LADDER)[number];

/** A segment, and the parts that it comes in while it is made. */
export const SEGMENT_MS = 2000;
export const PART_MS = 500;
export const PARTS_A_SEGMENT = SEGMENT_MS / PART_MS;
/** Whole segments that a playlist names; the newest of them with their parts. */
export const WINDOW_SEGMENTS = 6;
export const SEGMENTS_WITH_PARTS = 3;
