import { describe, expect, it } from 'vitest';
import { knobsOf, type Knob } from '../../sim/plan/knobs.ts';
import { scaleCount, scaleDist, scaleShare, scaleUnits } from '../../sim/plan/scaling.ts';
import { tagOf } from '../../sim/plan/tags.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { shippedScenarios, loadScenario } from '../../sim/scenario/load.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { fakePlan, smallEvent } from './help.ts';

const knobs = (input: ScenarioInput, byShare = 0.2): Knob[] => knobsOf(scenarioWithTitle.parse(input), byShare);
const byPath = (all: readonly Knob[], path: string): Knob | undefined => all.find((knob) => knob.path === path);

describe('what is varied', () => {
  it('changes the one figure, down and up, and nothing else', () => {
    const click = byPath(knobs(smallEvent()), 'personas.fan.funnel.click')!;
    expect(click.lowered.personas.fan.funnel.click).toBeCloseTo(0.08, 12);
    expect(click.raised.personas.fan.funnel.click).toBeCloseTo(0.12, 12);
    expect({ ...click.raised, personas: null }).toEqual({ ...click.lowered, personas: null });
  });

  it('leaves out what is not there or cannot change', () => {
    const paths = knobs(smallEvent()).map(({ path }) => path);
    expect(paths).toContain('audience.fans');
    expect(paths).toContain('products.serum.stock');
    expect(paths).toContain('show.drop.interest');
    // No pins, no bots, nobody taps twice, nothing is refunded, no servers are counted.
    for (const gone of [
      'show.pin.interest',
      'bots.share',
      'personas.*.taps',
      'shop.refunds',
      'backend.endpoints.pay.servers',
    ])
      expect(paths).not.toContain(gone);
  });

  it('takes the products together when they are many', () => {
    const product = { title: 'One', price: 'USD 1.00', stock: 10 } as const;
    const products = Object.fromEntries(['a', 'b', 'c', 'd'].map((id) => [id, product]));
    const all = knobs(smallEvent({ products, show: [] }));
    expect(all.filter(({ path }) => path.startsWith('products.')).map(({ path }) => path)).toEqual([
      'products.*.stock',
      'products.*.price',
    ]);
    expect(Object.values(byPath(all, 'products.*.stock')!.raised.products).map(({ stock }) => stock)).toEqual([
      12, 12, 12, 12,
    ]);
  });

  it('knows the backend', () => {
    const backend = { endpoints: { checkout: { servers: 10, queue: 5 } }, fanout: { capacity: '1k/s' } } as const;
    const all = knobs(smallEvent({ backend }));
    expect(byPath(all, 'backend.endpoints.checkout.servers')!.lowered.backend!.endpoints!.checkout!.servers).toBe(8);
    expect(byPath(all, 'backend.endpoints.checkout.queue')!.raised.backend!.endpoints!.checkout!.queue).toBe(6);
    // What is not written is a default, and an assumption like the others.
    expect(
      byPath(all, 'backend.endpoints.checkout.service')!.raised.backend!.endpoints!.checkout!.service,
    ).toMatchObject({
      median: 24,
    });
    expect(byPath(all, 'backend.fanout.capacity')!.raised.backend!.fanout!.capacity).toBeCloseTo(1200, 9);
    expect(byPath(all, 'backend.endpoints.pay.servers')).toBeUndefined();
  });

  it.each([...shippedScenarios()])('makes scenarios that compile of %s', async (_name, file) => {
    const { scenario } = await loadScenario(file);
    const all = knobsOf(scenario, 0.2);
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
    // Compiling takes long for the largest events: those that change most are looked at.
    const some = all.filter(({ path }) => /^audience|dwell$|units$|servers$/.test(path)).slice(0, 4);
    for (const { raised } of some)
      expect(compileScenario(raised, { scale: 0.01 }).audience.every(Number.isFinite)).toBe(true);
  });
});

describe('scaling', () => {
  it('keeps shares within 100 %', () => {
    expect(scaleShare(0.9, 1.2)).toBe(1);
    expect(scaleShare(0.5, 0.8)).toBe(0.4);
  });

  it('changes a count by one at the least, and nothing stays nothing', () => {
    expect([scaleCount(2, 0.8), scaleCount(2, 1.2)]).toEqual([1, 3]);
    expect([scaleCount(10, 0.8), scaleCount(10, 1.2)]).toEqual([8, 12]);
    expect([scaleCount(0, 1.2), scaleCount(1, 0.8, 1)]).toEqual([0, 1]);
  });

  it('stretches a distribution in time', () => {
    const mix = {
      kind: 'mix' as const,
      parts: [{ share: 1, dist: { kind: 'quantiles' as const, points: [{ p: 0.5, value: 10 }] } }],
    };
    expect(scaleDist(mix, 2)).toEqual({
      kind: 'mix',
      parts: [{ share: 1, dist: { kind: 'quantiles', points: [{ p: 0.5, value: 20 }] } }],
    });
    expect(scaleDist({ kind: 'lognormal', median: 100, sigma: 1 }, 0.8)).toEqual({
      kind: 'lognormal',
      median: 80,
      sigma: 1,
    });
  });

  it('moves the mean of units by the share, as far as an order has units', () => {
    const mean = (units: { units: number; weight: number }[]): number =>
      units.reduce((sum, each) => sum + each.units * each.weight, 0) /
      units.reduce((sum, each) => sum + each.weight, 0);
    const some = [
      { units: 1, weight: 0.5 },
      { units: 3, weight: 0.5 },
    ];
    expect(mean(scaleUnits(some, 1.2))).toBeCloseTo(2.4, 12);
    expect(mean(scaleUnits(some, 0.8))).toBeCloseTo(1.6, 12);
    expect(scaleUnits([{ units: 1, weight: 1 }], 0.8)).toEqual([{ units: 1, weight: 1 }]);
  });
});

