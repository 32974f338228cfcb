/** The backend as a model: what is written, what is assumed, what shrinks with the audience, and outages. */

import { describe, expect, it } from 'vitest';
import { quantile } from '../../sim/crowd/quantile.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { explainScenario } from '../../sim/scenario/explain.ts';
import { formatPath } from '../../sim/scenario/finding.ts';
import { applyOverrides } from '../../sim/scenario/load/set.ts';
import { scenarioJsonSchema } from '../../sim/scenario/json-schema.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { findProblems } from '../../sim/scenario/validate.ts';
import { smallScenario } from './documents.ts';

const ENDPOINTS = ['view', 'cart', 'checkout', 'pay'] as const;
const MEDIAN_DRAW = 0x80000000;

const BUSY: ScenarioInput['backend'] = {
  endpoints: {
    checkout: { servers: 40, service: { median: '120ms', sigma: 0.8 }, queue: '1k', timeout: '5s', writes: 3.5 },
    pay: { servers: 3, queue: 0 },
  },
  fanout: { capacity: '2M/s', lag: '80ms', perViewer: '10/s', messageBytes: 300 },
  connectionsPerFrontEnd: '50k',
};

function compile(changes: Partial<ScenarioInput> = {}, scale = 1) {
  return compileScenario(scenarioWithTitle.parse({ ...smallScenario(), ...changes }), { scale });
}

function problemsWith(changes: object): string[] {
  return findProblems({ ...smallScenario(), ...changes }).map(({ path, message, expected, hint }) =>
    [`${formatPath(path)}: ${message}`, expected, hint].filter(Boolean).join('; '),
  );
}

describe('without a word about it', () => {
  const { backend, tables, unpaidP, refundP } = compile();

  it('nobody waits, chat takes 50 ms, and every order stands', () => {
    expect(backend.endpoints.map(({ servers, queueLimit, timeoutMs }) => [servers, queueLimit, timeoutMs])).toEqual(
      Array.from({ length: 4 }, () => [null, null, null]),
    );
    expect(backend.endpoints.map(({ writes }) => writes)).toEqual([0, 1, 2, 2]);
    for (const { serviceTable } of backend.endpoints)
      expect(quantile(tables[serviceTable], MEDIAN_DRAW)).toBeCloseTo(20, 5);
    expect(backend.fanout).toEqual({ deliveriesPerSec: null, lagMs: 50, perViewerPerSec: null, bytesPerMessage: 200 });
    expect(backend.connectionsPerFrontEnd).toBe(100_000);
    expect(backend.outages).toEqual([]);
    expect([unpaidP, refundP]).toEqual([0, 0]);
  });

  it('every figure is named as assumed, by a path that --set and sources know', () => {
    const { backend: keys } = scenarioJsonSchema().properties as Record<string, { properties: object }>;
    expect([...leaves(keys.properties, 'backend')].sort()).toEqual([...backend.assumed].sort());
    for (const path of backend.assumed)
      expect(() => applyOverrides(smallScenario(), [`${path}=1`]), path).not.toThrow();
  });
});

/** Paths of the keys that hold no keys themselves. */
function* leaves(properties: object, base: string): Iterable<string> {
  for (const [key, schema] of Object.entries(properties) as [string, { properties?: object }][]) {
    if (schema.properties) yield* leaves(schema.properties, `${base}.${key}`);
    else yield `${base}.${key}`;
  }
}

