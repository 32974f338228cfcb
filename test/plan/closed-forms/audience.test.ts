import { describe, expect, it } from 'vitest';
import { ArrivalStream } from '../../../sim/crowd/arrivals.ts';
import type { CompiledScenario } from '../../../sim/crowd/compiled.ts';
import { keyA, keyB } from '../../../sim/crowd/rng.ts';
import { drawDwellMs } from '../../../sim/crowd/viewer.ts';
import { makeAgents } from '../../../sim/plan/agents/agents.ts';
import { normalSurvival } from '../../../sim/scenario/distributions.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { compiled } from '../../crowd/help.ts';
import { expectMean, expectNear, expectPoissonDispersion, meanOf, sumOf, upTo } from './statistics.ts';

type Dwell = ScenarioInput['personas'][string]['dwell'];

/** Nobody but comes and goes. */
function crowd(duration: string, dwell: Dwell, source: ScenarioInput['audience'][string]): CompiledScenario {
  return compiled({
    name: 'coming-and-going',
    duration,
    personas: { viewer: { dwell, chat: 0, likes: 0, gifts: 0 } },
    audience: { all: source },
  });
}

function playAll(scenario: CompiledScenario, runs: number, look: (rows: Rows) => void): void {
  const engine = makeAgents(scenario, { fromMs: 0, untilMs: scenario.durationMs });
  for (let seed = 1; seed <= runs; seed++) look(engine.play(7, seed).bins.rows);
}
type Rows = ReturnType<ReturnType<typeof makeAgents>['play']>['bins']['rows'];

/** A dwell time in s, its mean, and the mean of what of it lies in the first t seconds: the integral of its survival up to t. */
interface Stay {
  readonly dwell: Dwell;
  readonly meanSec: number;
  upToSec(t: number): number;
}

function exponential(mean: number): Stay {
  return { dwell: { mean: `${mean}s` }, meanSec: mean, upToSec: (t) => mean * -Math.expm1(-t / mean) };
}

function fixed(length: number): Stay {
  return { dwell: `${length}s`, meanSec: length, upToSec: (t) => Math.min(t, length) };
}

/** E[min(X, t)] = mean P(Z < (ln(t / median) - sigma^2) / sigma) + t P(X > t). */
function lognormal(median: number, sigma: number): Stay {
  const meanSec = median * Math.exp((sigma * sigma) / 2);
  const upToSec = (t: number): number => {
    const z = Math.log(t / median) / sigma;
    return meanSec * (1 - normalSurvival(z - sigma)) + t * normalSurvival(z);
  };
  return { dwell: { median: `${median}s`, sigma }, meanSec, upToSec };
}

function half(one: Stay & { dwell: object }, other: Stay & { dwell: object }): Stay {
  const mix = [one, other].map(({ dwell }) => ({ share: '50%', ...dwell }));
  return {
    dwell: { mix } as Dwell,
    meanSec: (one.meanSec + other.meanSec) / 2,
    upToSec: (t) => (one.upToSec(t) + other.upToSec(t)) / 2,
  };
}

const STAYS: [string, Stay][] = [
  ['exponential', exponential(60)],
  ['fixed', fixed(45)],
  ['lognormal', lognormal(40, 0.8)],
  ['a mix', half(exponential(8) as Stay & { dwell: object }, lognormal(90, 0.6) as Stay & { dwell: object })],
];

// M/G/infinity: present at t, from an empty room, are Poisson of mean lambda x integral of P(stay > u) over u from 0 to t; in the end
// lambda E[stay] (Takacs 1962; Eick, Massey and Whitt 1993). Tolerance: 4 standard errors of a mean of Poisson counts, sqrt(mean / runs).
describe.each(STAYS)('viewers present, stay %s', (_, { dwell, meanSec, upToSec }) => {
  const PER_SEC = 3;
  const RUNS = 250;
  const scenario = crowd('10m', dwell, { kind: 'steady', rate: `${PER_SEC}/s` });
  const momentsSec = [5, 20, 45, 90, 600];
  const present = momentsSec.map((): number[] => []);
  playAll(scenario, RUNS, ({ viewers }) => momentsSec.forEach((t, i) => present[i].push(viewers[t - 1])));

  it('have the transient mean, and Poisson spread, at every moment', () => {
    momentsSec.forEach((t, i) => {
      const expected = PER_SEC * upToSec(t);
      expectNear(meanOf(present[i]), expected, Math.sqrt(expected / RUNS), `at ${t} s`);
      expectPoissonDispersion(present[i], `at ${t} s`);
    });
  });

  it('are in the end as many as come in a mean stay', () => {
    expect(upToSec(600) / meanSec).toBeGreaterThan(0.999);
    expectNear(meanOf(present[4]), PER_SEC * meanSec, Math.sqrt((PER_SEC * meanSec) / RUNS));
  });
});

