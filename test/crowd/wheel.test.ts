import { describe, expect, it } from 'vitest';
import { mix32 } from '../../sim/crowd/rng.ts';
import { TimingWheel } from '../../sim/crowd/wheel.ts';

const random = (seed: number): ((below: number) => number) => {
  let n = seed;
  return (below) => (mix32(n++) >>> 0) % below;
};

describe('the timing wheel', () => {
  it('fires everything in order of time, first set first, like a sorted list, through sets, moves and clears', () => {
    for (let seed = 0; seed < 30; seed++) {
      const below = random(seed * 1_000_003);
      // Half of them start a little before the turn of the highest level, 2^24 ms.
      const start = seed % 2 === 0 ? below(1_000_000) : 2 ** 24 - below(200_000);
      const wheel = new TimingWheel(64, start);
      const expected = new Map<number, { due: number; order: number }>();
      const fired: string[] = [];
      const should: string[] = [];
      let order = 0;
      let now = start;
      for (let round = 0; round < 300; round++) {
        const timer = below(64);
        if (below(5) === 0) {
          wheel.clear(timer);
          expected.delete(timer);
        } else {
          const due = now + [below(10), below(5000), below(400_000), below(40_000_000)][below(4)];
          wheel.set(timer, due);
          expected.set(timer, { due, order: order++ });
        }
        if (below(3) > 0) continue;
        const until = now + [0, below(20), below(6000), below(100_000)][below(4)];
        wheel.advance(until, (id, due) => fired.push(`${due}:${id}`));
        const due = [...expected].filter(([, entry]) => entry.due <= until);
        for (const [id, entry] of due.sort(([, x], [, y]) => x.due - y.due)) {
          should.push(`${entry.due}:${id}`);
          expected.delete(id);
        }
        now = until + 1;
      }
      expect(byTime(fired)).toEqual(byTime(should));
      expect(fired.map(dueOf)).toEqual(should.map(dueOf));
    }
  });

  it('fires a timer that was set while firing, in the same millisecond too', () => {
    const wheel = new TimingWheel(4, 0);
    const fired: number[] = [];
    wheel.set(0, 5);
    wheel.advance(10, (timer, due) => {
      fired.push(timer);
      if (timer < 3) wheel.set(timer + 1, due);
    });
    expect(fired).toEqual([0, 1, 2, 3]);
  });

  it('fires what is overdue at the next step, with its own due time', () => {
    const wheel = new TimingWheel(1, 0);
    wheel.advance(99, () => undefined);
    wheel.set(0, 40);
    const fired: number[] = [];
    wheel.advance(100, (_, due) => fired.push(due));
    expect(fired).toEqual([40]);
  });

  it('keeps its timers when it grows', () => {
    const wheel = new TimingWheel(2, 0);
    wheel.set(1, 5000);
    wheel.grow(8);
    wheel.set(7, 4999);
    const fired: number[] = [];
    wheel.advance(5000, (timer) => fired.push(timer));
    expect(fired).toEqual([7, 1]);
    expect(wheel.isSet(1)).toBe(false);
  });

  it('says when to look again: never later than the next timer', () => {
    const wheel = new TimingWheel(1, 4000);
    wheel.set(0, 4050);
    expect(wheel.nextDueWithin(10)).toBe(4010);
    expect(wheel.nextDueWithin(60)).toBe(4050);
    wheel.set(0, 4200);
    expect(wheel.nextDueWithin(1000)).toBeLessThanOrEqual(4200);
  });
});

const dueOf = (entry: string): number => Number(entry.split(':')[0]);
/** Timers of one millisecond may have been put there in another order than by their last `set`. */
const byTime = (entries: string[]): string[] => [...entries].sort();