describe('with figures', () => {
  it('they are what was written, and no longer assumed', () => {
    const { backend, tables, unpaidP, refundP } = compile({
      backend: BUSY,
      shop: { unpaid: '25%', refunds: 0.3 },
    });
    const [, , checkout, pay] = backend.endpoints;
    expect(checkout).toMatchObject({ servers: 40, queueLimit: 1000, timeoutMs: 5000, writes: 3.5 });
    expect(quantile(tables[checkout.serviceTable], MEDIAN_DRAW)).toBeCloseTo(120, 4);
    expect(pay).toMatchObject({ servers: 3, queueLimit: 0, timeoutMs: null });
    expect(backend.fanout).toEqual({
      deliveriesPerSec: 2_000_000,
      lagMs: 80,
      perViewerPerSec: 10,
      bytesPerMessage: 300,
    });
    expect(backend.connectionsPerFrontEnd).toBe(50_000);
    expect(backend.assumed.filter((path) => !/\.(view|cart)\./.test(path))).toEqual([
      'backend.endpoints.pay.service',
      'backend.endpoints.pay.timeout',
      'backend.endpoints.pay.writes',
    ]);
    expect([unpaidP, refundP]).toEqual([0.25, 0.3]);
  });

  it('a limit that is written as none is written', () => {
    const { backend } = compile({
      backend: { endpoints: { cart: { servers: 'unlimited', queue: 'unlimited', timeout: 'none' } } },
    });
    expect(backend.endpoints[1]).toMatchObject({ servers: null, queueLimit: null, timeoutMs: null });
    expect(backend.assumed.filter((path) => path.includes('cart'))).toEqual([
      'backend.endpoints.cart.service',
      'backend.endpoints.cart.writes',
    ]);
  });

  it('servers, queue places and fan-out shrink with the audience, the rest does not', () => {
    const { backend } = compile({ backend: BUSY }, 0.1);
    const [view, , checkout, pay] = backend.endpoints;
    expect(checkout).toMatchObject({ servers: 4, queueLimit: 100, timeoutMs: 5000, writes: 3.5 });
    // One server at least; nobody may wait where nobody might.
    expect(pay).toMatchObject({ servers: 1, queueLimit: 0 });
    expect(view).toMatchObject({ servers: null, queueLimit: null });
    expect(backend.fanout).toMatchObject({ lagMs: 80, bytesPerMessage: 300 });
    expect(backend.fanout.perViewerPerSec).toBeCloseTo(1, 9);
    // Fewer messages to fewer viewers.
    expect(backend.fanout.deliveriesPerSec).toBeCloseTo(20_000, 6);
    expect(backend.connectionsPerFrontEnd).toBe(50_000);
  });

  it('the crowd is the same as without', () => {
    const { backend: _, tables, ...rest } = compile({ backend: BUSY });
    const { backend: __, tables: plainTables, ...plain } = compile();
    expect(rest).toEqual(plain);
    expect(tables.slice(0, plainTables.length - 1)).toEqual(plainTables.slice(0, -1));
  });
});

describe('outages', () => {
  const show: ScenarioInput['show'] = [
    { at: '50m', cue: 'outage', endpoint: 'all', for: '20m' },
    { at: '10m', cue: 'drop', product: 'serum', countdown: 0 },
    { at: '20m', cue: 'outage', for: '2m', every: '10m', until: '30m' },
  ];

  it('are an entry for each endpoint and each time, and change no cue: the viewers draw by its number', () => {
    const { cues, backend } = compile({ show });
    expect(cues).toEqual(compile({ show: show.filter((cue) => cue.cue !== 'outage') }).cues);
    const minutes = backend.outages.map((outage) => [
      outage.id,
      ENDPOINTS[outage.endpoint],
      outage.fromMs / 60_000,
      outage.untilMs / 60_000,
    ]);
    expect(minutes).toEqual([
      ['outage:checkout#1', 'checkout', 20, 22],
      ['outage:checkout#2', 'checkout', 30, 32],
      // Over with the event.
      ...ENDPOINTS.map((name) => ['outage:all#1', name, 50, 60]),
    ]);
  });

  it('are told in the show', () => {
    const scenario = scenarioWithTitle.parse({ ...smallScenario(), show });
    const text = explainScenario(scenario, compileScenario(scenario));
    expect(text).toContain('outage of checkout for 2m, in plans only; every 10m until 0:30:00, 2 times');
    expect(text).toContain('outage of the whole shop for 20m, in plans only');
  });

  it.each<[string, object, string]>([
    ['after the end', { at: '2h', for: '1m' }, 'show[0].at: 2h is after the end of the event'],
    ['at the very end', { at: '1h', for: '1m' }, 'show[0].at: that is the very end'],
    ['without a length', { at: '1m' }, 'show[0].for: missing'],
    ['of no length', { at: '1m', for: 0 }, 'show[0].for: 0 is not valid; a duration longer than 0'],
    ['of nothing known', { at: '1m', for: '1m', endpoint: 'al' }, 'show[0].endpoint: "al" is not valid; one of view'],
    ['of a room', { at: '1m', for: '1m', room: 'main' }, 'show[0].room: unknown key; one of cue, at, every, until'],
    [
      'that do not end',
      { at: '1m', for: '5m', every: '5m' },
      'show[0].for: the next outage begins before this one has ended; less than 5m',
    ],
  ])('%s: one problem', (_, cue, words) => {
    const found = problemsWith({ show: [{ cue: 'outage', ...cue }] });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(words);
  });
});

