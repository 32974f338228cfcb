/** Figures as people read them: the way back from `units.ts`. */

import { formatAmount } from '../money.ts';
import type { Money } from './units.ts';

/** `1h 30m`, `14m 50s`, `250ms`, `0s`. Two units at most below a day. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return ms === 0 ? '0s' : `${formatNumber(ms)}ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(3))}s`;
  const totalSec = Math.round(ms / 1000);
  const parts = [
    [Math.floor(totalSec / 86_400), 'd'],
    [Math.floor(totalSec / 3600) % 24, 'h'],
    [Math.floor(totalSec / 60) % 60, 'm'],
    [totalSec % 60, 's'],
  ] as const;
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount}${unit}`)
    .join(' ');
}

/** A moment of the event as a clock: `0:14:50`. */
export function formatClock(ms: number): string {
  const totalSec = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(totalSec / 3600), Math.floor(totalSec / 60) % 60, totalSec % 60];
  return `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`;
}

/** `USD 29.00`, `JPY 1,200`. */
export function formatMoney(money: Money): string {
  return `${money.currency} ${formatAmount(money.minor, money.currency)}`;
}

/** `9,874`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** `24%`, `0.5%`. */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100)}%`;
}

/** Per minute, the unit that people think in for one viewer; per second when it is fast: `0.02/min`, `12/s`. */
export function formatRate(perSec: number): string {
  if (perSec === 0) return 'never';
  return perSec >= 10 ? `${formatNumber(perSec)}/s` : `${formatNumber(perSec * 60)}/min`;
}

/** At most three significant decimals, no trailing zeros. */
export function formatNumber(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 4 });
}
