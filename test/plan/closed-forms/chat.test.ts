import { describe, expect, it } from 'vitest';
import type { CompiledScenario } from '../../../sim/crowd/compiled.ts';
import { LIKES_A_BATCH } from '../../../sim/crowd/self.ts';
import { makeAgents } from '../../../sim/plan/agents/agents.ts';
import type { PlanRow } from '../../../sim/plan-result.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { compiled } from '../../crowd/help.ts';
import { expectMean, expectNear, expectPoissonDispersion, meanOf, sumOf, upTo, varianceOf } from './statistics.ts';

/*
 * Chat that answers chat is usually a Hawkes process: of rate lambda(t) = mu + sum of n g(t - t_i), so that each message brings
 * on n others, and the stationary rate is mu / (1 - n) (Hawkes 1971). Hawkes and Oakes (1974) read it as a cluster process: what
 * nobody asked for comes at the rate mu, and a share n of all messages answers others. Ours is a cluster process of the
 * Neyman-Scott kind (sim/crowd/chat-clock.ts): a steady part, and bursts that carry the share q of all messages. So q is the
 * n of Hawkes, the steady part (1 - q) x rate is his mu, and the rate is mu / (1 - n). The two differ from the second moment on:
 * a burst has here a drawn size, of mean m, where a Hawkes cluster has generations; hence the Fano factors below are not 1 / (1 - n)^2.
 */

type Persona = ScenarioInput['personas'][string];
type Chat = NonNullable<ScenarioInput['chat']>;

/** Everybody chats alike, so that only the rhythm of the room is left. */
const ALL_ALIKE: Chat['skew'] = { chatters: '100%', sigma: 0 };

function room(source: ScenarioInput['audience'][string], persona: Persona, chat: Chat): CompiledScenario {
  return compiled({
    name: 'chat',
    duration: '1h',
    personas: { viewer: { likes: 0, gifts: 0, ...persona } },
    audience: { all: source },
    chat: { skew: ALL_ALIKE, ...chat },
  });
}

/** The rows of independent runs from `fromSec` on. */
function rowsOf(scenario: CompiledScenario, runs: number, fromSec: number, ...names: PlanRow[]): number[][][] {
  const engine = makeAgents(scenario, { fromMs: 0, untilMs: scenario.durationMs });
  return upTo(runs).map((seed) => {
    const { rows } = engine.play(11, seed).bins;
    return names.map((name) => [...rows[name].subarray(fromSec)]);
  });
}

// messages = rate x viewer-time for every share of bursts. Tolerance: 4 standard errors over the runs, each at most 1.5 % (3 % when few write).
describe('the rate of a room', () => {
  const COMING: ScenarioInput['audience'][string] = { kind: 'steady', rate: '0.7/s' };
  const STAYING: Persona = { dwell: { mean: '4m' } };
  const FROM_SEC = 1200;

  function perViewerSec(chat: Chat, runs: number): number[] {
    const scenario = room(COMING, STAYING, chat);
    return rowsOf(scenario, runs, FROM_SEC, 'chatSent', 'viewers').map(
      ([sent, viewers]) => sumOf(sent) / sumOf(viewers),
    );
  }

  it.each(['0%', '40%', '90%'])('is that of the scenario, with %s of it in bursts', (share) => {
    const rates = perViewerSec({ rate: '1.2/min', bursts: { share } }, 30);
    expectMean(rates, 1.2 / 60, 0.015);
  });

  it('is that of the scenario when few write most of it', () => {
    expectMean(perViewerSec({ rate: '1.2/min', skew: { chatters: '12%', sigma: 1 } }, 60), 1.2 / 60, 0.03);
  });

  it('is mu / (1 - n) for a spontaneous part mu and a share n of answers', () => {
    const [n, perMin] = [0.65, 1.2];
    const spontaneous = perViewerSec({ rate: `${perMin * (1 - n)}/min`, bursts: { share: 0 } }, 30);
    const all = perViewerSec({ rate: `${perMin}/min`, bursts: { share: n } }, 30);
    const error = Math.hypot(
      Math.sqrt(varianceOf(spontaneous) / spontaneous.length) / (1 - n),
      Math.sqrt(varianceOf(all) / all.length),
    );
    expectNear(meanOf(all), meanOf(spontaneous) / (1 - n), error);
  });
});

// F(T) = 1 + 2 q m [1 - (1 - exp(-T/d)) d / T], Cox and Isham (1980), see chat-clock.ts. Variances are taken about the known mean.
// Tolerance: 4 standard errors over the runs, each at most 4.5 %. Bins of half a second in the clock move F(1 s) by 0.5 %.
describe('Fano factors', () => {
  const PER_SEC = 0.007;
  /** Everybody comes in the first seconds and stays. */
  const CROWD: ScenarioInput['audience'][string] = { kind: 'steady', from: 0, to: '10s', size: 1000 };
  const FROM_SEC = 120;

  it.each([
    [0.65, 11, 8],
    [0.3, 20, 4],
  ])('are those of the clusters: share %f, size %i, decay %i s', (share, size, decaySec) => {
    const bursts = { share, size, decay: `${decaySec}s` };
    const scenario = room(CROWD, { dwell: '2h' }, { rate: { kind: 'fixed', perSec: PER_SEC }, bursts });
    const runs = rowsOf(scenario, 40, FROM_SEC, 'chatSent', 'viewers');
    for (const spanSec of [1, 10, 60]) {
      const fade = decaySec / spanSec;
      const expected = 1 + 2 * share * size * (1 + fade * Math.expm1(-1 / fade));
      const factors = runs.map(([sent, viewers]) => fanoOf(sent, spanSec, viewers[0] * PER_SEC * spanSec));
      expectMean(factors, expected, 0.045, `F(${spanSec} s)`);
    }
  });

  function fanoOf(counts: readonly number[], spanSec: number, mean: number): number {
    const spans = upTo(Math.floor(counts.length / spanSec));
    return meanOf(spans.map((i) => (sumOf(counts, i * spanSec, (i + 1) * spanSec) - mean) ** 2)) / mean;
  }
});

// Each viewer's likes and gifts are Poisson, so those of all are: counts of mean rate x viewers. Tolerance: 4 standard errors.
describe('likes and gifts', () => {
  const CROWD: ScenarioInput['audience'][string] = { kind: 'steady', from: 0, to: '10s', size: 1000 };

  it.each([
    ['likeBatches', { likes: '1.5/min' }, 1.5 / 60 / LIKES_A_BATCH],
    // Gifts are messages of the chat.
    ['chatSent', { gifts: '0.6/min' }, 0.6 / 60],
  ] as const)('are Poisson: %s', (row, persona, perViewerSec) => {
    const scenario = room(CROWD, { dwell: '2h', chat: 0, ...persona }, {});
    for (const [counts, viewers] of rowsOf(scenario, 3, 60, row, 'viewers')) {
      const mean = viewers[0] * perViewerSec;
      expect(new Set(viewers).size).toBe(1);
      expectNear(meanOf(counts), mean, Math.sqrt(mean / counts.length), row);
      expectPoissonDispersion(counts, row);
      const minutes = upTo(Math.floor(counts.length / 60)).map((i) => sumOf(counts, i * 60, (i + 1) * 60));
      expectPoissonDispersion(minutes, `${row} in a minute`);
    }
  });
});
