import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatCount,
  formatDuration,
  formatMoney,
  formatRate,
  formatShare,
} from '../../sim/scenario/format.ts';
import { parseCount, parseDuration, parseMoney, parseRate, parseShare } from '../../sim/scenario/units.ts';

const refused = { ok: false, expected: expect.any(String) };

describe('durations, in ms', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    ['3 h', 10_800_000],
    ['250ms', 250],
    ['2 min', 120_000],
    ['1d', 86_400_000],
    ['1.5s', 1500],
    ['1.1s', 1100],
    ['0s', 0],
    ['0', 0],
    [0, 0],
    ['7d', 604_800_000],
  ])('%j is %d', (written, ms) => {
    expect(parseDuration(written)).toEqual({ ok: true, value: ms });
  });

  it.each([
    '',
    'soon',
    '-5s',
    '1h-5m',
    '5',
    '5 parsecs',
    '0.5ms',
    '8d',
    'NaNs',
    '1h30',
    null,
    undefined,
    true,
    [],
    {},
    NaN,
  ])('%j is refused', (written) => {
    expect(parseDuration(written)).toMatchObject(refused);
  });

  it('a bare number gets a hint', () => {
    expect(parseDuration(90)).toMatchObject({ hint: 'did you mean "90s" or "90ms"?' });
    expect(parseDuration('90')).toMatchObject({ hint: 'did you mean "90s" or "90ms"?' });
    expect(parseDuration('5 minutes')).toMatchObject({ hint: 'did you mean "5 min"?' });
  });
});

describe('counts', () => {
  it.each([
    [2500, 2500],
    ['2500', 2500],
    ['10k', 10_000],
    ['11.5k', 11_500],
    ['1.5M', 1_500_000],
    ['1.1M', 1_100_000],
    ['10,000', 10_000],
    [0, 0],
  ])('%j is %d', (written, count) => {
    expect(parseCount(written)).toEqual({ ok: true, value: count });
  });

  it.each([-1, 1.5, '1.5', '1,00', '10,00', '2B', '1.0001k', 'many', '', NaN, Infinity, 1e300, '9999999999', null])(
    '%j is refused',
    (written) => {
      expect(parseCount(written)).toMatchObject(refused);
    },
  );
});

describe('shares', () => {
  it.each([
    ['15%', 0.15],
    [0.15, 0.15],
    ['100%', 1],
    ['0.5 %', 0.005],
    [0, 0],
    [1, 1],
  ])('%j is %d', (written, share) => {
    expect(parseShare(written)).toEqual({ ok: true, value: share });
  });

  it.each([130, '130%', '-5%', -0.1, '15', 'half', NaN, null])('%j is refused', (written) => {
    expect(parseShare(written)).toMatchObject(refused);
  });

  it('15 gets a hint', () => {
    expect(parseShare(15)).toMatchObject({ hint: 'did you mean "15%"?' });
    expect(parseShare('15')).toMatchObject({ hint: 'did you mean "15%"?' });
  });
});

describe('rates, per second', () => {
  it.each([
    ['0.02/min', 0.02 / 60],
    ['3/s', 3],
    ['10/h', 10 / 3600],
    ['1.5k/min', 25],
    ['6 per min', 0.1],
    [0, 0],
  ])('%j is %d', (written, perSec) => {
    const parsed = parseRate(written);
    expect(parsed.ok && parsed.value).toBeCloseTo(perSec, 12);
  });

  it.each([3, '3', '3/fortnight', '-3/s', 's', null])('%j is refused', (written) => {
    expect(parseRate(written)).toMatchObject(refused);
  });
});

describe('money, in minor units', () => {
  it.each([
    ['CNY 199', 'CNY', 19_900],
    ['USD 29.90', 'USD', 2990],
    ['USD 29.9', 'USD', 2990],
    ['29.90 USD', 'USD', 2990],
    ['JPY 1,200', 'JPY', 1200],
    ['KWD 1.234', 'KWD', 1234],
    ['EUR 0', 'EUR', 0],
  ])('%j', (written, currency, minor) => {
    expect(parseMoney(written)).toEqual({ ok: true, value: { currency, minor } });
  });

  it.each([29, '29', '$29', 'USD -1', 'USD 29.999', 'JPY 1.5', 'XQZ 5', 'usd 5', 'USD', 'USD 1e5', null])(
    '%j is refused',
    (written) => {
      expect(parseMoney(written)).toMatchObject(refused);
    },
  );

  it('says which currencies have decimals, and which there are', () => {
    expect(parseMoney('JPY 1.5')).toMatchObject({ expected: 'at most 0 decimals: the minor unit of JPY' });
    expect(parseMoney('UDS 5')).toMatchObject({ expected: expect.stringContaining('ISO 4217') });
  });
});

it('formats figures as people read them', () => {
  expect([0, 250, 1500, 90_000, 5_400_000, 90_061_000].map(formatDuration)).toEqual([
    '0s',
    '250ms',
    '1.5s',
    '1m 30s',
    '1h 30m',
    '1d 1h 1m 1s',
  ]);
  expect(formatClock(890_000)).toBe('0:14:50');
  expect(formatMoney({ currency: 'USD', minor: 14_500_000 })).toBe('USD 145,000.00');
  expect(formatMoney({ currency: 'JPY', minor: 1200 })).toBe('JPY 1,200');
  expect(formatCount(9873.6)).toBe('9,874');
  expect(formatShare(0.24)).toBe('24%');
  expect([0, 0.02 / 60, 12].map(formatRate)).toEqual(['never', '0.02/min', '12/s']);
});

it('what a duration is formatted as can be parsed again', () => {
  for (const ms of [0, 1, 999, 1000, 1250, 59_999, 60_000, 3_599_000, 86_399_000, 604_800_000]) {
    expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms });
  }
});
