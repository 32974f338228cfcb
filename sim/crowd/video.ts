/** What a viewer watches, by its device and its bandwidth: the same in every world. */

/** Viewers who watch the stream. Bit rates are in bits per second. */
export interface CompiledVideo {
  /** Of the playlist, with `{{room}}`; `null`: the stream of the bundled shop. */
  readonly url: string | null;
  /** Share of the viewers who watch; bots never do. */
  readonly watchP: number;
  /** Mix of devices: cumulative weights in 1/2^32, ascending; the last one covers the rest. */
  readonly deviceUpTo: Float64Array;
  readonly devices: readonly CompiledDevice[];
  /** How much of the stream a player keeps ahead. */
  readonly bufferMs: number;
  readonly lowLatency: boolean | 'auto';
  /** What the stream is offered in, for the model; the real one says so itself. Ascending. */
  readonly renditions: readonly Rendition[];
  /** Paths of the scenario that nobody wrote. */
  readonly assumed: readonly string[];
}

export interface CompiledDevice {
  readonly id: string;
  /** Lines; `null`: any. */
  readonly maxHeight: number | null;
  /** Table of bandwidths in kbit/s; -1: not limited. */
  readonly bandwidthTable: number;
}

/** One quality of a stream. */
export interface Rendition {
  readonly bitsPerSec: number;
  /** Lines; 0 when the playlist does not say. */
  readonly height: number;
}

/**
 * Of the bandwidth, what a rendition may need before a player takes it. hls.js 1.x has the same default (`abrBandWidthUpFactor`): a player
 * that fills its line has nothing left for the next slow moment.
 */
export const UP_SHARE = 0.7;

/**
 * Place of the best rendition that fits the screen and needs at most `bitsPerSec`; the lowest when none fits. `renditions` are ascending by
 * bit rate, and there is at least one.
 */
export function bestRendition(renditions: readonly Rendition[], maxHeight: number | null, bitsPerSec: number): number {
  let best = 0;
  for (let i = 1; i < renditions.length; i++) {
    const { height, bitsPerSec: needs } = renditions[i];
    if (needs <= bitsPerSec && (maxHeight === null || height <= maxHeight)) best = i;
  }
  return best;
}
