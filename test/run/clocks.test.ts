import { describe, expect, it } from 'vitest';
import { judgeClocks } from '../../sim/run/clocks.ts';
import type { Probed } from '../../sim/run/clock-probe.ts';

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
