/**
 * Epoch milliseconds with fractions. It never runs backwards: the wall clock is read once, when the process starts,
 * so that hold times and lags are not disturbed by a clock that is set while a show is on.
 */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