// Little (1961): L = lambda W. In the long run with the mean stay; and on each path exactly, since mean present x time is the
// time that all viewers together were there.
describe('Little’s law', () => {
  it.each(STAYS)('holds in a steady room, stay %s', (_, { dwell, meanSec }) => {
    const fromSec = 900;
    const scenario = crowd('1h', dwell, { kind: 'steady', rate: '2/s' });
    const means: number[] = [];
    playAll(scenario, 25, ({ viewers }) => means.push(sumOf(viewers, fromSec) / (viewers.length - fromSec)));
    // Tolerance: 4 standard errors over the runs, each at most 1 %.
    expectMean(means, 2 * meanSec, 0.01);
  });

  it('holds on every path: viewers x time is the sum of the stays', () => {
    const scenario = crowd('30m', { median: '3m', sigma: 1.1 }, { kind: 'push', size: 3000, within: '10m' });
    const engine = makeAgents(scenario, { fromMs: 0, untilMs: scenario.durationMs });
    for (const seed of upTo(5)) {
      const viewerSec = sumOf(engine.play(7, seed).bins.rows.viewers);
      const stays = staysMs(scenario, 7, seed);
      // A stay is counted at ends of seconds: as many as it holds, which is off by a variance of at most 1/4 each.
      expectNear(viewerSec, sumOf(stays) / 1000, Math.sqrt(stays.length / 4), 'viewer seconds');
    }
  });

  /** The stay of every viewer up to the end of the event, drawn without the engine. */
  function staysMs(scenario: CompiledScenario, seedHi: number, seedLo: number): number[] {
    const stays: number[] = [];
    for (const source of scenario.sources) {
      const arrivals = new ArrivalStream(source, seedLo, seedHi, scenario.tables[scenario.chat.exponentialTable]);
      for (; arrivals.atMs < scenario.durationMs; arrivals.next()) {
        const key = [keyA(seedLo, source.key, arrivals.index), keyB(seedHi, source.key, arrivals.index)] as const;
        stays.push(Math.min(drawDwellMs(scenario, 0, ...key), scenario.durationMs - arrivals.atMs));
      }
    }
    return stays;
  }
});

// Joins are a Poisson process of the source's curve; in a steady M/G/infinity room so are leaves (Mirasol 1963). Tolerance: 4 standard
// deviations of the chi-square of the counts, and 4 standard errors of the mean.
describe('joins and leaves', () => {
  it.each(STAYS)('are Poisson counts of the same mean, stay %s', (_, { dwell }) => {
    const scenario = crowd('2h', dwell, { kind: 'steady', rate: '4/s' });
    playAll(scenario, 2, ({ joins, leaves }) => {
      for (const [name, row] of Object.entries({ joins, leaves })) {
        const steady = [...row.subarray(1800)];
        expectNear(meanOf(steady), 4, Math.sqrt(4 / steady.length), name);
        expectPoissonDispersion(steady, name);
        expectPoissonDispersion(sums(steady, 20), `${name} in 20 s`);
      }
    });
  });

  it('follow a push: 90 % within its time, and Poisson around the curve', () => {
    // Mean in [s, t]: size x (exp(-s / tau) - exp(-t / tau)), tau = within / ln 10. Pearson's chi-square of the counts about it.
    const scenario = crowd('15m', '10s', { kind: 'push', size: 20_000, within: '5m' });
    const tauSec = 300 / Math.LN10;
    const total = 20_000;
    playAll(scenario, 10, ({ joins }) => {
      expectNear(sumOf(joins, 0, 300), 0.9 * total, Math.sqrt(0.9 * total), 'within');
      const counts = sums([...joins.subarray(0, 600)], 10);
      const chiSquare = counts.reduce((sum, n, i) => {
        const expected = total * (Math.exp((-10 * i) / tauSec) - Math.exp((-10 * (i + 1)) / tauSec));
        return sum + (n - expected) ** 2 / expected;
      }, 0);
      expectNear(chiSquare, counts.length, Math.sqrt(2 * counts.length), 'chi-square');
    });
  });

  function sums(counts: readonly number[], of: number): number[] {
    return upTo(Math.floor(counts.length / of)).map((i) => sumOf(counts, i * of, (i + 1) * of));
  }
});
