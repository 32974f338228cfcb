import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../sim/metrics/histogram.ts';
import { RunHealth } from '../../../sim/run/health/run-health.ts';
import { spreadOf, type Delays, type HealthSample } from '../../../sim/live/sample.ts';
import { sicknessOf, stolen } from '../../../sim/run/health/sickness.ts';
import { Streak } from '../../../sim/run/health/streak.ts';
import { WorkerLog } from '../../../sim/run/health/worker-log.ts';
import { BOUNDS, LATE, sample } from './samples.ts';

const FROM_MS = 880_000;
const PLAYED = { bounds: BOUNDS, fromMs: FROM_MS, scale: 1 };

function healthOf(samples: readonly HealthSample[]): RunHealth {
  const health = new RunHealth(BOUNDS, 1, 2);
  for (const each of samples) health.add(0, each);
  return health;
}

/** What is said of a worker with these seconds, in a window whose delays as a whole are within their bounds. */
function said(samples: readonly HealthSample[], whole: Delays | null = null): string[] {
  return sicknessOf(healthOf(samples), 0, whole, PLAYED);
}

const seconds = (count: number, of: (second: number) => Partial<HealthSample>): HealthSample[] =>
  Array.from({ length: count }, (_, second) => sample(second, of(second)));

describe('a spread', () => {
  const of = (values: readonly number[]) => {
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    return spreadOf(histogram);
  };

  it('is null of nothing, and judges nothing of one or two values', () => {
    expect(of([])).toBeNull();
    expect(of([900, 900])).toMatchObject({ p99Ms: 900, maxMs: 900, judgedMs: null });
  });

  it('is judged by its third largest value while it has fewer than 300', () => {
    expect(of([1, 2, 500, 600])?.judgedMs).toBeCloseTo(2, 1);
    expect(of([1, 400, 500, 600])?.judgedMs).toBeCloseTo(400, -1);
    const forty = [...Array.from({ length: 38 }, () => 1), 800, 900];
    expect(of(forty)).toMatchObject({ p99Ms: 900, judgedMs: expect.closeTo(1, 2) as number });
  });

  it('is judged by its 99th percentile when it has more', () => {
    const many = Array.from({ length: 1000 }, (_, i) => (i < 985 ? 1 : 700));
    const spread = of(many);
    expect(spread?.judgedMs).toBe(spread?.p99Ms);
    expect(spread?.judgedMs).toBeCloseTo(700, -1);
  });
});

describe('a streak', () => {
  const streakOf = (ranges: readonly (readonly [number, number, number | null])[]) => {
    const streak = new Streak<number>(3, Math.max);
    for (const [from, until, how] of ranges) streak.add(from, until, how);
    return streak.longest;
  };

  it('needs enough in a row', () => {
    const gap = [
      [0, 1, 5],
      [1, 2, 5],
      [2, 3, null],
      [3, 4, 5],
      [4, 5, 5],
    ] as const;
    expect(streakOf(gap)).toBeNull();
    expect(streakOf([...gap, [5, 6, 9]])).toEqual({ fromSecond: 3, untilSecond: 6, worst: 9 });
  });

  it('counts several seconds that were told as one', () => {
    expect(streakOf([[4, 7, 2]])).toEqual({ fromSecond: 4, untilSecond: 7, worst: 2 });
  });

  it('counts a second that is told of twice once, bad in either', () => {
    const twice = [
      [0, 1, 1],
      [1, 2, 1],
      [1, 2, 7],
    ] as const;
    expect(streakOf(twice)).toBeNull();
    expect(streakOf([...twice, [1, 2, null], [2, 3, 1]])).toEqual({ fromSecond: 0, untilSecond: 3, worst: 7 });
  });

  it('does not join what lies apart, and keeps the longest', () => {
    const apart = [0, 1, 2, 3, 7, 8, 9].map((second) => [second, second + 1, second] as const);
    expect(streakOf(apart)).toEqual({ fromSecond: 0, untilSecond: 4, worst: 3 });
  });
});

describe('the seconds of a worker', () => {
  it('are all valid when it is healthy', () => {
    const log = new WorkerLog(BOUNDS);
    for (const each of seconds(60, () => ({}))) log.add(each);
    expect(log.invalidSeconds).toBe(0);
    expect(said(seconds(60, () => ({})))).toEqual([]);
  });

  it.each([
    ['late starts', LATE],
    ['loop delay', { loopDelay: { p99Ms: 101, maxMs: 101, judgedMs: 101 } }],
    ['receive wait', { receiveWait: { p99Ms: 101, maxMs: 101, judgedMs: 101 } }],
    ['a stall', { stallMs: 501 }],
  ])('are invalid by %s', (_, bad) => {
    const log = new WorkerLog(BOUNDS);
    for (const each of seconds(10, (second) => (second === 4 ? bad : {}))) log.add(each);
    expect(log.invalid).toEqual([{ fromSecond: 4, untilSecond: 5 }]);
  });

  it('are not invalid by a few values that are no percentile, or exactly at a bound', () => {
    const log = new WorkerLog(BOUNDS);
    log.add(sample(0, { lateStart: { p99Ms: 900, maxMs: 900, judgedMs: null } }));
    log.add(sample(1, { receiveWait: { p99Ms: 900, maxMs: 900, judgedMs: 30 } }));
    log.add(sample(2, { loopDelay: { p99Ms: 100, maxMs: 100, judgedMs: 100 }, stallMs: 500 }));
    expect(log.invalidSeconds).toBe(0);
  });

  it('are counted one by one when it stood still for several, and once when told of twice', () => {
    const log = new WorkerLog(BOUNDS);
    log.add(sample(0));
    log.add(sample(1, { untilSecond: 4, stallMs: 2400 }));
    log.add(sample(6, LATE));
    // What was left after the last second.
    log.add(sample(6, { stallMs: 900 }));
    expect(log.invalid).toEqual([
      { fromSecond: 1, untilSecond: 4 },
      { fromSecond: 6, untilSecond: 7 },
    ]);
    expect(log.invalidSeconds).toBe(4);
  });
});

