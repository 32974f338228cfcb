/** Bad scenarios: every problem at once, each with its place, what was expected, and how to mend it. */

import { describe, expect, it } from 'vitest';
import { FlashcrowdError } from '../../sim/errors.ts';
import type { Problem } from '../../sim/errors.ts';
import { formatPath } from '../../sim/scenario/finding.ts';
import { readData } from '../../sim/scenario/load/data.ts';
import { scenarioWithTitle } from '../../sim/scenario/schema/scenario.ts';
import { findProblems, validateScenario } from '../../sim/scenario/validate.ts';
import creatorDrop from '../../scenarios/creator-drop.ts';
import { smallScenario } from './documents.ts';

function problemsOfYaml(text: string): readonly Problem[] {
  const { raw, locate } = readData(text, 'show.yaml');
  try {
    validateScenario(raw, 'show.yaml', locate);
  } catch (error) {
    if (error instanceof FlashcrowdError && error.exitCode === 104) return error.problems;
    throw error;
  }
  throw new Error('the scenario passed');
}

/** The problems of the small scenario with some keys changed, as `path: message; expected; hint`. */
function problemsWith(changes: object): string[] {
  return findProblems({ ...smallScenario(), ...changes }).map(({ path, message, expected, hint }) =>
    [`${formatPath(path)}: ${message}`, expected, hint].filter(Boolean).join('; '),
  );
}

it('the scenarios that tests start from are good', () => {
  expect(findProblems(smallScenario())).toEqual([]);
  expect(findProblems(creatorDrop)).toEqual([]);
});

const BAD_YAML = `name: show
duration: 1h
durration: 2h
audience:
  fans: { kind: pushh, size: 10k, within: 1m }
  drift: { kind: steady, rate: 3/s, personas: { fann: 1 } }
personas:
  fan:
    dwell: { median: 3m, sgima: 1 }
    funnel:
      click: 130%
products:
  serum: { title: Serum, price: USD 29, stock: -3 }
show:
  - { at: 15m, cue: drop, product: serun }
  - at: 2h
    cue: pin
    product: serum
thresholds:
  chat_lagg: p(99)<1
  chat_lag: [p(99)<250, p99<1]
`;

it('reports every problem at once, with line and column, in the order of the file', () => {
  const found = problemsOfYaml(BAD_YAML).map(({ file, line, column, path, hint }) => [
    `${file}:${line}:${column}`,
    path,
    hint,
  ]);
  expect(found).toEqual([
    ['show.yaml:3:1', 'durration', 'did you mean "duration"?'],
    ['show.yaml:5:17', 'audience.fans.kind', 'did you mean "push"?'],
    ['show.yaml:6:49', 'audience.drift.personas.fann', 'did you mean "fan"?'],
    ['show.yaml:9:12', 'personas.fan.dwell.sigma', undefined],
    ['show.yaml:9:26', 'personas.fan.dwell.sgima', 'did you mean "sigma"?'],
    ['show.yaml:11:14', 'personas.fan.funnel.click', 'a share cannot be more than 100%'],
    ['show.yaml:13:48', 'products.serum.stock', undefined],
    ['show.yaml:15:36', 'show[0].product', 'did you mean "serum"?'],
    ['show.yaml:16:9', 'show[1].at', undefined],
    ['show.yaml:20:3', 'thresholds.chat_lagg', 'did you mean "chat_lag"?'],
    ['show.yaml:21:25', 'thresholds.chat_lag[1]', 'did you mean "p(99)"?'],
  ]);
});

it('every problem says what was expected', () => {
  expect(problemsOfYaml(BAD_YAML).filter(({ expected }) => !expected)).toEqual([]);
});

it('lines are right through aliases and after a map that lacks a key', () => {
  const text =
    'base: &fan { dwell: 3m }\nname: x\nduration: 1h\npersonas:\n  fan: *fan\naudience:\n  a:\n    kind: raid\n    size: 5\n';
  expect(problemsOfYaml(text).map(({ path, line, message }) => [path, line, message])).toEqual([
    ['base', 1, 'unknown key'],
    ['audience.a.at', 8, 'missing'],
  ]);
});

