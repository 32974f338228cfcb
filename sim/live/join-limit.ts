/** So many joins a second at most: a token bucket. */

/** Joins that may come at once after a quiet time: a tenth of a second's. */
const BURST_SHARE = 0.1;
/** Sums of fractions of a place come out a hair beside the whole. */
const HAIR = 1e-9;

export class JoinLimit {
  private readonly perMs: number;
  private readonly most: number;
  private tokens: number;
  private filledMs: number;

  /** `perSec`: of this worker; `Infinity`: no limit. */
  constructor(perSec: number, nowMs: number) {
    this.perMs = perSec / 1000;
    this.most = Math.max(1, perSec * BURST_SHARE);
    this.tokens = this.most;
    this.filledMs = nowMs;
  }

  /** 0: join now, which uses a place up. More: ask again after so many ms. */
  take(nowMs: number): number {
    if (this.perMs === Infinity) return 0;
    // A clock that steps back gives nothing, and takes nothing.
    const passedMs = Math.max(0, nowMs - this.filledMs);
    this.tokens = Math.min(this.most, this.tokens + passedMs * this.perMs);
    this.filledMs = nowMs;
    if (this.tokens >= 1 - HAIR) {
      this.tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - this.tokens - HAIR) / this.perMs);
  }
}
