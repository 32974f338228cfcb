/**
 * Durations, counts, shares, rates and money as people write them. Every parser returns a value or says exactly what
 * was expected; none throws. Values: milliseconds, plain integers, 0 to 1, per second, integer minor units.
 */

import { minorDigits } from '../money.ts';
import { didYouMean } from './suggest.ts';

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string; readonly hint?: string };

export interface Money {
  /** ISO 4217, upper case. */
  readonly currency: string;
  readonly minor: number;
}

const EXPECTED = {
  duration: 'a duration with its unit, such as "90s", "1h30m" or "250ms"',
  count: 'a whole number, 0 or more, such as 2500, "10k" or "1.5M"',
  share: 'a share from 0 to 1, such as "15%" or 0.15',
  rate: 'a rate with its unit, such as "0.02/min", "3/s" or "10/h"',
  money: 'a currency and an amount, such as "CNY 199" or "USD 29.90"',
  bitRate: 'a bit rate above 0 with its unit, such as "3 Mbit/s" or "800 kbit/s"',
} as const;

const DURATION_UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};
const COUNT_FACTOR: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, m: 1e6, M: 1e6 };
const RATE_UNIT_SEC: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
};
const BIT_RATE_FACTOR: Readonly<Record<string, number>> = { '': 1, k: 1e3, K: 1e3, m: 1e6, M: 1e6, g: 1e9, G: 1e9 };

/** Patterns for the JSON Schema: what an editor can check before the parsers below do. */
export const PATTERNS = {
  duration: '^\\s*(\\d+(\\.\\d+)?\\s*(ms|sec|s|min|m|hours|hour|h|days|day|d)\\s*)+$|^\\s*0\\s*$',
  count: '^\\s*(\\d+(\\.\\d+)?\\s*[kKmM]?|\\d{1,3}(,\\d{3})+)\\s*$',
  share: '^\\s*\\d+(\\.\\d+)?\\s*%\\s*$',
  rate: '^\\s*\\d+(\\.\\d+)?\\s*[kKmM]?\\s*(/|per)\\s*(sec|s|min|m|hour|h|day|d)\\s*$',
  money: '^\\s*([A-Z]{3}\\s*(\\d+|\\d{1,3}(,\\d{3})+)(\\.\\d+)?|(\\d+|\\d{1,3}(,\\d{3})+)(\\.\\d+)?\\s*[A-Z]{3})\\s*$',
  bitRate: '^\\s*\\d+(\\.\\d+)?\\s*[kKmMgG]?(bit/s|bps|b/s)\\s*$',
} as const;

const MATCHES = {
  duration: new RegExp(PATTERNS.duration),
  count: new RegExp(PATTERNS.count),
  share: new RegExp(PATTERNS.share),
  rate: new RegExp(PATTERNS.rate),
  money: new RegExp(PATTERNS.money),
  bitRate: new RegExp(PATTERNS.bitRate),
};

/** Longest span that any key may name: a week. */
export const MAX_DURATION_MS = 7 * 86_400_000;
/** Largest count: above every audience on record, and far inside exact integers. */
export const MAX_COUNT = 1_000_000_000;

/** Milliseconds, whole, 0 to a week. A bare number is refused, except 0. */
export function parseDuration(raw: unknown): Parsed<number> {
  if (raw === 0) return { ok: true, value: 0 };
  if (typeof raw === 'number') return fail('duration', `did you mean "${raw}s" or "${raw}ms"?`);
  if (typeof raw !== 'string') return fail('duration');
  if (!MATCHES.duration.test(raw)) {
    const bare = /^\s*\d+(\.\d+)?\s*$/.test(raw);
    return fail(
      'duration',
      bare ? `did you mean "${raw.trim()}s" or "${raw.trim()}ms"?` : unitHint(raw, Object.keys(DURATION_UNIT_MS)),
    );
  }
  let total = 0;
  for (const [, amount, unit] of raw.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g))
    total += Number(amount) * DURATION_UNIT_MS[unit];
  const ms = Math.round(total);
  if (Math.abs(total - ms) > 1e-6) return { ok: false, expected: 'a duration of whole milliseconds' };
  if (ms > MAX_DURATION_MS) return { ok: false, expected: 'a duration of at most 7 days' };
  return { ok: true, value: ms };
}

/** A whole number, 0 to 10^9. `m` and `M` are millions. */
export function parseCount(raw: unknown): Parsed<number> {
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string' || (typeof raw === 'number' && !Number.isInteger(raw))) return fail('count');
  if (typeof raw === 'number' && raw >= 1e21) return fail('count', 'the largest is 1,000,000,000');
  if (!MATCHES.count.test(text)) return fail('count');
  const [, digits, suffix] = /([\d.,]+)\s*([kKmM]?)/.exec(text)!;
  const exact = Number(digits.replaceAll(',', '')) * COUNT_FACTOR[suffix];
  const value = Math.round(exact);
  if (Math.abs(exact - value) > 1e-6) return fail('count');
  if (value > MAX_COUNT) return fail('count', 'the largest is 1,000,000,000');
  return { ok: true, value };
}

