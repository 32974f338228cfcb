import { describe, expect, it } from 'vitest';
import { judgeClocks, seenFrom, whyNotAgainstBooks } from '../../sim/run/clocks.ts';
import type { Probed } from '../../sim/run/clock-probe.ts';
import type { ClockFinding } from '../../sim/metrics/clock-bound.ts';

const bounded = (leastMs: number, mostMs: number): Probed => ({ kind: 'bounded', leastMs, mostMs });

describe('the clocks of a run', () => {
  it('that nobody asked for are one', () => {
    expect(judgeClocks([null])).toEqual({ each: [null], worst: null, comparable: true, notes: [] });
  });

  it('are as good as the worst of them', () => {
    const { each, worst, comparable, notes } = judgeClocks([bounded(-3, 9), bounded(-12, 2), null]);
    expect(each.map((clock) => clock?.comparable)).toEqual([true, true, undefined]);
    expect(worst).toEqual({ leastMs: -12, mostMs: 2, comparable: true });
    expect(comparable).toBe(true);
    expect(notes.map((note) => note.slice(0, 8))).toEqual(['Shard 1:', 'Shard 2:']);
  });

  it('of machines that are too far from each other are not comparable, though each is near the backend', () => {
    const { comparable, notes } = judgeClocks([bounded(30, 40), bounded(-40, -30)]);
    expect(comparable).toBe(false);
    expect(notes.at(-1)).toBe(
      'The clocks of shard 1 and shard 2 may be 80 ms apart: lags between them are not comparable.',
    );
  });

  it('that are not known are worse than any, and the same words are said once', () => {
    const unknown: Probed = { kind: 'unknown', why: 'no_date' };
    const { worst, comparable, notes } = judgeClocks([unknown, bounded(-1, 1), unknown]);
    expect(worst).toEqual({ leastMs: null, mostMs: null, comparable: false });
    expect(comparable).toBe(false);
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/^Shards 1, 3: .* not known/);
  });
});

describe('the clock of a backend as workers elsewhere see it', () => {
  const ahead = (leastMs: number, mostMs: number): ClockFinding => ({ kind: 'bounded', leastMs, mostMs });
  const contradictory: ClockFinding = { kind: 'contradictory', apartMs: 90, betweenMs: 60_000 };

  it('is as the coordinator sees it where all have its clock', () => {
    expect(seenFrom(bounded(-3, 9), [null, null])).toEqual([bounded(-3, 9)]);
    expect(seenFrom(null, [])).toEqual([null]);
  });

  it('is off by what the coordinator does not know, and by the worst of the workers', () => {
    expect(seenFrom(bounded(-3, 9), [ahead(-1, 1), null, ahead(20, 30)])).toEqual([bounded(-4, 39)]);
    // The backend has the coordinator's own clock.
    expect(seenFrom(null, [ahead(-5, 2)])).toEqual([bounded(-5, 2)]);
  });

  it('is not known where the coordinator does not know it', () => {
    const unknown: Probed = { kind: 'unknown', why: 'no_date' };
    expect(seenFrom(unknown, [ahead(0, 1), contradictory])).toEqual([unknown]);
  });

  it('is not comparable when the clock of one worker is not known, or contradicts itself', () => {
    const unknown: ClockFinding = { kind: 'unknown' };
    const some = judgeClocks(seenFrom(bounded(-1, 1), [ahead(0, 1), contradictory, unknown]));
    expect(some.comparable).toBe(false);
    expect(some.worst).toEqual({ leastMs: null, mostMs: null, comparable: false });
    expect(some.notes).toEqual([
      "How far the clock of worker 3 is from the coordinator's is not known. The clock of worker 2 moved against the coordinator's: " +
        'it drifts, was set, or is not one clock. Lags are not comparable.',
    ]);
    const [many] = judgeClocks(
      seenFrom(
        null,
        Array.from({ length: 40 }, () => unknown),
      ),
    ).notes;
    expect(many).toContain('workers 1, 2, 3, 4, 5 and 35 more');
  });
});

describe('the books', () => {
  it('are not held against viewers whose clock is certainly too far off', () => {
    const why = (...found: Probed[]) => whyNotAgainstBooks(judgeClocks(found));
    expect(why(bounded(-3, 9), bounded(-900, 1500))).toBeNull();
    expect(why(bounded(-3, 9), bounded(1900, 2100))).toContain('at least 1.9 s off (machine 2)');
    expect(why(bounded(-4000, -3500))).toContain('at least 3.5 s off (machine 1)');
    expect(why({ kind: 'unknown', why: 'no_date' })).toBeNull();
  });
});