describe('tags', () => {
  const scenario = scenarioWithTitle.parse(
    smallEvent({
      personas: { fan: { dwell: '5m' }, guest: { dwell: '1m' } },
      sources: {
        'personas.fan': { tag: 'd', from: 'x' },
        'personas.guest': { tag: 'S', from: 'x' },
        'personas.fan.dwell': { tag: 'a', from: 'x' },
        chat: { tag: 'w', from: 'x' },
      },
    }),
  );

  it('are those of the nearest path above', () => {
    expect(tagOf(scenario, 'personas.fan.funnel.click')).toBe('d');
    expect(tagOf(scenario, 'personas.fan.dwell')).toBe('a');
    expect(tagOf(scenario, 'chat.rate')).toBe('w');
    expect(tagOf(scenario, 'shop.hold')).toBeNull();
  });

  it('are those of the path itself, then of what is below it, then of what is above', () => {
    const cited = scenarioWithTitle.parse(
      smallEvent({
        audience: {
          fans: { kind: 'push', size: 1000, within: '1m' },
          feed: { kind: 'waves', waves: [{ at: '5m', size: 100, within: '1m' }] },
          tail: { kind: 'steady', rate: '1/s' },
        },
        show: [
          { at: '10m', cue: 'drop', product: 'serum', units: 5 },
          { at: '20m', cue: 'drop', product: 'serum', units: 5 },
        ],
        sources: {
          audience: { tag: 'w', from: 'x' },
          'audience.fans.size': { tag: 'S', from: 'x' },
          'audience.fans.within': { tag: 'a', from: 'x' },
          'audience.feed.waves[0].size': { tag: 'd', from: 'x' },
          'personas.fan.dwell.median': { tag: 'S', from: 'x' },
          'show.0.units': { tag: 'S', from: 'x' },
          'show[1].units': { tag: 'd', from: 'x' },
        },
      }),
    );
    const tags = Object.fromEntries(knobsOf(cited, 0.2).map(({ path, tag }) => [path, tag]));
    expect(tags).toMatchObject({
      'audience.fans': 'S',
      'audience.feed': 'd',
      'audience.tail': 'w',
      'personas.fan.dwell': 'S',
      'show.drop.units': 'd',
      'show.drop.interest': null,
    });
  });

  it('are the least certain when several are varied together', () => {
    expect(tagOf(scenario, 'personas.*.think')).toBe('d');
    expect(tagOf(scenario, 'products.*.stock')).toBeNull();
  });
});

describe('a plan with a sensitivity', () => {
  it('ranks by what moves GMV, then by what moves the peak', async () => {
    const plan = await fakePlan(smallEvent({ sources: { audience: { tag: 'a', from: 'a guess' } } }), {
      sensitivity: 0.5,
    });
    const lines = plan.sensitivity!;
    const [first, second] = lines;
    // The fake crowd: GMV goes with the price, and, rounded down to whole buyers, with the audience.
    expect(first).toMatchObject({ path: 'audience.fans', tag: 'a', byShare: 0.5, gmv: { lowered: -0.5, raised: 0.5 } });
    expect(first.peakViewers.raised).toBeCloseTo(0.5, 2);
    expect(second).toMatchObject({ path: 'products.serum.price', tag: null, gmv: { lowered: -0.5, raised: 0.5 } });
    expect(
      lines
        .slice(2)
        .every(({ gmv, peakViewers }) => [gmv.lowered, gmv.raised, peakViewers.raised].every((x) => x === 0)),
    ).toBe(true);
  });

  it('says nothing of shares of nothing', async () => {
    const plan = await fakePlan(smallEvent({ audience: { fans: { kind: 'steady', size: 0 } } }), {
      runs: 3,
      sensitivity: 0.2,
    });
    expect(plan.sensitivity!.every(({ gmv }) => gmv.lowered === 0 && gmv.raised === 0)).toBe(true);
  });
});
