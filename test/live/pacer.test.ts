import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pacer } from '../../sim/live/pacer.ts';

const { timeOrigin } = performance;
/** How far the clock has gone on while the timers stood still. */
let stalledMs = 0;
const now = (): number => Date.now() + stalledMs;

/** A crowd with things to do at given moments, and a loop whose clock goes as the test says. */
function crowd(dueAtMs: number[], untilMs = Infinity) {
  const steps: { readonly atMs: number; readonly lateMs: number }[] = [];
  const pacer = new Pacer({
    soon: setImmediate,
    dueInMs: (horizonMs) => Math.min(...dueAtMs.filter((at) => at > now()), now() + horizonMs) - now(),
    step: (lateMs) => {
      steps.push({ atMs: now(), lateMs });
      return now() < untilMs;
    },
  });
  return { pacer, steps, dueAtMs, at: () => steps.map((step) => step.atMs) };
}

function pass(ms: number): void {
  vi.advanceTimersByTime(ms);
}

beforeEach(() => {
  stalledMs = 0;
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setImmediate'], now: 0 });
  vi.spyOn(performance, 'now').mockImplementation(now);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a pacer', () => {
  it('wakes when something is due, and now and then when nothing is', () => {
    const { pacer, at } = crowd([120, 123]);
    pacer.start(timeOrigin + 100);
    pass(220);
    expect(at()).toEqual([100, 120, 123, 173]);
  });

  it('wakes earlier when the crowd has been told something', () => {
    const { pacer, at, dueAtMs } = crowd([]);
    pacer.start(timeOrigin);
    pass(10);
    expect(at()).toEqual([0]);
    dueAtMs.push(15);
    pacer.nudge();
    pacer.nudge();
    pass(20);
    expect(at()).toEqual([0, 15]);
  });

  it('is not put off by what is due later', () => {
    const { pacer, at, dueAtMs } = crowd([20]);
    pacer.start(timeOrigin);
    pass(10);
    dueAtMs.push(40);
    pacer.nudge();
    pass(32);
    expect(at()).toEqual([0, 20, 40]);
  });

  it('says how late it was woken', () => {
    const { pacer, steps } = crowd([20, 400]);
    pacer.start(timeOrigin);
    pass(10);
    stalledMs = 300;
    pass(11);
    expect(steps.at(-1)).toEqual({ atMs: 320, lateMs: expect.closeTo(300, 6) });
  });

  it('ends with the last step, and when it is stopped', () => {
    const ending = crowd([10, 20, 30], 20);
    ending.pacer.start(timeOrigin);
    pass(100);
    expect(ending.at()).toEqual([0, 10, 20]);
    const stopped = crowd([now() + 10]);
    stopped.pacer.start(timeOrigin);
    stopped.pacer.nudge();
    stopped.pacer.stop();
    pass(100);
    expect(stopped.steps).toEqual([]);
  });
});
