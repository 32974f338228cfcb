import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FirstWords } from '../../sim/k6/script/first-words.ts';

/** A line that has opened. */
function line() {
  const link = { state: 'connecting' as 'connecting' | 'open' | 'closed' };
  return { link, again: vi.fn<() => void>() };
}

describe('a line that k6 has opened and nobody speaks on', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('is dialled again, once, and the run is told so', () => {
    const noted = vi.fn<(text: string) => void>();
    const words = new FirstWords(noted);
    const lost = line();
    words.await(lost.link, lost);
    vi.advanceTimersByTime(2900);
    expect(lost.again).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(lost.again).toHaveBeenCalledTimes(1);
    // The second handshake opens as well.
    words.await(lost.link, lost);
    vi.advanceTimersByTime(60_000);
    expect(lost.again).toHaveBeenCalledTimes(1);
    expect(noted).toHaveBeenCalledTimes(1);
  });

  it('is left alone when the viewer is in, or has gone, or the window is over', () => {
    const words = new FirstWords(() => undefined);
    const all = [line(), line(), line()];
    for (const one of all) words.await(one.link, one);
    all[0].link.state = 'open';
    all[1].link.state = 'closed';
    vi.advanceTimersByTime(1000);
    words.stop();
    vi.advanceTimersByTime(60_000);
    for (const one of all) expect(one.again).not.toHaveBeenCalled();
  });

  it('is not dialled again when many are like it: a slow backend is not asked twice', () => {
    const words = new FirstWords(() => undefined);
    const all = Array.from({ length: 500 }, line);
    for (const one of all) words.await(one.link, one);
    vi.advanceTimersByTime(60_000);
    const again = all.filter((one) => one.again.mock.calls.length > 0).length;
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThanOrEqual(6);
  });
});
