/** Event time as it is written down: to a tenth of a millisecond. */
export function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}
