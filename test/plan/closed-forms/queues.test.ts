import { describe, expect, it } from 'vitest';
import type { CompiledEndpoint } from '../../../sim/crowd/compiled.ts';
import { FATE, Station, type Fate } from '../../../sim/plan/backend/station.ts';
import { Stream } from '../../../sim/plan/random.ts';
import { toTable, type Dist } from '../../../sim/scenario/distributions.ts';
import { erlangB, erlangC, meanWaitInServices } from './formulas.ts';
import { expectMean, expectNear, meanOf, sumOf, varianceOf } from './statistics.ts';

const EXPONENTIAL: Dist = { kind: 'exponential', mean: 100 };
/** Requests at the start of a run that are not looked at, so that it does not begin with an empty queue. */
const WARM_UP = 4000;
const RUNS = 24;

interface Served {
  readonly fate: Fate;
  readonly atMs: number;
  readonly startMs: number;
  readonly doneMs: number;
}

type Limits = Partial<Pick<CompiledEndpoint, 'servers' | 'queueLimit' | 'timeoutMs'>>;

/** Offers `count` requests of a Poisson stream to a station, after those of a warm-up, and tells of each. */
function feed(
  service: Dist,
  limits: Limits,
  arrivalsPerMs: number,
  seed: number,
  count: number,
  tell: (one: Served) => void,
  warmUp = 0,
): void {
  const endpoint = { servers: 1, queueLimit: null, timeoutMs: null, writes: 0, serviceTable: 0, ...limits };
  const station = new Station(endpoint, [toTable(service)], 0);
  station.reset(1, seed);
  const gaps = new Stream(1, seed, 0);
  let atMs = 0;
  for (let i = -warmUp; i < count; i++) {
    atMs -= Math.log(gaps.uniform()) / arrivalsPerMs;
    const fate = station.offer(atMs);
    if (i >= 0) tell({ fate, atMs, startMs: station.startMs, doneMs: station.doneMs });
  }
}

/** The means of some figures, each in independent runs. */
function meansOf(
  count: number,
  service: Dist,
  limits: Limits,
  arrivalsPerMs: number,
  ...figures: ((one: Served) => number)[]
): number[][] {
  const means: number[][] = figures.map(() => []);
  for (let seed = 0; seed < RUNS; seed++) {
    const sums = figures.map(() => 0);
    const tell = (one: Served): void => figures.forEach((figure, i) => (sums[i] += figure(one)));
    feed(service, limits, arrivalsPerMs, seed, count, tell, WARM_UP);
    sums.forEach((sum, i) => means[i].push(sum / count));
  }
  return means;
}

const waitMs = ({ atMs, startMs }: Served): number => startMs - atMs;
const isRefused = ({ fate }: Served): number => Number(fate === FATE.refused);
const isGivenUp = ({ fate }: Served): number => Number(fate === FATE.givenUp);

describe('Erlang formulas', () => {
  it('have the values that can be worked out by hand', () => {
    expect(erlangB(1, 0.5)).toBeCloseTo(1 / 3, 12);
    expect(erlangB(2, 1)).toBeCloseTo(1 / 5, 12);
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
  });
});

// M/M/c: P(wait) = C(c, a); mean wait = C / (c mu - lambda); P(wait > t) = C exp(-(c mu - lambda) t). Erlang 1917; Cooper,
// Introduction to Queueing Theory (1981), 3.4. Tolerance: 4 standard errors over the runs, each at most 2 % (3.5 % for waits, which
// at high load are much alike one after the other).
describe.each([
  [1, 0.7],
  [3, 0.8],
  [8, 0.9],
  [40, 0.9],
])('M/M/c with %i servers at a load of %f each', (servers, rho) => {
  const arrivalsPerMs = (rho * servers) / 100;
  const load = rho * servers;

  it('has the waits of Erlang C', () => {
    const restMs = 100 / (servers - load);
    const [waits, waited, long] = meansOf(
      40_000,
      EXPONENTIAL,
      { servers },
      arrivalsPerMs,
      waitMs,
      (one) => Number(waitMs(one) > 0),
      (one) => Number(waitMs(one) > restMs),
    );
    expectMean(waits, 100 * meanWaitInServices(servers, load), 0.035, 'mean wait');
    expectMean(waited, erlangC(servers, load), 0.02, 'share that waits');
    expectMean(long, erlangC(servers, load) / Math.E, 0.035, 'share that waits long');
  });
});

