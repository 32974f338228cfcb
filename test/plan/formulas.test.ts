import { describe, expect, it } from 'vitest';
import { formulasOf } from '../../sim/plan/formulas.ts';
import { meanUnits, personaShares } from '../../sim/plan/means.ts';
import type { Figures } from '../../sim/plan/summary.ts';
import { FIGURE_NAMES } from '../../sim/plan-result.ts';
import { compiled } from '../crowd/help.ts';
import { fakePlan, smallEvent } from './help.ts';

const nothing = { p025: 0, p05: 0, p50: 0, p95: 0, p975: 0, mean: 0 };
const FIGURES = Object.fromEntries(FIGURE_NAMES.map((name) => [name, nothing])) as Figures;
const HOUR = { fromMs: 0, untilMs: 3_600_000 };

/** Everybody stays, one in five clicks, of whom half order; half of the orders are of two units. */
const scenario = compiled(
  smallEvent({
    audience: { fans: { kind: 'push', size: 10_000, within: '1m' } },
    personas: {
      fan: {
        dwell: '10h',
        funnel: { click: '40%', cart: '100%', checkout: '50%', pay: '100%' },
        cardDeclined: 0,
        reaction: '0s',
        think: { mean: '2s' },
        units: { 1: '50%', 2: '50%' },
      },
    },
    show: [{ at: '30m', cue: 'drop', product: 'serum', interest: '50%', price: 'USD 20.00' }],
  }),
);

describe('the formulas of the field', () => {
  const [qps, gmv] = formulasOf(scenario, HOUR, FIGURES);

  it('peak viewers x conversions / seconds in which they act', () => {
    // Three times thinking, exponential of 2 s: a variance of 12 s^2, an even stream of sqrt(12 x 12) = 12 s.
    expect(Math.abs(qps.value - (10_000 * 0.2 * 0.5) / 12)).toBeLessThan(0.5);
    expect(qps.worked).toBe('9,990 x 20 % x 50 % / 12 s');
    expect(qps).toMatchObject({ unit: '/s', source: 'Bilibili, S13' });
  });

  it('viewers who enter x CTR x CVR x order value, at the price of the drop', () => {
    expect(Math.abs(gmv.value / (10_000 * 0.2 * 0.5 * 1.5 * 2000) - 1)).toBeLessThan(0.002);
    expect(gmv.worked).toBe('9,990 x 20 % x 50 % x (1.5 x USD 20.00)');
    expect(gmv).toMatchObject({ unit: 'minor', source: 'TikTok' });
  });

  it('stand beside the simulation', async () => {
    const plan = await fakePlan(smallEvent());
    expect(plan.formulas.map(({ simulated }) => simulated)).toEqual([
      plan.figures.peakOrdersPerSec,
      plan.figures.gmvMinor,
    ]);
  });

  it('are left out for a part of the event: they are of all of it', () => {
    expect(formulasOf(scenario, { fromMs: 0, untilMs: 3_599_000 }, FIGURES)).toEqual([]);
    expect(formulasOf(scenario, { fromMs: 1000, untilMs: 3_600_000 }, FIGURES)).toEqual([]);
  });

  it('are left out where nothing is sold, and are zero where nobody comes', () => {
    expect(formulasOf(compiled(smallEvent({ show: [] })), HOUR, FIGURES)).toEqual([]);
    const empty = compiled(smallEvent({ audience: { fans: { kind: 'steady', size: 0 } } }));
    expect(formulasOf(empty, HOUR, FIGURES).map(({ value }) => value)).toEqual([0, 0]);
  });
});

describe('means of a scenario', () => {
  it('weigh personas by the views of their sources', () => {
    const mixed = compiled(
      smallEvent({
        personas: { fan: { dwell: '1m' }, guest: { dwell: '1m' } },
        audience: {
          push: { kind: 'push', size: 300, within: '1m', personas: { fan: 1 } },
          feed: { kind: 'steady', size: 100, personas: { fan: 1, guest: 3 } },
        },
      }),
    );
    const [fan, guest] = personaShares(mixed);
    expect(fan).toBeCloseTo(0.8125, 3);
    expect(guest).toBeCloseTo(0.1875, 3);
    expect(meanUnits(scenario.personas[0])).toBeCloseTo(1.5, 9);
  });
});
