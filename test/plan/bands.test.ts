import { describe, expect, it } from 'vitest';
import { bandOf, bandOrNull, fanOf, quantileOf } from '../../sim/plan/bands.ts';
import { chartSteps, reduceRows } from '../../sim/plan/chart.ts';
import { Bins } from '../../sim/plan/bins.ts';
import { PLAN_ROW_NAMES, type PlanRow } from '../../sim/plan-result.ts';

describe('quantiles', () => {
  it('lie linearly between order statistics', () => {
    expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantileOf([0, 10], 0.05)).toBe(0.5);
    expect(quantileOf([7], 0.95)).toBe(7);
  });

  it('of 0 to 100 are the hundredths', () => {
    const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
    expect(bandOf(values)).toEqual({ p025: 2.5, p05: 5, p50: 50, p95: 95, p975: 97.5, mean: 50 });
  });

  it('carry no noise of binary fractions', () => {
    expect(bandOf([0.1, 0.2, 0.3]).mean).toBe(0.2);
  });

  it('leave out what did not happen, and are null when nothing did', () => {
    expect(bandOrNull([NaN, 4, NaN])?.p50).toBe(4);
    expect(bandOrNull([NaN, NaN])).toBeNull();
    expect(bandOf([])).toEqual({ p025: 0, p05: 0, p50: 0, p95: 0, p975: 0, mean: 0 });
  });
});

describe('charts', () => {
  it('have a step of whole seconds, and at most 600 of them', () => {
    expect(chartSteps({ fromMs: 0, untilMs: 1000 })).toEqual({ stepMs: 1000, startMs: 0, length: 1 });
    expect(chartSteps({ fromMs: 0, untilMs: 600_000 })).toEqual({ stepMs: 1000, startMs: 0, length: 600 });
    expect(chartSteps({ fromMs: 0, untilMs: 601_000 })).toEqual({ stepMs: 2000, startMs: 0, length: 301 });
    expect(chartSteps({ fromMs: 500, untilMs: 48 * 3_600_000 })).toEqual({
      stepMs: 288_000,
      startMs: 500,
      length: 600,
    });
  });

  it('show counts as means a second, levels as they end, and peaks', () => {
    const window = { fromMs: 0, untilMs: 1_201_000 };
    const bins = new Bins(window, 0);
    // Steps of 3 s; the last one is a single second.
    const steps = chartSteps(window);
    for (let i = 0; i < bins.count; i++) bins.rows.joins[i] = bins.rows.viewers[i] = bins.rows.waitMs[i] = i;
    bins.rows.waitMs[4] = 900;
    const rows = reduceRows(bins, steps);
    const row = (name: PlanRow): number[] => {
      const at = PLAN_ROW_NAMES.indexOf(name) * steps.length;
      return [...rows.subarray(at, at + steps.length)];
    };
    expect(steps.length).toBe(401);
    expect(row('joins').slice(0, 2)).toEqual([1, 4]);
    expect(row('viewers').slice(0, 2)).toEqual([2, 5]);
    expect(row('waitMs').slice(0, 2)).toEqual([2, 900]);
    expect([row('joins').at(-1), row('viewers').at(-1)]).toEqual([1200, 1200]);
  });

  it('begin with the window, not with the event', () => {
    const window = { fromMs: 2500, untilMs: 4500 };
    const bins = new Bins(window, 0);
    bins.rows.joins.fill(1000);
    bins.rows.joins.fill(7, bins.from, bins.until);
    const rows = reduceRows(bins, chartSteps(window));
    const at = PLAN_ROW_NAMES.indexOf('joins') * 2;
    expect([...rows.subarray(at, at + 2)]).toEqual([7, 7]);
  });

  it('fan out over the runs, step by step', () => {
    const runs = Array.from({ length: 21 }, (_, run) => Float32Array.of(99, run, 2 * run));
    expect(fanOf(runs, 1, 2)).toEqual({ p05: [1, 2], p50: [10, 20], p95: [19, 38] });
  });
});
