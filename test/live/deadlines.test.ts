import { afterEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../sim/live/deadlines.ts';

const DELAY_MS = 1000;

/** Lines that write down which of them expired, and when. */
function rig(): { deadlines: Deadlines; expired: string[]; line: (name: string) => { expired: () => void } } {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const startMs = performance.now();
  const expired: string[] = [];
  const line = (name: string) => ({ expired: () => expired.push(`${name} ${performance.now() - startMs}`) });
  return { deadlines: new Deadlines(DELAY_MS), expired, line: line as never };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('deadlines', () => {
  it('end each line after its own delay, with one timer for all', () => {
    const { deadlines, expired, line } = rig();
    deadlines.add(line('a'));
    vi.advanceTimersByTime(400);
    deadlines.add(line('b'));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(5000);
    expect(expired).toEqual(['a 1000', 'b 1400']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never end a line too early, and at most a twentieth of the delay too late', () => {
    const { deadlines, expired, line } = rig();
    for (let i = 0; i < 100; i++) {
      deadlines.add(line(String(i)));
      vi.advanceTimersByTime(3);
    }
    vi.advanceTimersByTime(5000);
    const latenessMs = expired.map((entry) => Number(entry.split(' ')[1]) - Number(entry.split(' ')[0]) * 3 - DELAY_MS);
    expect(latenessMs).toHaveLength(100);
    expect(Math.min(...latenessMs)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...latenessMs)).toBeLessThanOrEqual(DELAY_MS / 20);
  });

  it('leave lines alone that made it, and begin again after a pause', () => {
    const { deadlines, expired, line } = rig();
    const made = line('made it');
    deadlines.add(made);
    deadlines.delete(made);
    vi.advanceTimersByTime(3000);
    deadlines.add(line('late'));
    vi.advanceTimersByTime(3000);
    expect(expired).toEqual(['late 4000']);
  });
});
