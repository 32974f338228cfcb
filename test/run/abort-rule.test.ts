import { describe, expect, it } from 'vitest';
import { AbortRule } from '../../sim/run/abort-rule.ts';

const DEFAULT = { errorShare: 0.5, forMs: 10_000 };
/** Tries, and failures among them. */
type Second = readonly [number, number];
const BAD: Second = [10, 6];
const GOOD: Second = [10, 5];

const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second);

/** The second after which the rule stops the run; null: it never does. */
function stopsAfter(seconds: readonly Second[], limits = DEFAULT): number | null {
  const rule = new AbortRule(limits, 'requests');
  const at = seconds.findIndex((each, i) => rule.second((i + 1) * 1000, ...each) !== null);
  return at < 0 ? null : at + 1;
}

describe('the abort rule', () => {
  it('stops after ten bad seconds in a row', () => {
    expect(stopsAfter(times(20, BAD))).toBe(10);
  });

  it('takes half for good enough', () => {
    expect(stopsAfter(times(60, GOOD))).toBeNull();
  });

  it('begins anew after one good second', () => {
    const nine = times(9, BAD);
    expect(stopsAfter([...nine, GOOD, ...nine, GOOD, ...nine])).toBeNull();
    expect(stopsAfter([...nine, GOOD, ...nine, BAD])).toBe(20);
  });

  it('passes over seconds in which nothing was tried', () => {
    const quiet: Second = [0, 0];
    expect(stopsAfter([BAD, BAD, BAD, quiet, quiet, quiet, quiet, quiet, quiet, quiet, BAD])).toBe(11);
    expect(stopsAfter(times(60, quiet))).toBeNull();
  });

  it('does not stop for a handful of tries', () => {
    const one: Second = [1, 1];
    expect(stopsAfter(times(40, one))).toBe(20);
  });

  it('keeps to limits that were written', () => {
    const some: Second = [100, 11];
    expect(stopsAfter(times(10, some), { errorShare: 0.1, forMs: 3000 })).toBe(3);
  });

  it('says how much failed', () => {
    const rule = new AbortRule({ errorShare: 0.5, forMs: 1000 }, 'joins');
    expect(rule.second(1000, 40, 30)).toBe(
      'the target breaks down: 75 % of 40 joins failed in the last 1 s (the limit is 50 %)',
    );
  });
});
