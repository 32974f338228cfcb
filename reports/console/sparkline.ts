/** Small pictures out of block characters. */

const LEVELS = '▁▂▃▄▅▆▇█';

/** The last `columns` values, one character each, from the least to the greatest of them. */
export function sparkline(values: readonly number[], columns: number): string {
  const shown = columns > 0 ? values.slice(-columns) : [];
  const least = Math.min(...shown);
  const spread = Math.max(...shown) - least;
  return shown
    .map((value) => LEVELS[spread > 0 ? Math.round(((value - least) / spread) * (LEVELS.length - 1)) : 0])
    .join('');
}

/** `████░░░░`: `share` from 0 to 1, clamped. */
export function bar(share: number, columns: number): string {
  const clamped = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  const full = Math.round(clamped * columns);
  return '█'.repeat(full) + '░'.repeat(columns - full);
}
