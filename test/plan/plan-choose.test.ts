import { describe, expect, it } from 'vitest';
import { chooseEngine, expectedPeak, expectedViews, type ChoiceFacts } from '../../sim/plan/choose.ts';
import { compiled } from '../crowd/help.ts';
import { failureOf, smallEvent } from './help.ts';

const FACTS: ChoiceFacts = {
  views: 170_000,
  peakViewers: 10_000,
  isMost: false,
  runs: 200,
  workers: 4,
  wanted: undefined,
  freeBytes: 8e9,
};

describe('the engine', () => {
  it('is agents while the viewers of all runs are few', () => {
    expect(chooseEngine(FACTS)).toEqual({
      engine: 'agents',
      reason: '170,000 views x 200 runs are few enough to play each viewer',
      workers: 4,
    });
  });

  it('is cohorts when they are many', () => {
    expect(chooseEngine({ ...FACTS, views: 250e6 })).toMatchObject({
      engine: 'cohorts',
      reason: '250,000,000 views x 200 runs are too many to play each viewer',
    });
  });

  it('is agents for many runs of so few that counting would not be quicker', () => {
    expect(chooseEngine({ ...FACTS, views: 40_000, runs: 10_000 }).engine).toBe('agents');
    expect(chooseEngine({ ...FACTS, views: 60_000, runs: 10_000 }).engine).toBe('cohorts');
  });

  it('is what was asked for', () => {
    expect(chooseEngine({ ...FACTS, wanted: 'cohorts' }).engine).toBe('cohorts');
    expect(chooseEngine({ ...FACTS, views: 250e6, wanted: 'agents' }).engine).toBe('agents');
  });

  it('is of the largest of what is played, and says so', () => {
    expect(chooseEngine({ ...FACTS, isMost: true }).reason).toBe(
      'up to 170,000 views x 200 runs are few enough to play each viewer',
    );
  });

  it('takes fewer workers when memory is short', () => {
    // 10,000 viewers: 1.5 MB each worker, of 60 %.
    expect(chooseEngine({ ...FACTS, freeBytes: 6e6 })).toMatchObject({ engine: 'agents', workers: 2 });
  });

  it.each([undefined, 'agents'] as const)(
    'is never changed by memory, which may only refuse (asked: %s)',
    async (wanted) => {
      const error = await failureOf(() => chooseEngine({ ...FACTS, freeBytes: 1e6, wanted }));
      expect([error.code, error.problems[0].hint]).toEqual([
        'PLAN_TOO_LARGE',
        'try one of: --engine cohorts, --scale 0.1',
      ]);
      expect(chooseEngine({ ...FACTS, freeBytes: 1e6, views: 250e6 }).engine).toBe('cohorts');
    },
  );

  it('refuses agents that do not fit, says what they need and offers cohorts', async () => {
    const error = await failureOf(() =>
      chooseEngine({ ...FACTS, peakViewers: 10e6, freeBytes: 2e9, wanted: 'agents' }),
    );
    expect([error.code, error.exitCode]).toEqual(['PLAN_TOO_LARGE', 104]);
    expect(error.message).toBe('10,000,000 viewers at once, each played alone, would need about 1.5 GB of memory.');
    expect(error.problems[0].hint).toContain('--engine cohorts');
  });

  it('never divides by an audience of nobody', () => {
    expect(chooseEngine({ ...FACTS, views: 0, peakViewers: 0 })).toMatchObject({ engine: 'agents', workers: 4 });
  });
});

describe('what is expected', () => {
  const scenario = compiled(smallEvent());

  it('counts who has come by the end of the window', () => {
    expect(expectedViews(scenario, { fromMs: 0, untilMs: 3_600_000 })).toBeCloseTo(1000, 2);
    expect(expectedViews(scenario, { fromMs: 0, untilMs: 900_000 })).toBeCloseTo(250, 2);
  });

  it('has its peak where the audience is largest', () => {
    const all = expectedPeak(scenario, { fromMs: 0, untilMs: 3_600_000 });
    expect(all).toBeCloseTo(Math.max(...scenario.audience), 6);
    expect(expectedPeak(scenario, { fromMs: 0, untilMs: 300_000 })).toBeLessThan(all);
  });
});
