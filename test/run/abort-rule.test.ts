import { describe, expect, it } from 'vitest';
import { AbortRule, type SecondCounts } from '../../sim/run/abort-rule.ts';

const DEFAULT = { errorShare: 0.5, forMs: 10_000 };
const counts = (some: Partial<SecondCounts>): SecondCounts => ({
  requests: 0,
  errors: 0,
  joins: 0,
  failedJoins: 0,
  ...some,
});
const BAD = counts({ requests: 10, errors: 6 });
const GOOD = counts({ requests: 10, errors: 5 });

/** The second after which the rule stops the run; null: it never does. */
function stopsAfter(seconds: readonly SecondCounts[], limits = DEFAULT): number | null {
  const rule = new AbortRule(limits);
  const at = seconds.findIndex((each, i) => rule.second((i + 1) * 1000, each) !== null);
  return at < 0 ? null : at + 1;
}

describe('the abort rule', () => {
  it('stops after ten bad seconds in a row', () => {
    expect(stopsAfter(Array<SecondCounts>(20).fill(BAD))).toBe(10);
  });

  it('takes half for good enough', () => {
    expect(stopsAfter(Array<SecondCounts>(60).fill(GOOD))).toBeNull();
  });

  it('begins anew after one good second', () => {
    const nine = Array<SecondCounts>(9).fill(BAD);
    expect(stopsAfter([...nine, GOOD, ...nine, GOOD, ...nine])).toBeNull();
    expect(stopsAfter([...nine, GOOD, ...nine, BAD])).toBe(20);
  });

  it('counts failed joins among the tries', () => {
    const noDoor = counts({ requests: 4, errors: 0, joins: 16, failedJoins: 16 });
    expect(stopsAfter(Array<SecondCounts>(12).fill(noDoor))).toBe(10);
  });

  it('passes over seconds in which nothing was tried', () => {
    const quiet = counts({});
    expect(stopsAfter([BAD, BAD, BAD, quiet, quiet, quiet, quiet, quiet, quiet, quiet, BAD])).toBe(11);
    expect(stopsAfter(Array<SecondCounts>(60).fill(quiet))).toBeNull();
  });

  it('does not stop for a handful of tries', () => {
    const one = counts({ requests: 1, errors: 1 });
    expect(stopsAfter(Array<SecondCounts>(40).fill(one))).toBe(20);
  });

  it('keeps to limits that were written', () => {
    const some = counts({ requests: 100, errors: 11 });
    expect(stopsAfter(Array<SecondCounts>(10).fill(some), { errorShare: 0.1, forMs: 3000 })).toBe(3);
  });

  it('says how much failed', () => {
    const rule = new AbortRule({ errorShare: 0.5, forMs: 1000 });
    expect(rule.second(1000, counts({ requests: 30, errors: 20, joins: 10, failedJoins: 10 }))).toBe(
      'the target breaks down: 75 % of 40 requests and joins failed in the last 1 s (the limit is 50 %)',
    );
  });
});
