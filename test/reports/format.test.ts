import { describe, expect, it } from 'vitest';
import {
  count,
  duration,
  durationArgument,
  eventClock,
  inUnit,
  measure,
  milliseconds,
  money,
  percent,
  utc,
} from '../../reports/format.ts';
import { reproduceCommand } from '../../reports/reproduce.ts';
import { sampleResult } from '../fixtures/sample-result.ts';

describe('figures as people read them', () => {
  it('answers a dash for what was not measured or is not finite', () => {
    for (const absent of [null, undefined, Number.NaN, Infinity, -Infinity]) {
      for (const format of [count, measure, milliseconds, duration, eventClock, percent])
        expect(format(absent)).toBe('–');
      expect(money(absent, 'USD')).toBe('–');
      expect(inUnit(absent, 'viewers', 'USD')).toBe('–');
    }
  });

  it('shows event time as h:mm:ss, whatever the hour', () => {
    expect(eventClock(0)).toBe('0:00:00');
    expect(eventClock(880_999)).toBe('0:14:40');
    expect(eventClock(36_061_000)).toBe('10:01:01');
    expect(eventClock(-5000)).toBe('-0:00:05');
  });

  it('writes spans for people and for the command line', () => {
    expect([250, 4200, 45_000, 125_000, 21_600_000].map(duration)).toEqual([
      '250 ms',
      '4.2 s',
      '45 s',
      '2 min 5 s',
      '6 h',
    ]);
    expect([0, 250, 880_000, 21_600_000, 61_500].map(durationArgument)).toEqual([
      '0s',
      '250ms',
      '14m40s',
      '6h',
      '1m1s500ms',
    ]);
  });

  it('never rounds a share up to 100 % nor down to 0 %', () => {
    expect(percent(1)).toBe('100 %');
    expect(percent(0)).toBe('0 %');
    expect(percent(0.99996)).toBe('99.996 %');
    expect(percent(0.0000001)).toBe('0.00001 %');
    expect(percent(1 - 1e-12)).toBe('>99.999999 %');
    expect(percent(0.149)).toBe('14.9 %');
  });

  it('takes the minor unit of the currency into account', () => {
    expect(money(153_700, 'USD')).toBe('$1,537.00');
    expect(money(1990, 'JPY')).toBe('¥1,990');
    expect(money(1990, 'KWD')).toContain('1.990');
    expect(money(1990, 'no currency')).toBe('19.90 no currency');
  });

  it('leaves a moment alone that is not ISO 8601 in UTC', () => {
    expect(utc('2026-02-03T18:00:05.120Z')).toBe('2026-02-03 18:00:05 UTC');
    expect(utc('yesterday')).toBe('yesterday');
  });
});

describe('the command that plays the run again', () => {
  it('names window, scale and seed, and the target only when it is not the embedded stub', () => {
    const result = sampleResult();
    expect(reproduceCommand(result)).toBe(
      'flashcrowd run scenarios/creator-drop.ts --from 14m40s --for 45s --scale 0.25 --seed 20240608',
    );
    const words = ['--target', 'http://10.0.0.7:8080'];
    const target = { name: 'stub', url: 'http://10.0.0.7:8080', words, embedded: false };
    expect(reproduceCommand({ ...result, target })).toContain('--target http://10.0.0.7:8080');
  });

  it('quotes for the shell what a shell would take apart', () => {
    const result = sampleResult();
    const scenario = { ...result.scenario, file: "it's; rm -rf.ts", overrides: ['rooms.main.title=$(id)'] };
    const command = reproduceCommand({ ...result, scenario });
    expect(command).toContain(`run 'it'\\''s; rm -rf.ts'`);
    expect(command).toContain(`--set 'rooms.main.title=$(id)'`);
  });
});