describe('a worker is sick', () => {
  it('when it stood still for too long, with the moment', () => {
    const stalled = seconds(9, (second) => (second === 5 ? { stallMs: 2003, stallAtMs: FROM_MS + 5400 } : {}));
    expect(said(stalled)).toEqual(['Worker 0 stood still for 2003 ms at 0:14:45, bound 500 ms.']);
  });

  it('when three seconds in a row are invalid, by whatever, but not when two are', () => {
    const of = (count: number) => seconds(20, (second) => (second >= 5 && second < 5 + count ? LATE : {}));
    expect(said(of(2))).toEqual([]);
    expect(said(of(3))).toEqual([
      'Worker 0 was late: p99 of late starts up to 130 ms, bound 100 ms, in 3 seconds in a row since 0:14:45.',
    ]);
    const apart = seconds(20, (second) => (second % 3 === 2 ? {} : LATE));
    expect(said(apart)).toEqual([]);
  });

  it('when the whole window is past a bound, since the first second that was', () => {
    const whole = { lateStart: { p99Ms: 312, maxMs: 900, judgedMs: 312 }, loopDelay: null, receiveWait: null };
    const some = seconds(9, (second) => (second >= 7 ? LATE : {}));
    expect(said(some, whole)).toEqual(['Worker 0 was late: p99 of late starts 312 ms, bound 100 ms, since 0:14:47.']);
  });

  it('when its loop had no time left for ten seconds in a row, not for nine', () => {
    const of = (count: number) => seconds(30, (second) => (second < count ? { busyShare: 0.996 } : {}));
    expect(said(of(9))).toEqual([]);
    expect(said(of(12))).toEqual([
      'Worker 0 was saturated for 12 s from 0:14:40: its loop was busy up to 99.6 % of the time, bound 98 % for 10 s.',
    ]);
  });

  it('when its heap stays full, not when it was for two seconds', () => {
    const heap = { usedMiB: 95, limitMiB: 100 };
    const of = (count: number) => seconds(30, (second) => ({ heap: second < count ? heap : { ...heap, usedMiB: 20 } }));
    expect(said(of(2))).toEqual([]);
    expect(said(of(3))).toEqual([
      'Worker 0 had its heap full for 3 s from 0:14:40: up to 95 % of 100 MiB, bound 90 %.',
    ]);
  });
});

describe('steal', () => {
  const health = new RunHealth(BOUNDS, 1, 2);
  for (const second of [0, 1])
    health.addSecond({ second, cpuShare: 0.1, stallMs: 2, machine: { cpuShare: 0.5, stealShare: 0.2 } });

  it('is judged only when the scenario has a bound', () => {
    expect(stolen(health, PLAYED)).toEqual([]);
    expect(stolen(health, { ...PLAYED, bounds: { ...BOUNDS, stealShare: 0.2 } })).toEqual([]);
    expect(stolen(health, { ...PLAYED, bounds: { ...BOUNDS, stealShare: 0.05 } })).toEqual([
      "The hypervisor took 20 % of this machine's CPU (steal), bound 5 %: use a machine whose cores are its own.",
    ]);
    expect(stolen(new RunHealth(BOUNDS, 1, 2), { ...PLAYED, bounds: { ...BOUNDS, stealShare: 0 } })).toEqual([]);
  });
});

describe('the health of a run', () => {
  it('counts a second in which several workers were invalid once', () => {
    const health = new RunHealth(BOUNDS, 2, 2);
    for (const second of [0, 1, 2]) {
      health.add(0, sample(second, second > 0 ? LATE : {}));
      health.add(1, sample(second, second < 2 ? LATE : {}));
    }
    expect(health.workers.map((log) => log.invalidSeconds)).toEqual([2, 2]);
    expect(health.invalidSeconds).toBe(3);
  });

  it('knows what others used, in the seconds asked for', () => {
    const health = new RunHealth(BOUNDS, 2, 4);
    for (const second of [0, 1]) {
      health.add(0, sample(second, { cpuMs: 800 }));
      health.add(1, sample(second, { cpuMs: 600 }));
      const machine = { cpuShare: second === 0 ? 0.5 : 0.9, stealShare: 0.01 };
      health.addSecond({ second, cpuShare: 0.2, stallMs: second, machine });
    }
    // 0.8 + 0.6 + 0.2 cores of four are ours.
    expect(health.machineMeans([{ fromSecond: 1, untilSecond: 2 }])).toMatchObject({
      cpuShare: 0.9,
      otherShare: expect.closeTo(0.5) as number,
    });
    expect(health.machineMeans().cpuShare).toBeCloseTo(0.7);
    // A second that the coordinator did not see: then all of them.
    expect(health.machineMeans([{ fromSecond: 8, untilSecond: 9 }]).cpuShare).toBeCloseTo(0.7);
    expect(health.machineMost()).toEqual({ cpuShare: 0.9, stealShare: 0.01 });
    expect(health.stallMaxMs).toBe(1);
  });
});
