/**
 * The leaves of the language as zod schemas: durations, counts, shares, rates, money, identifiers. Each knows three
 * things: what TypeScript accepts, what an editor can check (JSON Schema), and the parser in `units.ts` that decides.
 */

import { z } from 'zod';
import { didYouMean } from '../suggest.ts';
import { PATTERNS, parseBitRate, parseCount, parseDuration, parseMoney, parseRate, parseShare } from '../units.ts';
import type { Parsed } from '../units.ts';

/** A share as people write it. */
export type ShareInput = string | number;

/**
 * A leaf whose input is `In` and whose parser is one of `units.ts`. Problems carry `expected` and `hint` in `params`;
 * a missing key carries `missing`, so that `problems.ts` can word it.
 */
function leaf<In, Out>(parse: (raw: unknown) => Parsed<Out>, jsonSchema: Record<string, unknown>) {
  return z
    .custom<In>(() => true)
    .meta(jsonSchema)
    .transform((raw, ctx): Out => {
      const parsed = parse(raw);
      if (parsed.ok) return parsed.value;
      const params = {
        expected: parsed.expected,
        hint: raw === undefined ? undefined : parsed.hint,
        missing: raw === undefined,
      };
      ctx.issues.push({ code: 'custom', input: raw, message: `expected ${parsed.expected}`, params });
      return z.NEVER;
    });
}

const DURATION_JSON = { anyOf: [{ const: 0 }, { type: 'string', pattern: PATTERNS.duration }] };

/** Milliseconds. */
export const duration = leaf<string | 0, number>(parseDuration, DURATION_JSON).meta({
  id: 'Duration',
  description: 'A duration with its unit: ms, s, m (or min), h, d. A bare number is refused, except 0.',
  examples: ['90s', '1h30m', '250ms', '2 min'],
});

/** Milliseconds, more than 0. */
export const positiveDuration = leaf<string, number>(
  positive(parseDuration, 'a duration longer than 0, with its unit, such as "90s"'),
  {
    type: 'string',
    pattern: PATTERNS.duration,
  },
).meta({
  id: 'PositiveDuration',
  description: 'A duration longer than 0, with its unit: ms, s, m (or min), h, d.',
  examples: ['90s', '1h30m', '250ms', '2 min'],
});

/** A whole number, 0 or more. */
export const count = leaf<string | number, number>(parseCount, {
  anyOf: [
    { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
    { type: 'string', pattern: PATTERNS.count },
  ],
}).meta({
  id: 'Count',
  description: 'A whole number, 0 or more; k and M are thousands and millions.',
  examples: [2500, '10k', '1.5M', '10,000'],
});

/** A whole number, 1 or more. */
export const positiveCount = leaf<string | number, number>(
  positive(parseCount, 'a whole number, 1 or more, such as 2500 or "10k"'),
  {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: 1_000_000_000 },
      { type: 'string', pattern: PATTERNS.count },
    ],
  },
).meta({
  id: 'PositiveCount',
  description: 'A whole number, 1 or more; k and M are thousands and millions.',
  examples: [2500, '10k'],
});

/** 0 to 1. */
export const share = leaf<ShareInput, number>(parseShare, {
  anyOf: [
    { type: 'number', minimum: 0, maximum: 1 },
    { type: 'string', pattern: PATTERNS.share },
  ],
}).meta({ id: 'Share', description: 'A share: a percentage, or a number from 0 to 1.', examples: ['15%', 0.15] });

