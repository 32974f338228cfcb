import { describe, expect, it } from 'vitest';
import creatorDrop from '../../scenarios/creator-drop.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { expectedFigures, explainScenario } from '../../sim/scenario/explain.ts';
import { tagMark } from '../../sim/scenario/explain/tags.ts';
import { scenarioWithTitle } from '../../sim/scenario/schema/scenario.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { smallScenario } from './documents.ts';

function explain(document: ScenarioInput, options: { scale?: number; seed?: string } = {}): string {
  const scenario = scenarioWithTitle.parse(document);
  return explainScenario(scenario, compileScenario(scenario, options));
}

describe('creator-drop in words', () => {
  const text = explain(creatorDrop);
  const scenario = scenarioWithTitle.parse(creatorDrop);
  const { views, peakViewers } = expectedFigures(compileScenario(scenario));

  it('tells the audience that compiling expects', () => {
    expect(text).toContain(`${Math.round(views).toLocaleString('en-US')} views expected`);
    expect(text).toContain(`at most ${Math.round(peakViewers).toLocaleString('en-US')} viewers at once`);
    expect(peakViewers).toBeGreaterThan(9000);
    expect(peakViewers).toBeLessThan(12_000);
  });

  it.each([
    'Stays 17m in the median',
    '24% open it, 45% of these fill a cart, 70% go to checkout, 92% pay; 6.955% in all',
    'drop serum, 215 units, countdown 3s, open for 2m, interest 100%; every 15m until 5:45:00, 23 times',
    'call: "type 1", response 60%',
    '0.02/min for each viewer [d]',
    'USD 145,000.00 in all, at most 2 per buyer',
    'ends the run when it fails',
    'marketplacepulse: Canvas Beauty, TikTok, 8 Jun 2024',
    'no source named: read it as an assumption',
  ])('says: %s', (words) => {
    expect(text).toContain(words);
  });

  it('names every persona, source, product and threshold', () => {
    const names = [scenario.personas, scenario.audience, scenario.products, scenario.thresholds].flatMap(Object.keys);
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });
});

it('a scaled scenario is told as scaled, with the seed that was asked for', () => {
  const text = explain(smallScenario(), { scale: 0.1, seed: '18446744073709551615' });
  expect(text).toContain('audience and stock times 0.1');
  expect(text).toContain('seed 18446744073709551615');
  expect(text).toContain('100 within 5m');
  expect(text).toContain('10 in stock');
});

it('every kind of source, cue and distribution has words', () => {
  const text = explain({
    ...smallScenario(),
    rooms: { a: { title: 'Room A' }, b: { title: 'Room B' } },
    audience: {
      one: { kind: 'raid', at: '1m', size: 50 },
      two: { kind: 'paid', from: '1m', to: '9m', size: 60, room: 'b' },
      three: { kind: 'steady', rate: '12/min' },
      four: {
        kind: 'curve',
        rate: [
          { at: 0, rate: 0 },
          { at: '9m', rate: '5/s' },
        ],
      },
      five: { kind: 'waves', waves: [{ at: '2m', size: 70, within: '1m' }] },
    },
    personas: {
      a: { dwell: '5m' },
      b: { dwell: { mean: '90s' } },
      c: { dwell: { quantiles: { p0: '1s', p100: '1h' } } },
    },
    show: [
      { at: '1m', cue: 'restock', product: 'serum', units: 7 },
      { at: '2m', cue: 'price', product: 'serum', price: 'USD 25' },
      { at: '3m', cue: 'giveaway', keyword: 'me', prize: 'a serum' },
      { at: '4m', cue: 'raid', size: 80, from: 'Mia' },
      { at: '5m', cue: 'drop', product: 'serum', countdown: 0, price: 'USD 20' },
    ],
    chat: { rate: 'by-audience' },
    bots: { share: '5%' },
  });
  for (const words of [
    'raid, 50 within 20s',
    'paid, 60 from 0:01:00 to 0:09:00 into b',
    'steady, 12/min from 0:00:00 to the end into a',
    'curve, 2 points',
    'waves, 70 at 0:02:00',
    'always 5m',
    '1m 30s on average (exponential)',
    'p0 1s, p100 1h',
    'restock serum, 7 units',
    'price of serum to USD 25.00',
    'giveaway of a serum: "type me"',
    'raid from Mia, 80 viewers within 20s',
    'all that is left, open until sold out, interest 100%, at USD 20.00',
    'less in larger rooms (exponent -0.3)',
    '5% of those who enter',
    'Room A, Room B',
  ]) {
    expect(text).toContain(words);
  }
  expect(text).not.toMatch(/undefined|NaN|\[object/);
});

describe('source tags', () => {
  const sources: ScenarioInput['sources'] = {
    duration: { tag: 'S', from: 'x' },
    personas: { tag: 'a', from: 'x' },
    'personas.fan.dwell': { tag: 'd', from: 'x' },
    'audience.fans.size': { tag: 'w', from: 'x' },
    'show[0]': { tag: 'S', from: 'x' },
  };
  const scenario = scenarioWithTitle.parse({ ...smallScenario(), sources });

  it.each([
    ['duration', '[S]'],
    ['personas.fan.dwell', '[d]'],
    ['personas.fan.likes', '[a]'],
    ['audience.fans', '[w,?]'],
    ['audience.fans.size', '[w]'],
    ['show[0].units', '[S]'],
    ['show[1]', '[?]'],
    ['chat.rate', '[?]'],
  ])('%s is marked %s: nothing looks more certain than its source', (path, mark) => {
    expect(tagMark(scenario, path)).toBe(mark);
  });
});
