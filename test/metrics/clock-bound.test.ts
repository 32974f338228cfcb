import { describe, expect, it } from 'vitest';
import { betweenClocks, ClockBound, DRIFT_SHARE, type ClockSpan } from '../../sim/metrics/clock-bound.ts';
import { uniform } from './random.ts';

const T0 = 1_795_000_000_000;
const HOUR = 3_600_000;

/** What answers over no distance at all say at this moment: the offset is from `leastMs` to `mostMs`. */
function told(bound: ClockBound, atMs: number, leastMs: number, mostMs: number): void {
  bound.add(atMs, atMs, atMs + leastMs, atMs + mostMs);
}

function expectSpan(span: ClockSpan | null, leastMs: number, mostMs: number, withinMs = 0.2): void {
  expect(span).not.toBeNull();
  expect(Math.abs(span!.leastMs - leastMs)).toBeLessThanOrEqual(withinMs);
  expect(Math.abs(span!.mostMs - mostMs)).toBeLessThanOrEqual(withinMs);
}

describe('a bound of an offset', () => {
  it('is what question, answer and reading leave', () => {
    const bound = new ClockBound();
    expect(bound.bound()).toBeNull();
    expect(bound.finding()).toEqual({ kind: 'unknown' });
    bound.add(T0, T0 + 30, T0 + 200, T0 + 1200);
    expectSpan(bound.bound(), 170, 1200);
    bound.add(T0 + 600, T0 + 640, T0 + 1200, T0 + 2200);
    expectSpan(bound.bound(), 560, 1200);
    // Nothing new.
    bound.add(T0 + 700, T0 + 5000, T0 + 1200, T0 + 9200);
    expectSpan(bound.bound(), 560, 1200);
  });

  it('is refused what ends before it begins', () => {
    const bound = new ClockBound();
    expect(() => bound.add(T0, T0 - 1, T0, T0)).toThrow(RangeError);
    expect(() => bound.add(T0, T0, T0, T0 - 1)).toThrow(RangeError);
    expect(() => bound.add(T0, T0, NaN, NaN)).toThrow(RangeError);
    expect(bound.finding()).toEqual({ kind: 'unknown' });
  });

  it('always holds the offset, whatever the ways, the drift in its bounds, and the order', () => {
    const u = uniform(7);
    for (let round = 0; round < 300; round++) {
      const startMs = (u() - 0.5) * 10_000;
      const share = (u() * 2 - 1) * DRIFT_SHARE;
      const overMs = u() * HOUR;
      const offsetAt = (ms: number) => startMs + share * (ms - T0);
      const bound = new ClockBound();
      for (let i = 0; i < 40; i++) {
        const sentMs = T0 + (i === 0 ? 0 : i === 1 ? overMs : u() * overMs);
        const readMs = sentMs + u() * 80;
        const serverMs = readMs + offsetAt(readMs);
        const grainMs = u() < 0.5 ? 1 : 1000;
        const fromMs = Math.floor(serverMs / grainMs) * grainMs;
        bound.add(sentMs, readMs + u() * 80, fromMs, fromMs + grainMs);
      }
      const { leastMs, mostMs } = bound.bound()!;
      for (let i = 0; i <= 20; i++) {
        const offsetMs = offsetAt(T0 + (overMs * i) / 20);
        expect(leastMs).toBeLessThanOrEqual(offsetMs);
        expect(mostMs).toBeGreaterThanOrEqual(offsetMs);
      }
    }
  });

  it('fades between two times that were asked', () => {
    const bound = new ClockBound();
    told(bound, T0, -1, 1);
    told(bound, T0 + HOUR, -1, 1);
    // In the middle, half an hour from both.
    const halfMs = (DRIFT_SHARE * HOUR) / 2;
    expectSpan(bound.bound(), -1 - halfMs, 1 + halfMs);
    told(bound, T0 + HOUR / 2, -1, 1);
    expectSpan(bound.bound(), -1 - halfMs / 2, 1 + halfMs / 2);
  });
});

