/** What the difference of two clocks may change by in a while, as a share of that while. */
const DRIFT_SHARE = 1e-4;

/**
 * What must be added to the time of a server to get the time of this process, learned from requests that were sent and answered. It is
 * never too much, so nothing is dated before it was done and after it was answered; and as little too small as the fastest of the last
 * requests took to arrive. Times are epoch ms.
 */
export class ServerClock {
  private mostMs = Number.NEGATIVE_INFINITY;
  private learnedAtMs = 0;

  /** Minus infinity as long as nothing was learned. */
  offsetMs(nowMs: number): number {
    return this.mostMs - Math.max(0, nowMs - this.learnedAtMs) * DRIFT_SHARE;
  }

  /** A request was sent, was carried out when the server's clock said `serverMs`, and the answer was here at `receivedMs`. */
  learn(sentMs: number, serverMs: number, receivedMs: number): void {
    const least = sentMs - serverMs;
    const known = this.offsetMs(sentMs);
    // More than can be: the server's clock was set.
    if (least < known && known <= receivedMs - serverMs) return;
    this.mostMs = least;
    this.learnedAtMs = sentMs;
  }
}