// M/G/1: mean wait = lambda E[S^2] / (2 (1 - rho)) (Pollaczek 1930, Khinchine 1932); a lognormal has E[S^n] = median^n exp(n^2 sigma^2 / 2).
// Tolerance: 4 standard errors over the runs, each at most 2 %.
describe('M/G/1', () => {
  it.each([
    ['fixed', { kind: 'fixed', value: 100 } as Dist, 100, 100 ** 2],
    ['lognormal', { kind: 'lognormal', median: 80, sigma: 0.5 } as Dist, 80 * Math.exp(0.125), 80 ** 2 * Math.exp(0.5)],
    ['wide', { kind: 'lognormal', median: 50, sigma: 0.9 } as Dist, 50 * Math.exp(0.405), 50 ** 2 * Math.exp(1.62)],
  ])('waits as Pollaczek and Khinchine say, service %s', (_, service, meanMs, meanSquare) => {
    for (const rho of [0.4, 0.75]) {
      const perMs = rho / meanMs;
      const [waits, waited] = meansOf(20_000, service, {}, perMs, waitMs, (one) => Number(waitMs(one) > 0));
      expectMean(waits, (perMs * meanSquare) / (2 * (1 - rho)), 0.02, `rho ${rho}`);
      // Poisson arrivals see time averages (Wolff 1982): the server is busy for a share rho of them.
      expectMean(waited, rho, 0.01, `busy, rho ${rho}`);
    }
  });
});

// M/G/infinity: nobody waits, so the response is the service. Tolerance: 4 standard errors of a mean of independent times.
describe('a station without a limit of servers', () => {
  it('serves everybody at once', () => {
    const responses: number[] = [];
    let waited = 0;
    feed({ kind: 'lognormal', median: 80, sigma: 0.5 }, { servers: null }, 5, 1, 100_000, (one) => {
      if (one.startMs !== one.atMs) waited++;
      responses.push(one.doneMs - one.atMs);
    });
    expect(waited).toBe(0);
    const expectedMs = 80 * Math.exp(0.125);
    expectNear(meanOf(responses), expectedMs, Math.sqrt(varianceOf(responses) / responses.length), 'response');
    // (sd / mean)^2 = exp(sigma^2) - 1; its error follows from the kurtosis of the lognormal, 8.9 at sigma = .5.
    const spread = Math.expm1(0.25);
    const error = spread * Math.sqrt((8.9 - 1) / responses.length);
    expectNear(varianceOf(responses) / expectedMs ** 2, spread, error, 'squared coefficient of variation');
  });
});

// M/M/c/K with q places to wait: p_n proportional to a^n / n! up to c, and to a^c / c! rho^(n - c) beyond; the share refused is p_(c+q). With
// q = 0 it is Erlang B, for any distribution of the service (Sevastyanov 1957). Tolerance: 4 standard errors, each at most 2 %.
describe('a limit of the queue', () => {
  function refusedShare(servers: number, places: number, load: number): number {
    const weights = [1];
    for (let n = 1; n <= servers + places; n++) weights.push((weights[n - 1] * load) / Math.min(n, servers));
    return weights[servers + places] / sumOf(weights);
  }

  it.each([
    [1, 3, 0.9],
    [4, 20, 6],
    [10, 5, 9],
  ])('refuses the share of M/M/c/K: %i servers, %i places, %f erlangs', (servers, places, load) => {
    const limits = { servers, queueLimit: places };
    const [refused] = meansOf(15_000, EXPONENTIAL, limits, load / 100, isRefused);
    expectMean(refused, refusedShare(servers, places, load), 0.02);
  });

  it.each([
    ['fixed', { kind: 'fixed', value: 100 } as Dist],
    ['exponential', EXPONENTIAL],
    ['lognormal', { kind: 'lognormal', median: 100 * Math.exp(-0.5), sigma: 1 } as Dist],
  ])('without a place refuses the share of Erlang B, whatever the service: %s', (_, service) => {
    expect(refusedShare(6, 0, 5)).toBeCloseTo(erlangB(6, 5), 12);
    const [refused] = meansOf(15_000, service, { servers: 6, queueLimit: 0 }, 5 / 100, isRefused);
    expectMean(refused, erlangB(6, 5), 0.02);
  });

  it('has at most that many waiting', () => {
    const begin: number[] = [];
    feed(EXPONENTIAL, { servers: 2, queueLimit: 5 }, 6 / 100, 3, 5000, ({ fate, atMs, startMs }) => {
      const waiting = begin.slice(-10).filter((start) => start > atMs).length;
      expect(fate).toBe(waiting >= 5 ? FATE.refused : FATE.served);
      if (fate === FATE.served) begin.push(startMs);
    });
    expect(begin.length).toBeLessThan(4000);
  });
});