describe('one slip, one problem', () => {
  const persona = (more: object) => ({ personas: { fan: { dwell: '5m', ...more } } });
  const serum = (more: object) => ({ products: { serum: { title: 'S', price: 'USD 5', stock: 1, ...more } } });
  const cue = (more: object) => ({ show: [{ at: '10m', cue: 'drop', product: 'serum', ...more }] });
  const source = (more: object) => ({ audience: { a: { kind: 'steady', ...more } } });

  it.each<[string, object, string]>([
    ['unknown key', { crowd: 1 }, 'crowd: unknown key; one of name'],
    ['negative stock', serum({ stock: -1 }), 'products.serum.stock: -1 is not valid'],
    [
      'conversion of 130 %',
      persona({ funnel: { pay: 1.3 } }),
      'personas.fan.funnel.pay: 1.3 is not valid; a share from 0 to 1, such as "15%" or 0.15; did you mean "1.3%"?',
    ],
    [
      'a product that does not exist',
      cue({ product: 'cream' }),
      'show[0].product: products has no "cream"; one of serum',
    ],
    ['a cue after the end', cue({ at: '2h' }), 'show[0].at: 2h is after the end of the event'],
    ['a cue at the very end', cue({ at: '1h' }), 'show[0].at: that is the very end'],
    [
      'a countdown before the start',
      cue({ at: '1s' }),
      'show[0].countdown: a countdown of 3s would begin before the event',
    ],
    ['until without every', cue({ until: '30m' }), 'show[0].until: `until` without `every`'],
    ['until before at', cue({ every: '1m', until: '5m' }), 'show[0].until: 5m is before the cue itself'],
    ['until after the end', cue({ every: '1m', until: '2h' }), 'show[0].until: 2h is after the end'],
    ['every that never repeats', cue({ every: '55m' }), 'show[0].every: after 55m it is over'],
    ['far too many repetitions', cue({ every: '10ms', countdown: 0 }), 'show[0].every: that is 300001 times'],
    [
      'a room that does not exist',
      cue({ room: 'mian' }),
      'show[0].room: rooms has no "mian"; one of main; did you mean "main"?',
    ],
    [
      'an unknown cue',
      cue({ cue: 'dorp' }),
      'show[0].cue: "dorp" is not valid; one of pin, drop, price, restock, call, giveaway, raid, outage; did you mean "drop"?',
    ],
    ['a cue without kind', { show: [{ at: '1m' }] }, 'show[0].cue: missing; one of pin'],
    [
      'a bare number for a duration',
      { duration: 3600 },
      'duration: 3600 is not valid; a duration longer than 0, with its unit, such as "90s"; did you mean "3600s" or "3600ms"?',
    ],
    ['no length', { duration: '0s' }, 'duration: "0s" is not valid; a duration longer than 0'],
    ['size and rate', source({ size: 5, rate: '3/s' }), 'audience.a: both size and rate are given'],
    ['neither size nor rate', source({}), 'audience.a: neither size nor rate is given'],
    [
      'an end before the start',
      source({ rate: '1/s', from: '9m', to: '5m' }),
      'audience.a.to: 5m is not after the start',
    ],
    ['weights of 0', source({ rate: '1/s', personas: { fan: 0 } }), 'audience.a.personas: the weights add up to 0'],
    ['shares of 0', persona({ share: 0 }), 'personas: every share is 0'],
    ['nobody', { audience: {} }, 'audience: empty'],
    [
      'a curve that goes back',
      {
        audience: {
          a: {
            kind: 'curve',
            rate: [
              { at: '5m', rate: '1/s' },
              { at: '4m', rate: 0 },
            ],
          },
        },
      },
      'audience.a.rate[1].at: the points of a curve must ascend',
    ],
    [
      'quantiles that fall',
      persona({ dwell: { quantiles: { p10: '30s', p50: '20s' } } }),
      'personas.fan.dwell.quantiles: quantiles must ascend: p50 is below p10',
    ],
    ['one quantile', persona({ dwell: { quantiles: { p50: '20s' } } }), 'personas.fan.dwell.quantiles: one quantile'],
    [
      'a bad quantile',
      persona({ dwell: { quantiles: { p50: '20s', p101: '1m' } } }),
      'personas.fan.dwell.quantiles.p101: "p101" is not a good key; a quantile from p0 to p100',
    ],
    [
      'a mix of 90 %',
      persona({ dwell: { mix: [{ share: '90%', mean: '3s' }] } }),
      'personas.fan.dwell.mix: the shares add up to 90%',
    ],
    ['units of 110 %', persona({ units: { 1: '80%', 2: '30%' } }), 'personas.fan.units: the shares add up to 110%'],
    [
      'a distribution of another kind',
      persona({ dwell: { average: '3s' } }),
      'personas.fan.dwell: an object is not valid; a duration such as "30s", or one of',
    ],
    [
      'bursts without a first',
      { chat: { bursts: { share: 1 } } },
      'chat.bursts.share: if every message answers another',
    ],
    [
      'a slip in a word',
      { chat: { rate: 'by-audiense' } },
      'chat.rate: "by-audiense" is not valid; by-audience; did you mean "by-audience"?',
    ],
    ['two currencies', cue({ price: 'EUR 5' }), 'show[0].price: EUR beside USD'],
    ['a seed of 65 bits', { seed: '18446744073709551616' }, 'seed: "18446744073709551616" is not valid'],
    [
      'a seed that lost digits',
      { seed: 2 ** 60 },
      'seed: 1152921504606847000 is not valid; a whole number from 0 to 18446744073709551615; write a seed this large as a string',
    ],
    ['a name with spaces', { name: 'my show' }, 'name: "my show" is not valid; small letters'],
    ['an odd id', { rooms: { 'a:b': { title: 'x' } } }, 'rooms["a:b"]: "a:b" is not a good key; a letter'],
    [
      'a persona named as bots are',
      { ...persona({}), personas: { bot: { dwell: '1m' } }, bots: { share: '5%' } },
      'personas.bot: taken',
    ],
    [
      'a tag of no cue',
      { thresholds: { 'chat_lag{during:drop:cream}': 'p(99)<1' } },
      'thresholds["chat_lag{during:drop:cream}"]: the scenario has no during "drop:cream"',
    ],
    [
      'a tag of no room',
      { thresholds: { 'chat_lag{room:mian}': 'p(99)<1' } },
      'thresholds["chat_lag{room:mian}"]: the scenario has no room "mian"',
    ],
    [
      'an aggregation of another type',
      { thresholds: { chat_lag: 'rate<1' } },
      'thresholds.chat_lag: a trend has no rate',
    ],
    [
      'a source for no figure',
      { sources: { 'audience.fanz.size': { tag: 'a', from: 'x' } } },
      'sources["audience.fanz.size"]: nothing is at audience.fanz; one of fans; did you mean "fans"?',
    ],
    [
      'a source tag',
      { sources: { duration: { tag: 'q', from: 'x' } } },
      'sources.duration.tag: "q" is not valid; one of S, d, w, a',
    ],
  ])('%s', (_, changes, expected) => {
    const found = problemsWith({ ...changes, ...('products' in changes && !('show' in changes) ? { show: [] } : {}) });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it.each([null, 5, 'text', [], () => smallScenario()])('%j is no scenario at all', (raw) => {
    expect(findProblems(raw)).toMatchObject([{ path: [], message: 'not a scenario' }]);
  });
});

it('a slip in one place hides none in another', () => {
  const found = problemsWith({
    duration: 'long',
    show: [{ at: 'soon', cue: 'drop', product: 'cream', units: 0 }],
    sources: { 'show[0].units': { tag: 'a', from: 'x' }, 'show[1].units': { tag: 'a', from: 'x' } },
  });
  expect(found.map((text) => text.split(':')[0])).toEqual([
    'duration',
    'show[0].at',
    'show[0].units',
    'show[0].product',
    'sources["show[1].units"]',
  ]);
});

it('defaults are figures that a source may be named for', () => {
  expect(
    problemsWith({
      sources: { 'personas.fan.reaction': { tag: 'a', from: 'x' }, 'network.rtt': { tag: 'a', from: 'x' } },
    }),
  ).toEqual([]);
});

/** Every value of the document replaced by junk, one at a time: [path, document]. */
function* mutations(document: unknown): Iterable<[string, unknown]> {
  const junk = [null, undefined, 'x', -1, Number.NaN, [], { constructor: 1 }, () => 1];
  function* inside(value: unknown, rebuild: (part: unknown) => unknown, path: string): Iterable<[string, unknown]> {
    for (const part of junk) yield [path, rebuild(part)];
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      const replaced = (other: unknown): unknown =>
        Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
      yield* inside(part, (other) => rebuild(replaced(other)), `${path}.${key}`);
    }
  }
  yield* inside(document, (whole) => whole, '');
}

it('whatever is wrong, checking never throws, words every problem itself, and passes only what parses', () => {
  const documents = [...mutations(creatorDrop)];
  const slips = documents.flatMap(([path, document]) => {
    const problems = findProblems(document);
    const unworded = problems.filter(({ message, expected = '' }) => /invalid input/i.test(message + expected));
    const passesWrongly = problems.length === 0 && !scenarioWithTitle.safeParse(document).success;
    return passesWrongly || unworded.length > 0 ? [[path, unworded]] : [];
  });
  expect(slips).toEqual([]);
  expect(documents.length).toBeGreaterThan(500);
});
