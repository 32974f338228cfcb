import { describe, expect, it } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import type { PlanWindow } from '../../sim/plan/engine.ts';
import { takeSample, type PlanSample } from '../../sim/plan/sample.ts';
import { FIGURE_NAMES, type FigureName } from '../../sim/plan-result.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';
import { fakeRun } from './fake-engine.ts';
import { smallEvent } from './help.ts';

const SEED = { seedHi: 1, seedLo: 2 };
const HOUR: PlanWindow = { fromMs: 0, untilMs: 3_600_000 };

function sampleOf(changes: Partial<ScenarioInput>, seed = SEED, window = HOUR): PlanSample {
  return sampleBy(compiled(smallEvent(changes)), seed, window);
}

function sampleBy(scenario: CompiledScenario, seed = SEED, window = HOUR): PlanSample {
  return takeSample(scenario, window, 0, seed, fakeRun(scenario, window, seed.seedHi, seed.seedLo), 'figures');
}

function figure({ figures }: PlanSample, name: FigureName): number {
  return figures[FIGURE_NAMES.indexOf(name)];
}

describe('the figures of a run', () => {
  it('are sums and peaks of its seconds', () => {
    const sample = sampleOf({ backend: { fanout: { messageBytes: 300 } } });
    const viewers = figure(sample, 'views');
    expect(viewers).toBeGreaterThanOrEqual(1000);
    expect(figure(sample, 'peakViewers')).toBe(viewers);
    expect(figure(sample, 'peakJoinsPerSec')).toBe(viewers);
    // The end of the first second that has that many.
    expect(figure(sample, 'peakViewersAtMs')).toBe(1000);
    expect(figure(sample, 'deliveries')).toBe(5 * viewers);
    expect(figure(sample, 'peakEgressBytesPerSec')).toBe(5 * viewers * 300);
    // Four endpoints in one and the same second.
    expect(figure(sample, 'httpRequests')).toBe(40);
    expect(figure(sample, 'peakHttpPerSec')).toBe(40);
    expect(figure(sample, 'gmvMinor')).toBe(10 * 2900);
    expect(sample.events).toBe(viewers + 40);
  });

  it('leave out what was before the window', () => {
    const window = { fromMs: 600_500, untilMs: 601_500 };
    const sample = sampleOf({}, SEED, window);
    // The fake crowd comes in the first second of the window.
    expect(figure(sample, 'peakViewersAtMs')).toBe(601_500);
    expect(sample.soldOutAfterMs).toHaveLength(0);
  });

  it('are zeros when nobody comes', () => {
    const sample = sampleOf({ audience: { nobody: { kind: 'steady', size: 0 } } });
    expect([...sample.figures].every((value) => value === 0)).toBe(true);
  });
});

describe('what becomes of the orders', () => {
  const orders = { audience: { fans: { kind: 'steady', size: 1_000_000 } } } as const;
  const shop = { unpaid: '25%', refunds: '40%' } as const;
  const products = { serum: { title: 'Serum', price: 'USD 10.00', stock: '1M' } } as const;

  it('adds up: net is what is neither unpaid nor sent back', () => {
    const sample = sampleOf({ ...orders, shop, products });
    const [gmv, unpaid, refunds, net] = (['gmvMinor', 'unpaidMinor', 'refundsMinor', 'netMinor'] as const).map((name) =>
      figure(sample, name),
    );
    expect(net).toBe(gmv - unpaid - refunds);
    expect(unpaid % 1000).toBe(0);
  });

  it('is drawn order by order: 10,000 orders spread as a binomial does', () => {
    const scenario = compiled(smallEvent({ ...orders, shop, products }));
    const unpaid = Array.from({ length: 400 }, (_, i) => {
      const sample = sampleBy(scenario, { seedHi: i, seedLo: 99 });
      return figure(sample, 'unpaidMinor') / figure(sample, 'gmvMinor');
    });
    const mean = unpaid.reduce((sum, x) => sum + x, 0) / unpaid.length;
    const deviation = Math.sqrt(unpaid.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (unpaid.length - 1));
    const expected = Math.sqrt((0.25 * 0.75) / 10_000);
    expect(Math.abs(mean - 0.25)).toBeLessThan((4 * expected) / Math.sqrt(400));
    expect(deviation / expected).toBeGreaterThan(0.87);
    expect(deviation / expected).toBeLessThan(1.13);
  });
});