// M/M/c + D: of the virtual wait v, v(t) = lambda p_(c-1) exp(-(c mu - lambda) t) up to the time-out T and v(T) exp(-c mu (t - T)) beyond,
// by level crossing; given up is v(T) / (c mu). For one server that is Barrer's (1957) (1 - r) r E / (1 - r^2 E), E = exp(-(1 - r) mu T).
// Tolerance: 4 standard errors over the runs, each at most 2 %.
describe('a time-out of the backend', () => {
  function givenUpShare(servers: number, load: number, timeoutInServices: number): number {
    let weight = 1;
    let below = 0;
    for (let n = 0; n < servers; n++) {
      if (n > 0) weight *= load / n;
      below += weight;
    }
    const drift = servers - load;
    const atEnd = load * weight * Math.exp(-drift * timeoutInServices);
    const within = (load * weight * -Math.expm1(-drift * timeoutInServices)) / drift;
    return atEnd / servers / (below + within + atEnd / servers);
  }

  it.each([
    [1, 0.8, 2],
    [1, 1.5, 4],
    [4, 3.6, 0.5],
    [4, 8, 1],
  ])('gives up the share of M/M/c + D: %i servers, %f erlangs, after %f services', (servers, load, services) => {
    const limits = { servers, timeoutMs: services * 100 };
    const [givenUp] = meansOf(20_000, EXPONENTIAL, limits, load / 100, isGivenUp);
    expectMean(givenUp, givenUpShare(servers, load, services), 0.02);
  });

  it('is the formula of Barrer for one server', () => {
    const decayed = Math.exp(-0.2 * 2);
    expect(givenUpShare(1, 0.8, 2)).toBeCloseTo((0.2 * 0.8 * decayed) / (1 - 0.8 ** 2 * decayed), 12);
  });

  it('is met by exactly those who would have waited longer, after exactly that time', () => {
    let freeMs = -Infinity;
    let givenUp = 0;
    feed({ kind: 'fixed', value: 100 }, { timeoutMs: 250 }, 2 / 100, 1, 3000, ({ fate, atMs, startMs, doneMs }) => {
      const waits = freeMs > atMs ? freeMs - atMs : 0;
      const isTooLong = waits > 250;
      expect(fate).toBe(isTooLong ? FATE.givenUp : FATE.served);
      expect(doneMs).toBe(isTooLong ? atMs + 250 : startMs + 100);
      expect(isTooLong || startMs === atMs + waits).toBe(true);
      if (isTooLong) givenUp++;
      else freeMs = doneMs;
    });
    expect(givenUp).toBeGreaterThan(1000);
  });
});

// Kiefer and Wolfowitz (1955), by definition: a request begins when all but c - 1 of those before it are done.
describe('first come, first served', () => {
  it.each([1, 2, 5])(
    'begins in the order of arrival, and leaves no server of %i idle while somebody waits',
    (servers) => {
      const doneMs = Array.from({ length: servers }, () => -Infinity);
      const endpoint = { servers, queueLimit: null, timeoutMs: null, writes: 0, serviceTable: 0 };
      const station = new Station(endpoint, [toTable(EXPONENTIAL)], 2);
      station.reset(4, 5);
      const gaps = new Stream(4, 5, 0);
      let atMs = 0;
      let lastStartMs = 0;
      for (let i = 0; i < 3000; i++) {
        atMs -= (Math.log(gaps.uniform()) * 100) / servers;
        expect(station.offer(atMs)).toBe(FATE.served);
        const freeMs = [...doneMs].sort((a, b) => b - a)[servers - 1];
        expect(station.startMs).toBe(Math.max(atMs, freeMs));
        expect(station.startMs).toBeGreaterThanOrEqual(lastStartMs);
        lastStartMs = station.startMs;
        doneMs.push(station.doneMs);
        if (doneMs.length > 200) doneMs.sort((a, b) => b - a).length = 100;
      }
    },
  );
});
