import { describe, expect, it } from 'vitest';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { METRIC_NAMES } from '../../sim/metrics/registry.ts';
import { resolverFor, Selector, TAGS_OF, type Span } from '../../sim/metrics/tags.ts';
import { RESOLVER, tags } from './support.ts';

describe('selector', () => {
  it('without tags takes everything', () => {
    expect(new Selector([], RESOLVER).matches(tags())).toBe(true);
  });

  it('compares rooms, personas and products, and needs all of them', () => {
    const selector = new Selector(
      [
        { tag: 'room', value: 'side' },
        { tag: 'persona', value: 'fan' },
        { tag: 'product', value: 'cream' },
      ],
      RESOLVER,
    );
    expect(selector.matches(tags({ room: 1, persona: 0, product: 1 }))).toBe(true);
    expect(selector.matches(tags({ room: 0, persona: 0, product: 1 }))).toBe(false);
    expect(selector.matches(tags({ room: 1, persona: 1, product: 1 }))).toBe(false);
    expect(selector.matches(tags({ room: 1, persona: 0, product: -1 }))).toBe(false);
  });

  it('takes a window from its start to before its end, in all of its repetitions', () => {
    const all = new Selector([{ tag: 'during', value: 'drop:serum' }], RESOLVER);
    const second = new Selector([{ tag: 'during', value: 'drop:serum#2' }], RESOLVER);
    const inside = (selector: Selector) =>
      [9_999, 10_000, 19_999, 20_000, 40_000, 50_000, NaN].map((atMs) => selector.matches(tags({ atMs })));
    expect(inside(all)).toEqual([false, true, true, false, true, false, false]);
    expect(inside(second)).toEqual([false, false, false, false, true, false, false]);
  });

  it('joins windows that overlap, agreeing with a plain search over them', () => {
    const spans: Span[] = [
      { fromMs: 5, toMs: 9 },
      { fromMs: 0, toMs: 3 },
      { fromMs: 8, toMs: 12 },
      { fromMs: 6, toMs: 7 },
      { fromMs: 12, toMs: 13 },
      { fromMs: 20, toMs: 20 },
    ];
    const selector = new Selector([{ tag: 'during', value: 'x' }], { index: () => -1, windows: () => spans });
    for (let atMs = -1; atMs < 25; atMs++) {
      expect(selector.matches(tags({ atMs })), `at ${atMs}`).toBe(
        spans.some((span) => span.fromMs <= atMs && atMs < span.toMs),
      );
    }
    expect(selector.coveredMs({ fromMs: -10, toMs: 100 })).toBe(11);
    expect(selector.coveredMs({ fromMs: 2, toMs: 6 })).toBe(2);
    expect(selector.coveredMs({ fromMs: 50, toMs: 60 })).toBe(0);
  });

  it('refuses ids and windows that do not exist', () => {
    expect(() => new Selector([{ tag: 'room', value: 'attic' }], RESOLVER)).toThrow('no room has the id "attic"');
    expect(() => new Selector([{ tag: 'during', value: 'drop:soap' }], RESOLVER)).toThrow(
      'no cue has the window "drop:soap"',
    );
  });
});

describe('resolver of a scenario', () => {
  it('finds ids, the windows of a cue by name, and one repetition by id', () => {
    const cue = { window: 'drop:serum', kind: 'drop' };
    const scenario = {
      rooms: [{ id: 'main' }],
      personas: [{ id: 'fan' }],
      products: [{ id: 'cream' }, { id: 'serum' }],
      cues: [
        { ...cue, id: 'drop:serum', atMs: 1, untilMs: 2 },
        { ...cue, id: 'drop:serum#2', atMs: 3, untilMs: 4 },
        { ...cue, id: 'pin:cream', window: 'pin:cream', atMs: 5, untilMs: 6 },
      ],
    } as unknown as CompiledScenario;
    const resolver = resolverFor(scenario);
    expect(resolver.index('product', 'serum')).toBe(1);
    expect(resolver.index('persona', 'bot')).toBe(-1);
    expect(resolver.windows('drop:serum')).toEqual([
      { fromMs: 1, toMs: 2 },
      { fromMs: 3, toMs: 4 },
    ]);
    expect(resolver.windows('drop:serum#2')).toEqual([{ fromMs: 3, toMs: 4 }]);
    expect(resolver.windows('drop')).toEqual([]);
  });
});

it('every metric says which tags it has', () => {
  expect(Object.keys(TAGS_OF).sort()).toEqual([...METRIC_NAMES].sort());
});