/** Above 0, to 1. */
export const positiveShare = leaf<ShareInput, number>(positive(parseShare, 'a share above 0, such as "10%" or 0.1'), {
  anyOf: [
    { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    { type: 'string', pattern: PATTERNS.share },
  ],
}).meta({
  id: 'PositiveShare',
  description: 'A share above 0: a percentage, or a number up to 1.',
  examples: ['10%', 0.1],
});

/** How often, or `true` for what is usual, which is read as null. */
export const shareOrUsual = leaf<true | ShareInput, number | null>(
  (raw) =>
    raw === true
      ? { ok: true, value: null }
      : positive(parseShare, 'true, or a share above 0, such as "0.1%" or 0.001')(raw),
  { anyOf: [{ const: true }, { $ref: '#/definitions/PositiveShare' }] },
);

/** How strongly viewers answer a call: 0 to 10, where 1 (100%) is what their persona says. */
export const response = leaf<ShareInput, number>(parseResponse, {
  anyOf: [
    { type: 'number', minimum: 0, maximum: 10 },
    { type: 'string', pattern: PATTERNS.share },
  ],
}).meta({
  id: 'Response',
  description: 'A multiplier of what the persona does of itself: a percentage, or a number from 0 to 10.',
  examples: ['60%', 2],
});

/** A weight in a mix: any number from 0, or a percentage. Weights need not add up to anything. */
export const weight = leaf<ShareInput, number>(parseWeight, {
  anyOf: [
    { type: 'number', minimum: 0 },
    { type: 'string', pattern: PATTERNS.share },
  ],
}).meta({
  id: 'Weight',
  description: 'A weight among others: a number from 0, or a percentage.',
  examples: [0.85, '85%', 3],
});

/** Events per second. */
export const rate = leaf<string | 0, number>(parseRate, {
  anyOf: [{ const: 0 }, { type: 'string', pattern: PATTERNS.rate }],
}).meta({
  id: 'Rate',
  description: 'Events in a time: per s, min, h or d. A bare number is refused, except 0.',
  examples: ['0.02/min', '3/s', '10/h'],
});

/** A limit: a figure above 0 (a queue may be 0), or the word for having none, which is read as null. */
export const unlimitedOr = {
  positiveCount: () =>
    limit<string | number>(positive(parseCount, 'a whole number, 1 or more'), 'unlimited', 'PositiveCount'),
  count: () => limit<string | number>(parseCount, 'unlimited', 'Count'),
  rate: () => limit<string>(positive(parsePerSec, 'a rate above 0 with its unit, such as "10/s"'), 'unlimited', 'Rate'),
};

export const timeoutOrNone = limit<string>(
  positive(parseDuration, 'a duration longer than 0, with its unit, such as "5s"'),
  'none',
  'PositiveDuration',
);

function limit<In>(parse: (raw: unknown) => Parsed<number>, none: string, definition: string) {
  const parseLimit = (raw: unknown): Parsed<number | null> => {
    if (raw === none) return { ok: true, value: null };
    const parsed = parse(raw);
    if (parsed.ok) return parsed;
    const hint = typeof raw === 'string' ? didYouMean(raw, [none]) : undefined;
    return { ok: false, expected: `${parsed.expected}, or "${none}"`, hint: hint ?? parsed.hint };
  };
  return leaf<In, number | null>(parseLimit, { anyOf: [{ $ref: `#/definitions/${definition}` }, { const: none }] });
}

/** A currency and integer minor units. */
export const money = leaf<string, { currency: string; minor: number }>(parseMoney, {
  type: 'string',
  pattern: PATTERNS.money,
}).meta({
  id: 'Money',
  description: 'A currency (three letters of ISO 4217) and an amount with no more decimals than the currency has.',
  examples: ['CNY 199', 'USD 29.90', 'JPY 1200'],
});

/** Bits per second, above 0. */
export const bitRate = leaf<string, number>(parseBitRate, { type: 'string', pattern: PATTERNS.bitRate }).meta({
  id: 'BitRate',
  description: 'Bits in a second, above 0: bit/s, kbit/s, Mbit/s or Gbit/s.',
  examples: ['3 Mbit/s', '800 kbit/s'],
});

/** The seed: a 64-bit unsigned integer, kept as its decimal digits because a number cannot hold all of them. */
export const seed = leaf<string | number, string>(parseSeed, {
  anyOf: [
    { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    { type: 'string', pattern: '^\\d{1,20}$' },
  ],
});

/** Names that appear in threshold tags, ids of viewers and URLs. */
export const id = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, { error: 'a letter, then letters, digits, - or _: at most 40 in all' });

function positive(parse: (raw: unknown) => Parsed<number>, expected: string): (raw: unknown) => Parsed<number> {
  // What the parser says of anything that it does not understand allows 0.
  const general = parse(undefined);
  return (raw) => {
    const parsed = parse(raw);
    if (parsed.ok) return parsed.value === 0 ? { ok: false, expected } : parsed;
    return !general.ok && parsed.expected === general.expected ? { ...parsed, expected } : parsed;
  };
}

/** Limits of machines are a second's. */
function parsePerSec(raw: unknown): Parsed<number> {
  const parsed = parseRate(raw);
  return parsed.ok ? parsed : { ...parsed, hint: parsed.hint?.replace('/min"', '/s"') };
}

function parseResponse(raw: unknown): Parsed<number> {
  const parsed = parseWeight(raw);
  if (parsed.ok && parsed.value <= 10) return parsed;
  return { ok: false, expected: 'a multiplier from 0 to 10, such as "60%" or 2' };
}

function parseWeight(raw: unknown): Parsed<number> {
  if (typeof raw === 'number' && raw >= 0 && Number.isFinite(raw)) return { ok: true, value: raw };
  const percent = typeof raw === 'string' && new RegExp(PATTERNS.share).test(raw);
  if (percent) return { ok: true, value: Number.parseFloat(raw) / 100 };
  return { ok: false, expected: 'a weight: a number from 0, or a percentage such as "85%"' };
}

function parseSeed(raw: unknown): Parsed<string> {
  const expected = 'a whole number from 0 to 18446744073709551615';
  if (typeof raw === 'number' && Number.isInteger(raw) && raw > Number.MAX_SAFE_INTEGER) {
    return { ok: false, expected, hint: 'write a seed this large as a string, in quotes' };
  }
  const text = typeof raw === 'number' ? String(raw) : raw;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text) || BigInt(text) >= 1n << 64n) return { ok: false, expected };
  return { ok: true, value: BigInt(text).toString() };
}
