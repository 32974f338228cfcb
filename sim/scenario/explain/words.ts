/** Small pieces of sentences. */

import { formatDuration, formatNumber, formatShare } from '../format.ts';
import type { Dist } from '../schema/dist.ts';

/** Standard normal quantile of 90%. */
const Z90 = 1.2816;

/** `17m in the median, one in ten beyond 1h 9m (lognormal, sigma 1.1)`. */
export function describeDist(dist: Dist): string {
  switch (dist.kind) {
    case 'fixed':
      return `always ${formatDuration(dist.value)}`;
    case 'exponential':
      return `${formatDuration(dist.mean)} on average (exponential)`;
    case 'lognormal': {
      // Two digits: the figure is worked out, and no more certain than its median.
      const p90Ms = Math.round(Number((dist.median * Math.exp(Z90 * dist.sigma)).toPrecision(2)));
      return `${formatDuration(dist.median)} in the median, one in ten beyond about ${formatDuration(p90Ms)} (lognormal, sigma ${formatNumber(dist.sigma)})`;
    }
    case 'quantiles':
      return dist.points.map(({ p, value }) => `p${formatNumber(p * 100)} ${formatDuration(value)}`).join(', ');
    case 'mix':
      return dist.parts.map((part) => `${formatShare(part.share)}: ${describeDist(part.dist)}`).join('; ');
  }
}

/** `85% passerby, 15% fan`: weights as shares of their sum. */
export function describeMix(mix: Readonly<Record<string, number>>): string {
  const entries = Object.entries(mix).sort(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return entries.map(([persona, weight]) => `${formatShare(weight / total)} ${persona}`).join(', ');
}

/** A heading and its lines; nothing at all when there are no lines. */
export function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => (line === '' ? '' : `  ${line}`))];
}

/** Columns side by side, each as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}
