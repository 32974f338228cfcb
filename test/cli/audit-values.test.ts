import { describe, expect, it } from 'vitest';
import { parseMajor, parseMinor, parseTime, parseUnits, type Parsed } from '../../bin/audit/values.ts';

function valueOf(parsed: Parsed): number | string {
  return parsed.ok ? parsed.value : 'refused';
}

describe('parseTime', () => {
  const moment = Date.UTC(2026, 10, 27, 20, 0, 5);

  it.each([
    ['2026-11-27T20:00:05Z', moment],
    ['2026-11-27T20:00:05.25Z', moment + 250],
    ['2026-11-27T20:00:05.123456Z', moment + 123],
    ['2026-11-27T21:00:05+01:00', moment],
    ['2026-11-27 21:00:05 +0100', moment],
    ['2026-11-27 20:00:05+00', moment],
    ['2026-11-27 14:30:05-0530', moment],
    ['2026-11-27 20:00:05 UTC', moment],
    ['2026-11-27T20:00Z', moment - 5000],
    [`${moment}`, moment],
    [`${moment / 1000}`, moment],
    [`${moment / 1000}.25`, moment + 250],
  ])('reads %s', (text, epochMs) => {
    expect(parseTime(text)).toMatchObject({ ok: true, value: epochMs });
  });

  it('takes a time without a zone for UTC, and says so', () => {
    expect(parseTime('2026-11-27 20:00:05')).toEqual({ ok: true, value: moment, zoneless: true });
    expect(parseTime('2026-11-27T20:00:05Z')).toMatchObject({ zoneless: false });
  });

  it.each([
    '',
    'yesterday',
    '27.11.2026 20:00',
    '2026-11-27',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '-5',
    '1795809600000000',
  ])('refuses "%s"', (text) => {
    expect(valueOf(parseTime(text))).toBe('refused');
  });
});

describe('amounts', () => {
  it('in the minor unit are whole; another says which option reads it', () => {
    expect(valueOf(parseMinor('1250'))).toBe(1250);
    expect(parseMinor('12.50')).toMatchObject({ ok: false, hint: expect.stringContaining('--money major') });
    expect(parseMinor('12,50')).toMatchObject({ ok: false, hint: expect.stringContaining('--money major') });
    for (const text of ['-1', '1e3', 'free', '99999999999999999999']) expect(valueOf(parseMinor(text))).toBe('refused');
  });

  it('in the currency itself are exact', () => {
    expect(valueOf(parseMajor('12.50', 2))).toBe(1250);
    expect(valueOf(parseMajor('12.5', 2))).toBe(1250);
    expect(valueOf(parseMajor('12', 2))).toBe(1200);
    expect(valueOf(parseMajor('1.1500', 2))).toBe(115);
    expect(valueOf(parseMajor('1250', 0))).toBe(1250);
    expect(valueOf(parseMajor('90071992547409.91', 2))).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ['12.505', '1,250.00', '$12.50', '12,50', '-1'])
      expect(valueOf(parseMajor(text, 2))).toBe('refused');
  });
});

it('units are whole, and below zero only where that can be', () => {
  expect(valueOf(parseUnits('3', 'positive'))).toBe(3);
  expect(valueOf(parseUnits('3.0000', 'positive'))).toBe(3);
  expect(valueOf(parseUnits('-3', 'signed'))).toBe(-3);
  for (const text of ['-3', '1.5', 'two']) expect(valueOf(parseUnits(text, 'positive'))).toBe('refused');
});
