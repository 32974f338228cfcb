import { describe, expect, it } from 'vitest';
import { Rows } from '../../sim/crowd/rows.ts';
import { Recorder } from '../../sim/live/recorder.ts';
import { OwnMonitor } from '../../sim/run/health/monitor.ts';
import { compiled } from '../crowd/help.ts';

const SCENARIO = compiled({
  name: 'measured',
  duration: '1m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
});
const EVERY_MS = 10;
const WINDOW_MS = 45_000;
/** A loop in good health is late by so much. */
const USUAL_MS = 1;

function recorder(): Recorder {
  const rows = new Rows(1);
  const made = new Recorder(SCENARIO, [], () => rows, { monitor: new OwnMonitor() });
  made.counting = true;
  return made;
}

/** A loop that is looked at every 10 ms for 45 s, and stands still for `stallMs` in the middle. */
function watched(stallMs: number): Recorder {
  const made = recorder();
  let stalled = stallMs === 0;
  for (let t = 0; t < WINDOW_MS; t += EVERY_MS + USUAL_MS) {
    if (!stalled && t > WINDOW_MS / 2) {
      stalled = true;
      made.loopDelay(stallMs, EVERY_MS, t);
      t += stallMs;
    } else made.loopDelay(USUAL_MS, EVERY_MS, t);
  }
  return made;
}

describe('the delay of the event loop', () => {
  it('shows a stall of 2 s in 45 s at p99, though it is one wake-up of four thousand', () => {
    const { loopDelays } = watched(2000);
    expect(loopDelays.quantile(0.99)).toBeGreaterThan(1000);
    expect(loopDelays.quantile(0.99)).toBeLessThan(2000);
    expect(loopDelays.quantile(0.5)).toBeLessThan(2);
  });

  it('does not make a stall of a tenth of a second more than it is', () => {
    const { loopDelays } = watched(100);
    expect(loopDelays.quantile(0.99)).toBeLessThan(100);
    expect(loopDelays.max).toBe(100);
  });

  it('counts a delay as often as it would have been seen, and one that was not late once', () => {
    for (const [delayMs, times] of [
      [0, 1],
      [3, 1],
      [10, 1],
      [25, 3],
      [2000, 200],
    ]) {
      const made = recorder();
      made.loopDelay(delayMs, EVERY_MS, 0);
      expect(made.loopDelays.count, `${delayMs} ms`).toBe(times);
      expect(made.set.trend('loop_delay').histogram.count).toBe(times);
      expect(made.loopDelays.max).toBe(delayMs);
    }
  });

  it('is bounded in what a very long one costs', () => {
    const made = recorder();
    made.loopDelay(3_600_000, EVERY_MS, 0);
    expect(made.loopDelays.count).toBe(1000);
  });

  it('is not looked at in the ramp', () => {
    const made = recorder();
    made.counting = false;
    made.loopDelay(2000, EVERY_MS, 0);
    expect(made.loopDelays.count).toBe(0);
    expect(made.take(0, 0).metrics.trends).toEqual({});
  });
});
