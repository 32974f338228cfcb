import { describe, expect, it } from 'vitest';
import { MetricSet } from '../../sim/metrics/metric-set.ts';
import {
  evaluateThreshold,
  parseThreshold,
  thresholdResults,
  type ThresholdRule,
  thresholdsToAbort,
} from '../../sim/metrics/thresholds.ts';
import { PLAYED, RESOLVER, tags } from './support.ts';

function rule(metric: string, expression: string, abortOnFail = false, delayAbortEvalMs = 0): ThresholdRule {
  return { parsed: parseThreshold(metric, expression), abortOnFail, delayAbortEvalMs };
}

function judge(set: MetricSet, metric: string, expression: string, played = PLAYED) {
  set.watch(metric);
  return evaluateThreshold(parseThreshold(metric, expression), set, played);
}

describe('evaluateThreshold', () => {
  const set = new MetricSet(RESOLVER);
  // 1 to 100 us, where buckets are exact.
  for (let i = 1; i <= 100; i++) set.trend('chat_lag').record(i / 1000, tags());
  set.counter('orders').add(120, tags());
  set.rate('chat_delivery').add(999, 1000, tags());
  set.gauge('viewers').set(900, tags());
  set.gauge('viewers').set(700, tags());

  it.each([
    ['chat_lag', 'p(99)', 0.099],
    ['chat_lag', 'p(99.5)', 0.1],
    ['chat_lag', 'med', 0.05],
    ['chat_lag', 'avg', 0.0505],
    ['chat_lag', 'min', 0.001],
    ['chat_lag', 'max', 0.1],
    ['chat_lag', 'count', 100],
    ['orders', 'count', 120],
    ['orders', 'rate', 2],
    ['chat_delivery', 'rate', 0.999],
    ['viewers', 'value', 700],
  ])('compares %s %s, which is %d, with every operator', (metric, aggregation, observed) => {
    const statusOf = (operator: string, bound: number) => {
      const judgement = judge(set, metric, `${aggregation}${operator}${bound}`);
      expect(judgement.observed).toBeCloseTo(observed, 12);
      return judgement.status;
    };
    const exact = judge(set, metric, `${aggregation}>=0`).observed as number;
    const above = observed + 0.001;
    expect(['<', '<=', '>', '>=', '==', '===', '!='].map((operator) => statusOf(operator, exact))).toEqual([
      'fail',
      'pass',
      'fail',
      'pass',
      'pass',
      'pass',
      'fail',
    ]);
    expect(['<', '<=', '>', '>=', '==', '===', '!='].map((operator) => statusOf(operator, above))).toEqual([
      'pass',
      'pass',
      'fail',
      'fail',
      'fail',
      'fail',
      'pass',
    ]);
  });

  it.each([
    ['chat_lag', 'p(99)<250'],
    ['chat_lag', 'count>=0'],
    ['chat_delivery', 'rate>0.9'],
    ['viewers', 'value>=0'],
    ['chat_lag{room:main}', 'avg<1'],
  ])('is unknown for %s: %s when nothing was measured', (metric, expression) => {
    expect(judge(new MetricSet(RESOLVER), metric, expression)).toEqual({ status: 'unknown', observed: null });
  });

  it('takes a counter of nothing as 0', () => {
    expect(judge(new MetricSet(RESOLVER), 'oversold_units', 'count==0')).toEqual({ status: 'pass', observed: 0 });
    expect(judge(new MetricSet(RESOLVER), 'orders', 'count>0')).toEqual({ status: 'fail', observed: 0 });
  });

  it('is unknown for what was declared unmeasured, its tagged parts too, until it is measured after all', () => {
    const books = new MetricSet(RESOLVER);
    books.unmeasured('oversold_units');
    expect(judge(books, 'oversold_units', 'count==0').status).toBe('unknown');
    expect(judge(books, 'oversold_units{product:serum}', 'count==0').status).toBe('unknown');
    books.measured('oversold_units');
    expect(judge(books, 'oversold_units', 'count==0').status).toBe('pass');
  });

  it('is unknown for a counter in a window that the run has not reached', () => {
    const early = { fromMs: 0, toMs: 9_000 };
    const nothing = new MetricSet(RESOLVER);
    expect(judge(nothing, 'orders{during:drop:serum}', 'count>0', early).status).toBe('unknown');
    expect(judge(nothing, 'orders{during:drop:serum}', 'rate>0', early).status).toBe('unknown');
    expect(judge(nothing, 'orders{during:drop:serum}', 'count>0', { fromMs: 0, toMs: 11_000 }).status).toBe('fail');
  });

  it('refuses a key that nobody watches, rather than judge nothing', () => {
    const parsed = parseThreshold('orders{room:main}', 'count>0');
    expect(() => evaluateThreshold(parsed, new MetricSet(RESOLVER), PLAYED)).toThrow(RangeError);
  });
});

describe('aborting', () => {
  const set = new MetricSet(RESOLVER);
  set.counter('oversold_units').add(1, tags());
  set.trend('cue_lag').record(900, tags());

  it('names those that fail, ask for it and are past their delay', () => {
    const fails = rule('oversold_units', 'count==0', true);
    const late = rule('cue_lag', 'max<500', true, 10_000);
    const rules = [
      rule('oversold_units', 'count==0'),
      fails,
      late,
      rule('cue_lag', 'max<1000', true),
      rule('chat_lag', 'p(99)<250', true),
    ];
    expect(thresholdsToAbort(rules, set, { fromMs: 5_000, toMs: 14_999 })).toEqual([fails]);
    expect(thresholdsToAbort(rules, set, { fromMs: 5_000, toMs: 15_000 })).toEqual([fails, late]);
  });

  it('marks in the results the rule that ended the run, and it alone', () => {
    const aborting = rule('oversold_units', 'count==0', true);
    const results = thresholdResults(
      [rule('oversold_units', 'count==0', true), aborting],
      set,
      PLAYED,
      [aborting],
      12_345,
    );
    const expected = {
      metric: 'oversold_units',
      expression: 'count==0',
      status: 'fail',
      observed: 1,
      abortOnFail: true,
    };
    expect(results).toEqual([
      { ...expected, abortedAtMs: null },
      { ...expected, abortedAtMs: 12_345 },
    ]);
  });
});