it('every problem of the backend at once, each with what was expected', () => {
  const found = problemsWith({
    shop: { unpaid: 25, refunds: '130%' },
    backend: {
      endpoints: {
        view: { servers: 0, queue: 'unlimitd', timeout: 5, writes: 101 },
        cart: { servers: 2.5, queue: -1, timeout: 'non' },
        checkout: { service: { quantiles: { p10: '9ms', p50: '3ms' } } },
        paay: {},
      },
      fanout: { capacity: '0/s', perViewer: 10, lag: 80, messageBytes: '1.5' },
      connectionsPerFrontEnd: 0,
    },
  });
  const expected = [
    'shop.unpaid: 25 is not valid; a share from 0 to 1, such as "15%" or 0.15; did you mean "25%"?',
    'shop.refunds: "130%" is not valid; a share',
    'backend.endpoints.view.servers: 0 is not valid; a whole number, 1 or more, or "unlimited"',
    'backend.endpoints.view.queue: "unlimitd" is not valid; a whole number, 0 or more, such as 2500, "10k" or "1.5M", or "unlimited"; did you mean "unlimited"?',
    'backend.endpoints.view.timeout: 5 is not valid; a duration longer than 0, with its unit, such as "5s", or "none"; did you mean "5s" or "5ms"?',
    'backend.endpoints.view.writes: 101 is not valid; a number of at most 100',
    'backend.endpoints.cart.servers: 2.5 is not valid; a whole number',
    'backend.endpoints.cart.queue: -1 is not valid; a whole number, 0 or more',
    'backend.endpoints.cart.timeout: "non" is not valid; a duration longer than 0, with its unit, such as "5s", or "none"; did you mean "none"?',
    'backend.endpoints.checkout.service.quantiles: quantiles must ascend: p50 is below p10; p50 of at least 9ms',
    'backend.endpoints.paay: unknown key; one of view, cart, checkout, pay; did you mean "pay"?',
    'backend.fanout.capacity: "0/s" is not valid; a rate above 0 with its unit, such as "10/s", or "unlimited"',
    'backend.fanout.perViewer: 10 is not valid; a rate above 0 with its unit, such as "10/s", or "unlimited"; did you mean "10/s"?',
    'backend.fanout.lag: 80 is not valid; a duration with its unit',
    'backend.fanout.messageBytes: "1.5" is not valid; a whole number',
    'backend.connectionsPerFrontEnd: 0 is not valid; a whole number, 1 or more',
  ];
  expect(found.filter((problem) => !expected.some((start) => problem.startsWith(start)))).toEqual([]);
  expect(expected.filter((start) => !found.some((problem) => problem.startsWith(start)))).toEqual([]);
});

describe('in words', () => {
  const explain = (changes: Partial<ScenarioInput>, scale = 1): string => {
    const scenario = scenarioWithTitle.parse({ ...smallScenario(), ...changes });
    return explainScenario(scenario, compileScenario(scenario, { scale }));
  };

  it('what nobody wrote is marked as an assumption, and endpoints that are alike share a line', () => {
    const text = explain({});
    expect(text).toContain(
      'view, cart, checkout, pay: as many servers as it takes, so that nobody waits [a]; a request takes 20ms in the median',
    );
    expect(text).toContain('Database writes of one request: view 0 [a], cart 1 [a], checkout 2 [a], pay 2 [a].');
    expect(text).toContain('any number of deliveries [a], 50ms on the way [a]; a viewer is sent every message [a]');
    expect(text).toContain('100,000 connections [S: LinkedIn Live, QCon]');
  });

  it('what was written has the mark of its source, and figures are those of the scale', () => {
    const text = explain(
      {
        backend: { ...BUSY, endpoints: { checkout: { servers: 40, service: { mean: '200ms' }, timeout: '5s' } } },
        shop: { unpaid: '25%', refunds: '30%' },
        sources: { 'backend.endpoints.checkout.servers': { tag: 'S', from: 'our cluster' } },
      },
      0.5,
    );
    expect(text).toContain('view, cart, pay: as many servers');
    // 20 servers at 200 ms each.
    expect(text).toContain(
      'checkout: 20 servers [S]; a request takes 200ms on average (exponential) [?], so about 100 a second at most; any number may wait [a], for 5s at most [?].',
    );
    expect(text).toContain('at most 500,000 a second [?], 80ms on the way [?]');
    expect(text).toContain('50,000 connections [?]');
    expect(text).toContain('25% stay without their balance [?]; of the rest, 30% are sent back [?]');
  });

  it('a server that takes no time has no most', () => {
    expect(explain({ backend: { endpoints: { pay: { servers: 1, service: 0 } } } })).toContain(
      'pay: 1 server [?]; a request takes always 0s [?]; any number may wait',
    );
  });
});
