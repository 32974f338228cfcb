import { describe, expect, it } from 'vitest';
import { brief, briefMoney, bytesPerSec } from '../../reports/format.ts';
import { againstFormula } from '../../reports/plan/formula.ts';
import { positions } from '../../reports/plan/sweep-chart.ts';
import {
  bandText,
  differenceNumber,
  excludesZero,
  figureText,
  inPlanUnit,
  signedPercent,
} from '../../reports/plan/words.ts';
import { band, samplePlan } from '../fixtures/sample-plan.ts';

describe('large figures', () => {
  it('keep three digits from a million on', () => {
    expect([0, 0.00108, 44.5, 9874, 999_999, 1e6, 2_914_000, 541_123_000_000].map(brief)).toEqual([
      '0',
      '0.0011',
      '44.5',
      '9,874',
      '999,999',
      '1 M',
      '2.91 M',
      '541 B',
    ]);
    expect([940, 84_000, 999_600, 84_312_000_000, 1.5e18].map(bytesPerSec)).toEqual([
      '940 B/s',
      '84 kB/s',
      '1 MB/s',
      '84.3 GB/s',
      '1,500 PB/s',
    ]);
  });

  it('of money show no cents that do not matter, in any currency', () => {
    expect([156_600, 12_438_100, 291_400_000, -291_400_000].map((minor) => briefMoney(minor, 'USD'))).toEqual([
      '$1,566.00',
      '$124,381',
      '$2.91 M',
      '-$2.91 M',
    ]);
    expect(briefMoney(9_999_999, 'JPY')).toBe('¥10 M');
    expect(briefMoney(12_438_100, 'no currency')).toBe('124,381 no currency');
    expect(briefMoney(291_400_000, 'no currency')).toBe('2.91 M no currency');
  });

  it('are absent when they are no numbers', () => {
    for (const show of [brief, bytesPerSec, signedPercent])
      expect([NaN, null, Infinity].map(show)).toEqual(['–', '–', '–']);
    expect(briefMoney(NaN, 'USD')).toBe('–');
    expect(bandText(band(NaN), '/s', 'USD')).toBe('–');
    expect(bandText(null, '/s', 'USD')).toBe('–');
  });
});

describe('units', () => {
  it('stand behind the number as people write them', () => {
    expect(inPlanUnit(1, 'batches', '')).toBe('1 batch');
    expect(inPlanUnit(1, 'viewers', '')).toBe('1 viewer');
    expect(inPlanUnit(2_910_000, 'viewers', '')).toBe('2.91 M viewers');
    expect(inPlanUnit(145, '/s', '')).toBe('145/s');
    expect(inPlanUnit(1200, 'writes/s', '')).toBe('1,200 writes/s');
    expect(figureText('peakViewersAtMs', 72_250_000, '')).toBe('20:04:10');
  });

  it('of a band say when there is none, or less than is shown', () => {
    expect(bandText(band(0), 'viewers', '')).toBe('no spread');
    expect(bandText(band(2_910_000, 0.0001), 'viewers', '')).toBe('hardly any spread');
    expect(bandText(band(100, 0.1), '/s', '')).toBe('90 to 110');
  });
});

describe('a formula against the simulation', () => {
  const [check] = samplePlan().formulas;
  it.each([
    [100, 106.1, '+6.1 %'],
    [100, 53, '−47 %'],
    [0.001, 0.5, '500 times as much'],
    [0, 5, 'no comparison'],
    [0, 0, 'both nothing'],
  ])('%d against %d is %s', (value, p50, words) => {
    expect(againstFormula({ ...check, value, simulated: band(p50) })).toBe(words);
  });
});

describe('differences', () => {
  it('carry their sign before the currency', () => {
    expect(differenceNumber('gmvMinor', -291_400_000, 'USD')).toBe('−$2.91 M');
    expect(differenceNumber('orders', 120, 'USD')).toBe('+120');
    expect(differenceNumber('orders', 0, 'USD')).toBe('0');
  });

  it('count as real when their band lies on one side of zero', () => {
    expect(excludesZero({ ...band(5), p05: 1, p95: 9 })).toBe(true);
    expect(excludesZero({ ...band(-5), p05: -9, p95: -1 })).toBe(true);
    expect(excludesZero({ ...band(0), p05: -1, p95: 9 })).toBe(false);
    expect(excludesZero({ ...band(0), p05: 0, p95: 9 })).toBe(false);
  });
});

describe('values of a sweep', () => {
  it('stand where their numbers are, units counted', () => {
    expect(positions(['0', '25k', '100000'])).toEqual([0, 0.25, 1]);
    expect(positions(['0s', '30s', '1m'])).toEqual([0, 0.5, 1]);
    expect(positions(['10k', '1M'])).toEqual([0, 1]);
  });

  it('stand one after the other when they are names, equal or alone', () => {
    expect(positions(['memory', 'redis', 'sql'])).toEqual([0, 0.5, 1]);
    expect(positions(['5', '5'])).toEqual([0, 1]);
    expect(positions(['5'])).toEqual([0.5]);
  });
});
