import { describe, expect, it } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { makeAgents } from '../../sim/plan/agents/agents.ts';
import { makeCohorts } from '../../sim/plan/cohorts/cohorts.ts';
import type { MakeEngine } from '../../sim/plan/engine.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { BUSY, compiled } from '../crowd/help.ts';

const ENGINES: [string, MakeEngine][] = [
  ['agents', makeAgents],
  ['cohorts', makeCohorts],
];

/** A busy shop whose drops come every three minutes. Whoever has units in the cart pays for them: none comes back. */
function drops(stock: number, units: number | undefined, more: ScenarioInput['show'] = []): CompiledScenario {
  return compiled({
    ...BUSY,
    personas: {
      fan: { dwell: '10m', cardDeclined: 0, funnel: { click: '40%', cart: '100%', checkout: '100%', pay: '100%' } },
    },
    audience: { followers: { kind: 'push', size: 1500, within: '1m' } },
    products: { serum: { title: 'Serum', price: 'CNY 199', stock } },
    show: [
      {
        at: '2m',
        every: '3m',
        until: '8m',
        for: '1m',
        cue: 'drop',
        product: 'serum',
        ...(units === undefined ? {} : { units }),
      },
      ...more,
    ],
  });
}

describe.each(ENGINES)('a drop on an empty shelf, by %s', (_name, make) => {
  const afterMs = (scenario: CompiledScenario): number[] => {
    const { soldOutAfterMs } = make(scenario, { fromMs: 0, untilMs: scenario.durationMs }).play(1, 2);
    return scenario.cues.flatMap(({ kind }, index) => (kind === 'drop' ? [soldOutAfterMs[index]] : []));
  };

  it.each([
    ['all that is left', undefined],
    ['a batch', 40],
  ])('is sold out at once: %s of a stock of nothing', (_what, units) => {
    expect(afterMs(drops(0, units))).toEqual([0, 0, 0]);
  });

  it('is sold out at once when those before it took everything', () => {
    const [first, second, third] = afterMs(drops(60, 60));
    expect(first).toBeGreaterThan(0);
    expect([second, third]).toEqual([0, 0]);
  });

  it('is not sold out when there is plenty', () => {
    expect(afterMs(drops(100_000, 50_000))).toEqual([NaN, NaN, NaN]);
  });

  it('has something to sell again after a restock', () => {
    const [, second, third] = afterMs(drops(60, 60, [{ at: '7m', cue: 'restock', product: 'serum', units: 60 }]));
    expect(second).toBe(0);
    expect(third).toBeGreaterThan(0);
  });
});