describe('answers that contradict each other', () => {
  it('are told from a clock that was set or drifts by the time between them', () => {
    const two = new ClockBound();
    told(two, T0, -5, 5);
    told(two, T0 + 20, 1995, 2005);
    expect(two.finding()).toMatchObject({ kind: 'contradictory', betweenMs: 0 });
    expect(two.finding()).toHaveProperty('apartMs', expect.closeTo(1990, 1));
    expect(two.bound()).toBeNull();

    const set = new ClockBound();
    told(set, T0, -5, 5);
    told(set, T0 + HOUR, 495, 505);
    expect(set.finding()).toMatchObject({ kind: 'contradictory', betweenMs: HOUR });
    expect(set.finding()).toHaveProperty('apartMs', expect.closeTo(490, 1));
  });

  it('may be as far apart as clocks may drift', () => {
    const mayMs = DRIFT_SHARE * HOUR;
    for (const [apartMs, kind] of [
      [mayMs * 0.99, 'bounded'],
      [mayMs * 1.01, 'contradictory'],
    ] as const) {
      const bound = new ClockBound();
      told(bound, T0, 0, 0);
      told(bound, T0 + HOUR, apartMs, apartMs);
      expect(bound.finding().kind).toBe(kind);
    }
  });

  it('are not made good by later ones', () => {
    const bound = new ClockBound();
    told(bound, T0, 0, 1);
    told(bound, T0, 10, 11);
    for (let i = 1; i < 20; i++) told(bound, T0 + i * 60_000, -1000, 1000);
    expect(bound.finding().kind).toBe('contradictory');
  });
});

describe('the state of a bound', () => {
  it('goes through JSON and on from there', () => {
    const bound = new ClockBound();
    told(bound, T0, -10, 20);
    told(bound, T0 + 60_000, -20, 10);
    const state = JSON.parse(JSON.stringify(bound.state()));
    const other = new ClockBound(state);
    expect(other.finding()).toEqual(bound.finding());
    told(other, T0 + 60_000, -1, 2);
    expectSpan(other.bound(), -2.2, 3.2);
    expect(bound.state()).toEqual(state);
  });

  it('stays small in a long run', () => {
    const bound = new ClockBound();
    for (let ms = 0; ms < HOUR; ms += 50) told(bound, T0 + ms, -3, 4);
    expect(bound.state().length).toBeLessThan(800);
    expectSpan(bound.bound(), -3, 4, 0.5);
  });
});

it('two machines that know one server know each other', () => {
  const u = uniform(11);
  for (let round = 0; round < 100; round++) {
    const [aheadOfA, aheadOfB] = [(u() - 0.5) * 2000, (u() - 0.5) * 2000];
    const around = (ms: number): ClockSpan => ({ leastMs: ms - u() * 50, mostMs: ms + u() * 50 });
    const { leastMs, mostMs } = betweenClocks(around(aheadOfA), around(aheadOfB));
    // B's clock is behind the server by what A's is not: the server is a's time + aheadOfA, and b's time + aheadOfB.
    const bAheadOfA = aheadOfA - aheadOfB;
    expect(leastMs).toBeLessThanOrEqual(bAheadOfA);
    expect(mostMs).toBeGreaterThanOrEqual(bAheadOfA);
    expect(mostMs - leastMs).toBeLessThanOrEqual(200);
  }
});

describe('a bound that keeps few stretches', () => {
  it('still holds the offset from the first question to the last', () => {
    const u = uniform(13);
    for (let round = 0; round < 40; round++) {
      const share = (u() * 2 - 1) * DRIFT_SHARE;
      const offsetAt = (ms: number) => 100 + share * (ms - T0);
      const bound = new ClockBound([], 12);
      for (let ms = 0; ms <= HOUR; ms += 6000 + u() * 6000) {
        const readMs = T0 + ms + u() * 40;
        bound.add(T0 + ms, readMs + u() * 40, readMs + offsetAt(readMs), readMs + offsetAt(readMs));
        expect(bound.state().length).toBeLessThanOrEqual(12);
      }
      const { leastMs, mostMs } = bound.bound()!;
      for (const atMs of [T0, T0 + HOUR / 2, T0 + HOUR]) {
        expect(leastMs).toBeLessThanOrEqual(offsetAt(atMs));
        expect(mostMs).toBeGreaterThanOrEqual(offsetAt(atMs));
      }
    }
  });

  it('knows about as much, and forgets no contradiction', () => {
    const few = new ClockBound([], 60);
    for (let ms = 0; ms < HOUR; ms += 1000) told(few, T0 + ms, -3, 4);
    expect(few.state()).toHaveLength(60);
    expectSpan(few.bound(), -3, 4, 1.5);
    const first = few.state()[0];
    expect(first.atMs).toBe(T0);

    const set = new ClockBound([], 8);
    for (let ms = 0; ms < HOUR; ms += 6000) told(set, T0 + ms, ms === 600_000 ? 195 : -5, ms === 600_000 ? 205 : 5);
    expect(set.finding().kind).toBe('contradictory');
  });
});
