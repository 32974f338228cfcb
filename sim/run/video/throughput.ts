import { bestRendition, UP_SHARE, type Rendition } from '../../crowd/video.ts';

/** Half-lives in seconds of reading, and the share of the line that a rendition may need to be kept, as hls.js 1.x has them for live. */
const FAST_SEC = 3;
const SLOW_SEC = 9;
const KEEP_SHARE = 0.95;
/** Too little to say how fast the line is. */
const LEAST_BYTES = 16 * 1024;
/** A read that took no time at all says nothing either. */
const LEAST_MS = 1;

/** How fast a viewer reads, by what it has read: the lower of two moving averages, so that it falls fast and rises slowly. */
export class Throughput {
  private readonly fast = new Average(FAST_SEC);
  private readonly slow = new Average(SLOW_SEC);

  /** `tookMs`: without the time that was spent waiting for the server to have it. */
  read(bytes: number, tookMs: number): void {
    if (bytes < LEAST_BYTES) return;
    const spentMs = Math.max(LEAST_MS, tookMs);
    const bitsPerSec = (bytes * 8000) / spentMs;
    this.fast.add(spentMs / 1000, bitsPerSec);
    this.slow.add(spentMs / 1000, bitsPerSec);
  }

  /** NaN before anything was read. */
  get bitsPerSec(): number {
    return Math.min(this.fast.value, this.slow.value);
  }
}

/** Exponentially weighted by the time that each value stands for; without the bias of the zero that it begins with. */
class Average {
  private readonly halfLifeSec: number;
  private sum = 0;
  private weight = 0;

  constructor(halfLifeSec: number) {
    this.halfLifeSec = halfLifeSec;
  }

  add(weightSec: number, value: number): void {
    const kept = Math.pow(0.5, weightSec / this.halfLifeSec);
    this.sum = this.sum * kept + value * (1 - kept);
    this.weight = this.weight * kept + (1 - kept);
  }

  get value(): number {
    return this.weight > 0 ? this.sum / this.weight : NaN;
  }
}

/** The rendition to go on with: up when there is plenty of room, down when there is none, else the same. */
export function nextRendition(
  renditions: readonly Rendition[],
  current: number,
  maxHeight: number | null,
  bitsPerSec: number,
): number {
  if (bitsPerSec !== bitsPerSec) return current;
  const best = bestRendition(renditions, maxHeight, bitsPerSec * UP_SHARE);
  if (best > current) return best;
  return renditions[current].bitsPerSec > bitsPerSec * KEEP_SHARE ? best : current;
}