/** 0 to 1. */
export function parseShare(raw: unknown): Parsed<number> {
  if (typeof raw === 'number') {
    if (raw >= 0 && raw <= 1) return { ok: true, value: raw };
    return fail('share', raw > 1 && raw <= 100 ? `did you mean "${raw}%"?` : undefined);
  }
  if (typeof raw !== 'string' || !MATCHES.share.test(raw)) {
    const bare = typeof raw === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(raw);
    return fail('share', bare ? `did you mean "${(raw as string).trim()}%"?` : undefined);
  }
  const value = Number.parseFloat(raw) / 100;
  return value <= 1 ? { ok: true, value } : fail('share', 'a share cannot be more than 100%');
}

/** Events per second. */
export function parseRate(raw: unknown): Parsed<number> {
  if (raw === 0) return { ok: true, value: 0 };
  if (typeof raw === 'number') return fail('rate', `did you mean "${raw}/min"?`);
  if (typeof raw !== 'string') return fail('rate');
  if (!MATCHES.rate.test(raw)) {
    const bare = /^\s*\d+(\.\d+)?\s*[kKmM]?\s*$/.test(raw);
    return fail('rate', bare ? `did you mean "${raw.trim()}/min"?` : undefined);
  }
  const [, amount, suffix, unit] = /([\d.]+)\s*([kKmM]?)\s*(?:\/|per)\s*([a-z]+)/.exec(raw)!;
  return { ok: true, value: (Number(amount) * COUNT_FACTOR[suffix]) / RATE_UNIT_SEC[unit] };
}

/** An amount of a currency that Intl knows, 0 or more, with no more decimals than the currency has. */
export function parseMoney(raw: unknown): Parsed<Money> {
  if (typeof raw === 'number') return fail('money', `name the currency, as in "EUR ${raw}" or "USD ${raw}"`);
  if (typeof raw !== 'string') return fail('money');
  if (!MATCHES.money.test(raw)) {
    if (/-/.test(raw)) return fail('money', 'a price cannot be negative');
    return fail(
      'money',
      /[$€£¥₹]/.test(raw) ? 'write the currency as three letters, such as USD, EUR or CNY' : undefined,
    );
  }
  const currency = /[A-Z]{3}/.exec(raw)![0];
  if (!Intl.supportedValuesOf('currency').includes(currency)) {
    const near = didYouMean(currency, ['USD', 'EUR', 'GBP', 'CNY', 'JPY', 'IDR', 'INR', 'KRW', 'SGD', 'THB', 'VND']);
    return { ok: false, expected: 'a currency code of ISO 4217, such as USD or CNY', hint: near };
  }
  const [whole, fraction = ''] = /[\d.,]+/.exec(raw)![0].replaceAll(',', '').split('.');
  const digits = minorDigits(currency);
  if (fraction.length > digits) {
    return { ok: false, expected: `at most ${digits} decimals: the minor unit of ${currency}` };
  }
  const minor = Number(whole + fraction.padEnd(digits, '0'));
  if (!Number.isSafeInteger(minor))
    return { ok: false, expected: 'an amount that fits an exact integer of minor units' };
  return { ok: true, value: { currency, minor } };
}

/** Bits per second, whole, 1 or more. */
export function parseBitRate(raw: unknown): Parsed<number> {
  if (typeof raw === 'number') return fail('bitRate', `did you mean "${raw} Mbit/s" or "${raw} kbit/s"?`);
  if (typeof raw !== 'string') return fail('bitRate');
  if (!MATCHES.bitRate.test(raw)) {
    return fail('bitRate', /B\/s\s*$/.test(raw) ? 'a byte is 8 bits: write it in bits' : undefined);
  }
  const [, amount, prefix] = /([\d.]+)\s*([kKmMgG]?)/.exec(raw)!;
  const value = Math.round(Number(amount) * BIT_RATE_FACTOR[prefix]);
  return value >= 1 ? { ok: true, value } : fail('bitRate');
}

function fail(kind: keyof typeof EXPECTED, hint?: string): Parsed<never> {
  return { ok: false, expected: EXPECTED[kind], hint };
}

function unitHint(raw: string, units: readonly string[]): string | undefined {
  const unit = /([A-Za-z]+)\s*$/.exec(raw)?.[1];
  if (unit === undefined || units.includes(unit)) return undefined;
  const longest = units.toSorted((a, b) => b.length - a.length);
  const known = longest.find((each) => unit.toLowerCase().startsWith(each));
  return known ? `did you mean "${raw.replace(/[A-Za-z]+\s*$/, known)}"?` : 'the units are ms, s, m (or min), h and d';
}
