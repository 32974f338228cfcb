import { describe, expect, it } from 'vitest';
import { plan as planFromIndex } from '../../sim/index.ts';
import type { PlanOptions, PlanProgress } from '../../sim/plan/options.ts';
import { makePlan } from '../../sim/plan/plan.ts';
import { FIGURE_NAMES, PLAN_ROW_NAMES, type PlanResult } from '../../sim/plan-result.ts';
import { FAKE, failureOf, fakePlan, notFinite, smallEvent } from './help.ts';

/** What does not depend on when and how fast it was made. */
function lasting({ plan: { tookMs: _took, startedAt: _at, ...plan }, ...rest }: PlanResult): unknown {
  return { plan, ...rest };
}

describe('a plan', () => {
  it('says what was planned and by what', async () => {
    const plan = await fakePlan(smallEvent(), { set: ['products.serum.stock=4'], seed: '99' });
    expect(plan).toMatchObject({ format: 'flashcrowd/plan-result', version: 1, partial: null });
    expect(plan.scenario).toMatchObject({
      name: 'small',
      title: 'small',
      file: '',
      currency: 'USD',
      durationMs: 3_600_000,
      overrides: ['products.serum.stock=4'],
    });
    expect(plan.plan).toMatchObject({ engine: 'agents', seed: '99', scale: 1, runs: 20, runsDone: 20 });
    expect(plan.plan.engineReason).toBe('1,000 views x 20 runs are few enough to play each viewer');
    expect(plan.plan.eventsPerRun).toBeGreaterThan(1000);
  });

  it('has every figure, row, product, drop and endpoint', async () => {
    const plan = await fakePlan(smallEvent(), { set: ['products.serum.stock=4'] });
    expect(Object.keys(plan.figures)).toEqual(FIGURE_NAMES);
    expect(Object.keys(plan.series.rows)).toEqual(PLAN_ROW_NAMES);
    expect(plan.figures.units).toEqual({ p025: 4, p05: 4, p50: 4, p95: 4, p975: 4, mean: 4 });
    expect(plan.products[0]).toMatchObject({ productId: 'serum', stockedUnits: 4, soldOutShare: 1 });
    expect(plan.products[0].soldOutAtMs!.p50).toBe(1500);
    expect(plan.products[0].lostSoldOut.p50).toBe(6);
    expect(plan.drops).toHaveLength(1);
    expect(plan.drops[0]).toMatchObject({ cueId: 'drop:serum#1', atMs: 600_000, units: null, soldOutShare: 1 });
    expect(plan.drops[0].soldOutAfterMs!.p95).toBe(1500);
    expect(plan.endpoints.map(({ endpoint, requests }) => [endpoint, requests.p50])).toEqual([
      ['view', 10],
      ['cart', 10],
      ['checkout', 10],
      ['pay', 10],
    ]);
    expect(Math.abs(plan.endpoints[0].p99Ms!.p50 - 20)).toBeLessThan(0.1);
    expect(plan.series).toMatchObject({ stepMs: 6000, startMs: 0, length: 600 });
    expect(plan.series.stockLeft.serum.p50.slice(0, 2)).toEqual([0, 0]);
    expect(plan.series.rows.joins.p50[0]).toBeGreaterThan(1000 / 6);
    expect(plan.cues.map(({ id, label }) => [id, label])).toContainEqual(['drop:serum#1', 'drop: Serum']);
    expect([plan.sensitivity, plan.sweep, plan.comparison]).toEqual([null, null, null]);
  });

  it('is the same again, and another with another seed', async () => {
    const event = smallEvent();
    const [here, again, other] = [await fakePlan(event), await fakePlan(event), await fakePlan(event, { seed: '2' })];
    expect(lasting(again)).toEqual(lasting(here));
    expect(other.figures.views).not.toEqual(here.figures.views);
  });

  it('names what nobody measured', async () => {
    const sources = {
      audience: { tag: 'a', from: 'a guess' },
      chat: { tag: 'S', from: 'a study' },
    } as const;
    const { assumptions } = await fakePlan(smallEvent({ sources, backend: { connectionsPerFrontEnd: '50k' } }));
    expect(assumptions).toContain('audience: a guess');
    expect(assumptions.some((line) => line.startsWith('chat'))).toBe(false);
    expect(assumptions.some((line) => line.startsWith('backend.endpoints.pay.service: '))).toBe(true);
    expect(assumptions.some((line) => line.startsWith('backend.connectionsPerFrontEnd'))).toBe(false);
  });

  it('can count a window alone', async () => {
    const plan = await fakePlan(smallEvent(), { window: { fromMs: 1_800_000, untilMs: 1_860_000 } });
    expect(plan.series).toMatchObject({ stepMs: 1000, startMs: 1_800_000, length: 60 });
    expect([plan.drops, plan.cues]).toEqual([[], []]);
    // They are of a whole event.
    expect(plan.formulas).toEqual([]);
    expect(plan.notes.some((note) => note.startsWith('The formulas of the field are left out'))).toBe(true);
  });

  it('tells how far it is, over everything that was asked for', async () => {
    const told: PlanProgress[] = [];
    await fakePlan(smallEvent(), { runs: 3, sweep: 'products.serum.stock=1,2', onProgress: (each) => told.push(each) });
    expect(told.map(({ done }) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(told.every(({ total }) => total === 9)).toBe(true);
    expect(told.map(({ stage }) => stage)).toContain('products.serum.stock = 2');
  });
});

describe('a comparison', () => {
  it('is the difference run by run: what is common to both cancels out', async () => {
    const plan = await fakePlan('small-seller', { compareWith: 'small-seller', set: ['products.scarf.stock=3'] });
    expect(plan.comparison).toMatchObject({ name: 'small-seller', currency: 'USD' });
    expect(plan.comparison!.figures).toEqual(plan.figures);
    const spread = Object.values(plan.comparison!.difference).flatMap((band) => Object.values(band));
    expect(spread.every((value) => value === 0)).toBe(true);
  });

  it('whose second scenario does not have what --set names says which', async () => {
    const set = ['products.scarf.stock=3'];
    const error = await failureOf(() => fakePlan('small-seller', { compareWith: 'creator-drop', set }));
    expect(error.message).toBe('--set changes both scenarios, and creator-drop does not have all that it names');
    expect(error.problems[0].path).toBe('products.scarf');
  });

  it('chooses one engine for both', async () => {
    const plan = await fakePlan('small-seller', { compareWith: 'taobao-presale', runs: 1, scale: 0.5 });
    expect(plan.plan.engine).toBe('cohorts');
  });
});

describe('a plan by cohorts', () => {
  const LIMITED = { endpoints: { checkout: { servers: 50 } } };
  const saysSo = ({ notes }: PlanResult): boolean => notes.some((note) => note.includes('limited servers'));

  it('says that queues are approximated where servers are limited in anything that is played', async () => {
    const limited = smallEvent({ backend: LIMITED });
    expect(saysSo(await fakePlan(limited, { engine: 'cohorts' }))).toBe(true);
    expect(saysSo(await fakePlan(limited, { engine: 'agents' }))).toBe(false);
    expect(saysSo(await fakePlan(smallEvent(), { engine: 'cohorts' }))).toBe(false);
    const sweep = 'backend.endpoints.pay.servers=10,20';
    expect(saysSo(await fakePlan(smallEvent(), { engine: 'cohorts', sweep }))).toBe(true);
  });
});

describe('a plan that is stopped', () => {
  it('holds the runs that were done, and says so', async () => {
    const stop = new AbortController();
    const onProgress = ({ done }: PlanProgress): void => void (done === 5 && stop.abort());
    const plan = await fakePlan(smallEvent(), { signal: stop.signal, onProgress });
    expect(plan.partial).toEqual({ reason: 'it was interrupted' });
    expect([plan.plan.runs, plan.plan.runsDone]).toEqual([20, 5]);
    expect(notFinite(plan)).toEqual([]);
  });

  it('leaves out the points of a sweep that were not done', async () => {
    const stop = new AbortController();
    const onProgress = ({ done }: PlanProgress): void => void (done === 50 && stop.abort());
    const plan = await fakePlan(smallEvent(), { sweep: 'products.serum.stock=1,2,3', signal: stop.signal, onProgress });
    expect(plan.sweep!.points.map(({ value }) => value)).toEqual(['1']);
    expect(plan.partial!.reason).toBe('it was interrupted with 50 of 80 runs done, variants counted');
    expect(plan.plan.runsDone).toBe(20);
  });

  it('before its first run has nothing to give', async () => {
    const reason = new Error('enough');
    await expect(fakePlan(smallEvent(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('what nobody measured', () => {
  it('counts figures without a source, with defaults of the backend only once', async () => {
    const bare = await fakePlan(smallEvent(), { runs: 2 });
    expect(bare.unsourced).toEqual(expect.arrayContaining(['audience.fans', 'personas.fan.dwell', 'shop.hold']));
    expect(bare.unsourced.filter((path) => path.startsWith('backend'))).toEqual([]);
    const sources = {
      audience: { tag: 'S', from: 'seen' },
      'personas.fan.dwell': { tag: 'a', from: 'guessed' },
    } as const;
    const cited = await fakePlan(smallEvent({ sources }), { runs: 2 });
    expect(bare.unsourced.filter((path) => !cited.unsourced.includes(path))).toEqual([
      'audience.fans',
      'personas.fan.dwell',
    ]);
    expect(cited.assumptions[0]).toBe('personas.fan.dwell: guessed');
  });
});

describe('an outage', () => {
  const outage = { at: '12m', cue: 'outage', for: '2m' } as const;
  const show = [{ at: '10m', cue: 'drop', product: 'serum' } as const];

  it('is among the cues once, with its end, and in the notes', async () => {
    const event = smallEvent({
      show: [...show, { ...outage, endpoint: 'all' }, { ...outage, at: '59m', endpoint: 'pay' }],
    });
    const { cues, notes } = await fakePlan(event, { runs: 2 });
    expect(cues.filter(({ untilMs }) => untilMs !== null)).toEqual([
      { id: 'outage:all#1', kind: 'outage', label: 'all', atMs: 720_000, untilMs: 840_000 },
      { id: 'outage:pay#1', kind: 'outage', label: 'pay', atMs: 3_540_000, untilMs: 3_600_000 },
    ]);
    expect(notes.join(' ')).toContain('The plan has an outage');
  });

  it('of which the window has the end is there, and one before it is not', async () => {
    const event = smallEvent({ show: [...show, { ...outage, endpoint: 'cart' }] });
    const of = async (fromMs: number): Promise<string[]> =>
      (await fakePlan(event, { runs: 2, window: { fromMs, untilMs: 1_800_000 } })).cues.map(({ id }) => id);
    expect(await of(780_000)).toEqual(['outage:cart#1']);
    expect(await of(840_000)).toEqual([]);
  });

  it.each(['agents', 'cohorts'] as const)('refuses in no time, which is no quick answer: by %s', async (engine) => {
    const event = smallEvent({ show: [...show, { at: '9m', cue: 'outage', endpoint: 'cart', for: '51m' }] });
    const { endpoints } = await planFromIndex(event, { engine, runs: 3, workers: 1 });
    const [view, cart] = endpoints;
    expect(view.refusedShare.p95).toBe(0);
    expect(view.p50Ms!.p05).toBeGreaterThan(10);
    expect([cart.refusedShare.p05, cart.failedShare.p05]).toEqual([1, 1]);
    expect([cart.p50Ms, cart.p99Ms]).toEqual([null, null]);
  });
});

describe('what cannot be planned', () => {
  it('is said with all wrong options at once', async () => {
    const bad = { runs: 0, workers: 1.5, scale: -1, sensitivity: 2, seed: 'x', engine: 'magic' as 'agents' };
    const { code, problems } = await failureOf(() => fakePlan(smallEvent(), bad));
    expect(code).toBe('BAD_USAGE');
    expect(problems.map(({ path }) => path).toSorted()).toEqual(Object.keys(bad).toSorted());
  });

  it('is a scenario with problems, a path that is not there, a window outside', async () => {
    const wrong = await failureOf(() => fakePlan({ ...smallEvent(), duration: '0s' }));
    expect([wrong.code, wrong.problems[0].path]).toEqual(['SCENARIO_INVALID', 'duration']);
    expect((await failureOf(() => fakePlan(smallEvent(), { set: ['x=1'] }))).code).toBe('BAD_USAGE');
    const window = { fromMs: 0, untilMs: 4_000_000 };
    expect((await failureOf(() => fakePlan(smallEvent(), { window }))).problems[0].path).toBe('window');
  });

  it('is what agents have no memory for, unless cohorts are asked for', async () => {
    const little = { ...FAKE, freeBytes: 1000 };
    for (const engine of [undefined, 'agents'] as const) {
      const error = await failureOf(() => makePlan(smallEvent(), { engine }, little));
      expect([error.code, error.exitCode]).toEqual(['PLAN_TOO_LARGE', 104]);
    }
    const { plan } = await makePlan(smallEvent(), { runs: 2, workers: 1, engine: 'cohorts' }, little);
    expect(plan.engine).toBe('cohorts');
  });

  it('is an option that does not exist, and the nearest is named', async () => {
    const misspelt = { runs: 2, sensitivty: 0.2, scale: -1 };
    const { code, problems } = await failureOf(() => fakePlan(smallEvent(), misspelt));
    expect(code).toBe('BAD_USAGE');
    expect(problems.map(({ path, hint }) => [path, hint])).toEqual([
      ['sensitivty', 'did you mean "sensitivity"?'],
      ['scale', undefined],
    ]);
  });

  it('names the option that a program has in place of one of the command, and wants each in its form', async () => {
    const wrong = { compare: 'x', from: '5m', scale: '0.2', set: 'a=1', sensitivity: '20%' } as unknown as PlanOptions;
    const { problems } = await failureOf(() => fakePlan(smallEvent(), wrong));
    expect(Object.fromEntries(problems.map(({ path, hint, expected }) => [path, hint ?? expected]))).toEqual({
      compare: 'compareWith takes the one scenario to compare with',
      from: 'window takes { fromMs, untilMs }',
      scale: 'a number above 0 and at most 100',
      set: 'a list of "path=value"',
      sensitivity: 'a share above 0 and below 1 such as 0.2, or true',
    });
  });

  it.each([
    [0, 1000.5],
    [0.25, 2000],
    [NaN, 5000],
    [-1000, 5000],
    [5000, 5000],
    [0, 3_600_001],
  ])('is a window from %d to %d ms', async (fromMs, untilMs) => {
    const { code, problems } = await failureOf(() => fakePlan(smallEvent(), { window: { fromMs, untilMs } }));
    expect([code, problems.map(({ path }) => path)]).toEqual(['BAD_USAGE', ['window']]);
  });

  it('is a window beyond the end of an event of the sweep', async () => {
    const window = { fromMs: 0, untilMs: 1_800_000 };
    const { problems } = await failureOf(() => fakePlan(smallEvent(), { window, sweep: 'duration=20m,1h' }));
    expect(problems).toMatchObject([{ path: 'window', expected: 'within 0 to 1200000 ms' }]);
  });

  it('is one whose worker dies before any run is done', async () => {
    // Agents of 4 x 1,000,000 viewers are enough work for workers.
    const event = smallEvent({ name: 'dies', audience: { fans: { kind: 'steady', size: '1M' } } });
    const error = await failureOf(() => fakePlan(event, { engine: 'agents', runs: 4, workers: 2 }));
    expect(error.code).toBe('PLAN_WORKER_LOST');
    expect(error.message).toContain('exit code 3');
  });
});

describe.each(['agents', 'cohorts'] as const)('by %s, sane figures for', (engine) => {
  it.each([
    ['zero viewers', { audience: { fans: { kind: 'steady', size: 0 } } }, { views: 0, units: [0, 0] }],
    [
      'zero stock',
      { products: { serum: { title: 'Serum', price: 'USD 29.00', stock: 0 } } },
      { views: 1000, units: [0, 0] },
    ],
    ['nothing for sale', { products: {}, show: [] }, { views: 1000, units: [0, 0] }],
    ['one second', { duration: '1s', show: [] }, { views: 1000, units: [0, 0] }],
    ['half a second', { duration: '500ms', show: [] }, { views: 1000, units: [0, 0] }],
    ['48 hours', { duration: '48h' }, { views: 1000, units: [0, 100] }],
  ] as const)('%s', async (_name, changes, { views, units: [least, most] }) => {
    const event = smallEvent(changes as Parameters<typeof smallEvent>[0]);
    const result = await planFromIndex(event, { engine, runs: 3, workers: 1 });
    expect(notFinite(result)).toEqual([]);
    expect(Object.values(result.figures).every(({ p50 }) => p50 >= 0)).toBe(true);
    // Poisson: five standard deviations.
    expect(Math.abs(result.figures.views.mean - views)).toBeLessThanOrEqual(5 * Math.sqrt(views));
    expect(result.figures.units.p025).toBeGreaterThanOrEqual(least);
    expect(result.figures.units.p975).toBeLessThanOrEqual(most);
    expect(result.plan.engine).toBe(engine);
  });
});
