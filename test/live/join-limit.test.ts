import { describe, expect, it } from 'vitest';
import { JoinLimit } from '../../sim/live/join-limit.ts';

/** Joins that the limit lets through in each second, when everyone asks again as soon as told. */
function perSecond(limit: JoinLimit, seconds: number): number[] {
  const joins = Array<number>(seconds).fill(0);
  for (let nowMs = 0; nowMs < seconds * 1000;) {
    const waitMs = limit.take(nowMs);
    if (waitMs === 0) joins[Math.floor(nowMs / 1000)] += 1;
    nowMs += waitMs;
  }
  return joins;
}

describe('the limit of joins', () => {
  it('lets through its rate, and a tenth of it more at the start', () => {
    const [first, ...later] = perSecond(new JoinLimit(1000, 0), 5);
    expect(first).toBeLessThanOrEqual(1100);
    for (const joins of later) expect(joins).toBeGreaterThanOrEqual(950);
    for (const joins of later) expect(joins).toBeLessThanOrEqual(1001);
  });

  it('is kept when it is below one a second', () => {
    expect(perSecond(new JoinLimit(0.5, 0), 8)).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('does not save up more than a burst in a quiet time', () => {
    const limit = new JoinLimit(100, 0);
    let atOnce = 0;
    while (limit.take(3_600_000) === 0) atOnce++;
    expect(atOnce).toBe(10);
  });

  it('says when to ask again', () => {
    const limit = new JoinLimit(10, 0);
    expect(limit.take(0)).toBe(0);
    expect(limit.take(0)).toBe(100);
    expect(limit.take(99)).toBe(1);
    expect(limit.take(100)).toBe(0);
  });

  it('does not mind a clock that steps back', () => {
    const limit = new JoinLimit(10, 1000);
    expect(limit.take(1000)).toBe(0);
    expect(limit.take(0)).toBe(100);
  });

  it('may be none', () => {
    const limit = new JoinLimit(Infinity, 0);
    for (let i = 0; i < 10_000; i++) expect(limit.take(0)).toBe(0);
  });
});
