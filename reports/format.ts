import { minorDigits } from '../sim/money.ts';
import type { RunResult } from '../sim/result.ts';
/**
 * Figures as people read them. One locale (English) and no time zone, so that a report reads the same wherever it is
 * made. Every function takes `null` for "not measured" and answers `ABSENT`; so does anything that is not finite.
 */

export const ABSENT = '–';

/** Between a figure and its unit: they must not be parted at the end of a line. */
const NARROW = ' ';

const integers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export type Maybe = number | null | undefined;

function isFigure(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Things that are counted: `12,345`. */
export function count(value: Maybe): string {
  return isFigure(value) ? integers.format(value) : ABSENT;
}

/** `1 order`, `2 orders`, `– orders`. */
export function counted(value: Maybe, one: string, many: string): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A measured figure with about three digits that matter: `0.42`, `4.13`, `41.3`, `1,240`. */
export function measure(value: Maybe): string {
  if (!isFigure(value)) return ABSENT;
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value);
}

/** A latency: `4.13 ms`, `1,240 ms`. Never changes to seconds, so that figures can be compared down a column. */
export function milliseconds(valueMs: Maybe): string {
  return isFigure(valueMs) ? `${measure(valueMs)}${NARROW}ms` : ABSENT;
}

/** A span of time: `250 ms`, `4.2 s`, `45 s`, `2 min 5 s`, `6 h`, `1 h 30 min`. */
export function duration(spanMs: Maybe): string {
  if (!isFigure(spanMs)) return ABSENT;
  if (spanMs < 1000) return `${measure(spanMs)}${NARROW}ms`;
  if (spanMs < 60_000)
    return `${new Intl.NumberFormat('en', { maximumFractionDigits: 1 }).format(spanMs / 1000)}${NARROW}s`;
  return durationParts(spanMs)
    .map(([value, unit]) => `${value}${NARROW}${unit === 'm' ? 'min' : unit}`)
    .join(' ');
}

/** A span of time as the command line takes it: `14m40s`, `6h`, `250ms`. Whole milliseconds. */
export function durationArgument(spanMs: number): string {
  const restMs = Math.round(spanMs) % 1000;
  const parts = durationParts(spanMs - restMs).map(([value, unit]) => `${value}${unit}`);
  if (restMs > 0) parts.push(`${restMs}ms`);
  return parts.join('') || '0s';
}

function durationParts(spanMs: number): [number, string][] {
  const totalSec = Math.round(spanMs / 1000);
  const parts: [number, string][] = [
    [Math.floor(totalSec / 3600), 'h'],
    [Math.floor(totalSec / 60) % 60, 'm'],
    [totalSec % 60, 's'],
  ];
  return parts.filter(([value]) => value > 0);
}

/** A moment of the event: `0:14:40`. A moment before the event counts down: `-0:00:05`. */
export function eventClock(atMs: Maybe): string {
  if (!isFigure(atMs)) return ABSENT;
  const totalSec = Math.floor(Math.abs(atMs) / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${Math.floor(totalSec / 3600)}:${two(Math.floor(totalSec / 60) % 60)}:${two(totalSec % 60)}`;
  return atMs <= -1000 ? `-${clock}` : clock;
}

/**
 * A share from 0 to 1 as a percentage. It is never rounded up to 100 % or down to 0 %: a delivery of 0.99996 is
 * `99.996 %`, because the missing part is what the reader looks for.
 */
export function percent(share: Maybe): string {
  if (!isFigure(share)) return ABSENT;
  const value = share * 100;
  for (let digits = 1; digits <= 6; digits++) {
    const rounded = Number(value.toFixed(digits));
    const hides = (rounded >= 100 && value < 100) || (rounded <= 0 && value > 0);
    if (!hides) return `${new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(rounded)}${NARROW}%`;
  }
  return value < 50 ? `<0.000001${NARROW}%` : `>99.999999${NARROW}%`;
}

/** Money from the minor unit: `money(156600, 'USD')` is `$1,566.00`. A code that Intl does not know stands behind. */
export function money(minor: Maybe, currency: string): string {
  if (!isFigure(minor)) return ABSENT;
  const amount = minor / 10 ** minorDigits(currency);
  return (
    currencyFormat(currency)?.format(amount) ??
    `${new Intl.NumberFormat('en', { minimumFractionDigits: 2 }).format(amount)} ${currency}`
  );
}

function currencyFormat(currency: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat | null {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency, ...options });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
}

/** From a million on three digits and a letter, below a tenth two digits: `0.0011`, `9,874`, `44.5`, `2.91 M`, `9.53 B` (thousand millions). */
export function brief(value: Maybe): string {
  if (!isFigure(value)) return ABSENT;
  if (Math.abs(value) >= 1e6) return spaced(new Intl.NumberFormat('en', THREE_DIGITS), value);
  const tiny = value !== 0 && Math.abs(value) < 0.1;
  if (tiny) return new Intl.NumberFormat('en', { maximumSignificantDigits: 2 }).format(value);
  return Number.isInteger(value) ? count(value) : measure(value);
}

/** Money in the digits that matter: `$1,566.00`, `$124,381`, `$2.91 M`. */
export function briefMoney(minor: Maybe, currency: string): string {
  if (!isFigure(minor)) return ABSENT;
  const amount = minor / 10 ** minorDigits(currency);
  if (Math.abs(amount) < 1e4) return money(Math.round(minor), currency);
  if (Math.abs(amount) < 1e6)
    return currencyFormat(currency, { maximumFractionDigits: 0 })?.format(amount) ?? `${count(amount)} ${currency}`;
  const format = currencyFormat(currency, THREE_DIGITS);
  return format ? spaced(format, amount) : `${brief(amount)} ${currency}`;
}

const THREE_DIGITS = { notation: 'compact', maximumSignificantDigits: 3 } as const;

/** `2.91M` with the gap before its letter that units have here. */
function spaced(format: Intl.NumberFormat, value: number): string {
  return format
    .formatToParts(value)
    .map((part) => (part.type === 'compact' ? `${NARROW}${part.value}` : part.value))
    .join('');
}

const BYTE_PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'];

/** Decimal prefixes, as networks have them: `84 GB/s`, `940 B/s`. */
export function bytesPerSec(value: Maybe): string {
  if (!isFigure(value)) return ABSENT;
  let power = 0;
  let rest = value;
  while (Math.abs(rest) >= 999.5 && power < BYTE_PREFIXES.length - 1) {
    rest /= 1000;
    power++;
  }
  const digits = power === 0 ? count(rest) : measure(Number(rest.toPrecision(3)));
  return `${digits}${NARROW}${BYTE_PREFIXES[power]}B/s`;
}

/** A figure in the unit of its metric: money when it is `minor`, a latency when it is `ms`, else a count. */
export function inUnit(value: Maybe, unit: string, currency: string): string {
  if (unit === 'minor') return money(value, currency);
  if (unit === 'ms') return milliseconds(value);
  return isFigure(value) ? `${count(value)} ${unit}` : ABSENT;
}

/** An ISO 8601 moment as `2024-06-08 18:00:05 UTC`; anything else is left as it is. */
export function utc(iso: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(iso);
  return match ? `${match[1]} ${match[2]} UTC` : iso;
}

/** Who played the viewers: `3 workers`, `6 workers in 3 shards`, `12 VUs of k6`. */
export function playersOf({ engine, workers, shards }: RunResult['run']): string {
  if (engine === 'k6') return counted(workers, 'VU of k6', 'VUs of k6');
  const all = counted(workers, 'worker', 'workers');
  return shards > 1 ? `${all} in ${counted(shards, 'shard', 'shards')}` : all;
}
