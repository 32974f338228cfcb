import { afterEach, describe, expect, it } from 'vitest';
import { timeOf } from '../../../sim/targets/mapping/time.ts';

const AT_MS = 1_750_000_000_000;

describe('a time', () => {
  it.each([
    [AT_MS, AT_MS],
    [AT_MS / 1000, AT_MS],
    [1_750_000_000.25, AT_MS + 250],
    ['1750000000', AT_MS],
    ['2025-06-15T15:06:40.000Z', AT_MS],
    ['yesterday', null],
    ['', null],
    [0, null],
    [null, null],
    [{}, null],
  ])('%j is %j', (value, expected) => {
    expect(timeOf(value)).toBe(expected);
  });
});

describe.each(['America/New_York', 'UTC', 'Asia/Kolkata'])('on a machine in %s, a date', (zone) => {
  const before = process.env.TZ;
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it.each([
    ['2025-06-15 15:06:40', AT_MS],
    ['2025-06-15T15:06:40', AT_MS],
    ['2025-06-15t15:06:40z', AT_MS],
    ['2025-06-15 15:06:40.250', AT_MS + 250],
    ['2025-06-15 15:06:40.250123', AT_MS + 250],
    ['2025-06-15 15:06:40+00', AT_MS],
    ['2025-06-15 17:06:40.000 +0200', AT_MS],
    ['2025-06-15T17:06:40+02:00', AT_MS],
    ['2025-06-15 15:06', AT_MS - 40_000],
    ['2025-06-15', Date.UTC(2025, 5, 15)],
    ['Sun, 15 Jun 2025 15:06:40 GMT', AT_MS],
    ['15 Jun 2025 15:06:40', AT_MS],
    ['2025/06/15 15:06:40', AT_MS],
    ['2025-06-15 15:06:61', null],
  ])('%j is %j', (value, expected) => {
    process.env.TZ = zone;
    expect(timeOf(value)).toBe(expected);
  });

  it('would be read otherwise by the zone of the machine', () => {
    process.env.TZ = zone;
    expect(new Date(AT_MS).getTimezoneOffset()).toBe({ UTC: 0, 'Asia/Kolkata': -330 }[zone] ?? 240);
  });
});
