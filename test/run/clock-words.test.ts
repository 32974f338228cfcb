import { describe, expect, it } from 'vitest';
import { judgeClock } from '../../sim/run/clock-words.ts';

const bounded = (leastMs: number, mostMs: number) => judgeClock({ kind: 'bounded', leastMs, mostMs });

describe('lags', () => {
  it('are comparable when clocks are 50 ms apart at the worst, either way', () => {
    const cases: readonly [leastMs: number, mostMs: number, comparable: boolean, worstMs: number][] = [
      [-3, 9, true, 9],
      [-50, 50, true, 50],
      [-50.1, 0, false, 50.1],
      [0, 51, false, 51],
      [4990, 5003, false, 5003],
      [-200, -190, false, 200],
    ];
    for (const [leastMs, mostMs, comparable, worstMs] of cases)
      expect(bounded(leastMs, mostMs)).toMatchObject({ comparable, worstMs });
  });

  it('are not when nothing is known, or what is known cannot be', () => {
    const unknown = { comparable: false, worstMs: null };
    expect(judgeClock({ kind: 'unknown', why: 'no_date' })).toMatchObject(unknown);
    expect(judgeClock({ kind: 'contradictory', apartMs: 0.3, betweenMs: 0 })).toMatchObject(unknown);
  });
});

describe('in words', () => {
  it('the bound is rounded away from what is known', () => {
    expect([bounded(-2.1, 8.2), bounded(120.9, 130.1), bounded(-5003, -4990)].map(({ sentence }) => sentence)).toEqual([
      "By its answers, the backend's clock is between 3 ms behind and 9 ms ahead of this machine's: lags are right to 9 ms.",
      "By its answers, the backend's clock is between 120 and 131 ms ahead of this machine's: lags may be wrong by 131 ms, and are not comparable.",
      "By its answers, the backend's clock is between 4,990 and 5,003 ms behind this machine's: lags may be wrong by 5,003 ms, and are not comparable.",
    ]);
  });

  it('a contradiction says what it can come from', () => {
    expect(judgeClock({ kind: 'contradictory', apartMs: 1990.5, betweenMs: 0 }).sentence).toBe(
      "The backend's answers are at least 1,990 ms apart about the time: several clocks give it, or a server that keeps its dates. Lags are not comparable.",
    );
    expect(judgeClock({ kind: 'contradictory', apartMs: 36, betweenMs: 360_000 }).sentence).toBe(
      "The backend's clock moved by at least 36 ms against this machine's in 6m: it drifts, was set, or is not one clock. Lags are not comparable.",
    );
  });

  it('what is not known says why', () => {
    expect(judgeClock({ kind: 'unknown', why: 'no_date' }).sentence).toBe(
      "How far the backend's clock is from this machine's is not known: its answers have no Date header. Lags are not comparable.",
    );
  });
});
