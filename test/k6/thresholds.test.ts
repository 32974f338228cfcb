import { describe, expect, it } from 'vitest';
import { duringTag } from '../../sim/k6/during-tag.ts';
import { k6Thresholds } from '../../sim/k6/thresholds.ts';
import { METRICS, type MetricName } from '../../sim/metrics/registry.ts';
import { loadScenario, shippedScenarios } from '../../sim/scenario/load.ts';
import { scenarioWithTitle, type Scenario, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';

/** As a scenario has them once it is loaded. */
function written(thresholds: ScenarioInput['thresholds']): Scenario['thresholds'] {
  return scenarioWithTitle.parse({
    name: 'judged',
    duration: '1m',
    personas: { guest: { dwell: '1m' } },
    audience: { feed: { kind: 'steady', rate: '1/s' } },
    products: { serum: { title: 'Serum', price: 'EUR 1', stock: 1 } },
    show: [{ at: '10s', cue: 'drop', product: 'serum' }],
    thresholds,
  }).thresholds;
}

/** The name of a metric, and a tag and value a pair, as k6 reads a key (js/modules and metrics/metric.go of k6). */
const K6_KEY = /^([a-zA-Z_][a-zA-Z0-9_]{1,128})(?:\{[^{},:]+:[^{},]+(?:,[^{},:]+:[^{},]+)*\})?$/;
const K6_EXPRESSION =
  /^\s*(count|rate|value|avg|min|max|med|p\(\d+(\.\d+)?\))\s*(>=|<=|>|<|===|==|!=)\s*-?\d+(\.\d+)?\s*$/;

describe('thresholds for k6', () => {
  it('are what every shipped scenario asks for, or are left to the report by name', async () => {
    for (const name of shippedScenarios().keys()) {
      const { scenario } = await loadScenario(name);
      const { thresholds, left } = k6Thresholds(scenario.thresholds);
      for (const [key, conditions] of Object.entries(thresholds)) {
        expect(key, name).toMatch(K6_KEY);
        for (const { threshold } of conditions) expect(threshold, name).toMatch(K6_EXPRESSION);
      }
      const asked = Object.entries(scenario.thresholds).flatMap(([key, all]) => all.map(() => key));
      const told = Object.values(thresholds).flat().length;
      const kept = asked.filter((key) => left.includes(key)).length;
      expect(told + kept, name).toBe(asked.length);
    }
  });

  it('have the metric, the tags and the expression of the scenario', () => {
    const { thresholds, left } = k6Thresholds(
      written({
        chat_lag: 'p(99)<250',
        'orders{product:serum}': ['count>0', 'rate>1'],
        'chat_lag{during:drop:serum}': 'p(95)<500',
        'checkout_duration{product:serum,during:drop:serum}': 'med<100',
      }),
    );
    expect(left).toEqual([]);
    expect(thresholds).toEqual({
      chat_lag: [{ threshold: 'p(99)<250' }],
      'orders{product:serum}': [{ threshold: 'count>0' }, { threshold: 'rate>1' }],
      'chat_lag{during_drop_serum:yes}': [{ threshold: 'p(95)<500' }],
      'checkout_duration{product:serum,during_drop_serum:yes}': [{ threshold: 'med<100' }],
    });
  });

  it('leave out gauges, what only the books know, and the count of a trend', () => {
    const { thresholds, left } = k6Thresholds(
      written({
        viewers: 'value>10',
        oversold_units: 'count==0',
        double_charges: 'count==0',
        lost_orders: 'count==0',
        chat_lag: ['count>10', 'p(99)<250'],
      }),
    );
    expect(thresholds).toEqual({ chat_lag: [{ threshold: 'p(99)<250' }] });
    expect(left.toSorted()).toEqual(['chat_lag', 'double_charges', 'lost_orders', 'oversold_units', 'viewers']);
  });

  it('say no gauge of any name to k6', () => {
    const gauges = (Object.keys(METRICS) as MetricName[]).filter((name) => METRICS[name].type === 'gauge');
    expect(gauges).toContain('viewers');
    for (const name of gauges) expect(k6Thresholds(written({ [name]: 'value<1' })).thresholds).toEqual({});
  });

  it('end the run where the scenario asks for it, and after the time that it gives', () => {
    const { thresholds } = k6Thresholds(
      written({
        http_failed: { threshold: 'rate<0.1', abortOnFail: true },
        chat_lag: { threshold: 'p(99)<250', abortOnFail: true, delayAbortEval: '10s' },
        cue_lag: { threshold: 'p(99)<250', delayAbortEval: '10s' },
      }),
    );
    expect(thresholds).toEqual({
      http_failed: [{ threshold: 'rate<0.1', abortOnFail: true }],
      chat_lag: [{ threshold: 'p(99)<250', abortOnFail: true, delayAbortEval: '10000ms' }],
      cue_lag: [{ threshold: 'p(99)<250' }],
    });
  });

  it('give a window a tag that k6 takes', () => {
    expect(duringTag('drop:serum#2')).toBe('during_drop_serum_2');
    expect(duringTag('10s-20s')).toMatch(/^[a-zA-Z_]\w*$/);
  });
});
