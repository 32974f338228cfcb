import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, METRICS, type MetricName } from '../../sim/metrics/registry.ts';
import { AGGREGATIONS, parseThreshold, ThresholdSyntaxError } from '../../sim/metrics/threshold-grammar.ts';

function refusal(metric: string, expression: string): ThresholdSyntaxError {
  try {
    parseThreshold(metric, expression);
  } catch (error) {
    if (error instanceof ThresholdSyntaxError) return error;
    throw error;
  }
  throw new Error(`"${metric}: ${expression}" was accepted`);
}

describe('threshold grammar', () => {
  it.each([
    ['chat_lag', 'p(99)<250', { kind: 'percentile', q: 0.99 }, '<', 250],
    ['chat_lag', ' p(99.9) <= 250.5 ', { kind: 'percentile', q: 99.9 / 100 }, '<=', 250.5],
    ['chat_lag', 'p(100)<1', { kind: 'percentile', q: 1 }, '<', 1],
    ['chat_lag', 'p(0)>=0', { kind: 'percentile', q: 0 }, '>=', 0],
    ['chat_lag', 'avg>-1', { kind: 'avg' }, '>', -1],
    ['chat_lag', 'med!=5', { kind: 'med' }, '!=', 5],
    ['chat_lag', 'count>0', { kind: 'count' }, '>', 0],
    ['oversold_units', 'count==0', { kind: 'count' }, '==', 0],
    ['orders', 'rate===12', { kind: 'rate' }, '===', 12],
    ['chat_delivery', 'rate>.999', { kind: 'rate' }, '>', 0.999],
    ['viewers', 'value>=2000', { kind: 'value' }, '>=', 2000],
  ])('reads %s: %s', (metric, expression, aggregation, operator, bound) => {
    expect(parseThreshold(metric, expression)).toMatchObject({ metric, expression, aggregation, operator, bound });
  });

  it('allows each type of metric exactly its aggregations', () => {
    const words = ['count', 'rate', 'value', 'avg', 'min', 'max', 'med', 'p(95)'];
    for (const name of ['chat_lag', 'orders', 'chat_delivery', 'viewers'] satisfies MetricName[]) {
      const { type } = METRICS[name];
      const allowed = words.filter((word) => AGGREGATIONS[type].includes(word === 'p(95)' ? 'p(N)' : word));
      for (const word of allowed) expect(parseThreshold(name, `${word}<1`).key.name).toBe(name);
      for (const word of words.filter((each) => !allowed.includes(each))) {
        expect(refusal(name, `${word}<1`)).toMatchObject({
          message: `a ${type} has no ${word} in "${word}<1"`,
          expected: `for ${name}, a ${type}: ${AGGREGATIONS[type].join(', ')}`,
        });
      }
    }
  });

  it.each([
    ['chat_lag', 'p99<250', '"p99" is not an aggregation in "p99<250"', 'did you mean "p(99)"?'],
    ['chat_lag', 'p(99<250', '"p(99" is not an aggregation in "p(99<250"', 'did you mean "p(99)"?'],
    ['chat_lag', 'p(N)<250', '"p(N)" is not an aggregation in "p(N)<250"', 'N stands for a number: p(95)'],
    ['chat_lag', 'p(101)<1', 'there is no percentile above 100 in "p(101)<1"', undefined],
    ['chat_lag', 'mean<1', '"mean" is not an aggregation in "mean<1"', 'did you mean "avg"?'],
    ['chat_lag', 'median<1', '"median" is not an aggregation in "median<1"', 'did you mean "med"?'],
    ['orders', 'cuont>1', '"cuont" is not an aggregation in "cuont>1"', 'did you mean "count"?'],
    ['chat_lag', '<250', '"" is not an aggregation in "<250"', undefined],
    ['chat_lag', 'avg 250', '"avg 250" compares nothing', undefined],
    ['chat_lag', 'avg=250', '"=" is not a comparison in "avg=250"', 'did you mean "=="?'],
    ['chat_lag', 'avg=<250', '"=<" is not a comparison in "avg=<250"', 'did you mean "<="?'],
    ['chat_lag', 'avg<', '"avg<" has no number', undefined],
    ['chat_lag', 'p(99)<250ms', '"250ms" is not a number in "p(99)<250ms"', 'times are in ms: write 250'],
    ['chat_lag', 'p(99)<1.5s', '"1.5s" is not a number in "p(99)<1.5s"', 'times are in ms: write 1500'],
    ['chat_lag', 'p(99)<2 min', '"2 min" is not a number in "p(99)<2 min"', 'times are in ms: write 120000'],
    ['chat_delivery', 'rate>99.9%', '"99.9%" is not a number in "rate>99.9%"', 'a share is from 0 to 1: write 0.999'],
    ['orders', 'count>10s', '"10s" is not a number in "count>10s"', 'write 10'],
    ['orders', 'count>1e3', '"1e3" is not a number in "count>1e3"', undefined],
    ['orders', 'count>10<20', '"10<20" is not a number in "count>10<20"', undefined],
    ['ordrs', 'count>1', 'there is no metric "ordrs"', 'did you mean "orders"?'],
  ])('refuses %s: %s', (metric, expression, message, hint) => {
    const error = refusal(metric, expression);
    expect(error.message).toBe(message);
    expect(error.hint).toBe(hint);
    expect(error.expected).not.toBe('');
  });

  it('takes at least one expression for every metric of the registry', () => {
    for (const name of METRIC_NAMES) {
      for (const word of AGGREGATIONS[METRICS[name].type]) {
        expect(parseThreshold(name, `${word.replace('N', '95')}>=0`).key.name).toBe(name);
      }
    }
  });
});
