import { describe, expect, it } from 'vitest';
import type { CompiledBackend } from '../../../sim/crowd/compiled.ts';
import { makeAgents } from '../../../sim/plan/agents/agents.ts';
import { Fanout } from '../../../sim/plan/backend/fanout.ts';
import type { ScenarioInput } from '../../../sim/scenario/schema/scenario.ts';
import { AT_ONCE, compiled } from '../../crowd/help.ts';
import { sumOf, upTo } from './statistics.ts';

const LIMITS: CompiledBackend['fanout'] = {
  deliveriesPerSec: 1000,
  lagMs: 80,
  perViewerPerSec: null,
  bytesPerMessage: 200,
};

// A fluid queue: at a load of R against a capacity C the backlog grows by R - C, so the lag after T seconds is (R / C - 1) T; at a load of r
// it is gone after (R - C) T / (C - r) (Newell 1982, chapter 1). No randomness, no tolerance but rounding.
describe('a burst of deliveries', () => {
  const [capacity, burst, calm, burstSec] = [1000, 1750, 400, 12];
  const fanout = new Fanout(LIMITS);
  const lagsMs = upTo(40).map((sec) => {
    fanout.pass(sec < burstSec ? burst : calm, 1000);
    return fanout.lagMs;
  });

  it('has a lag that grows in a straight line, and is gone when the backlog is', () => {
    const drainedSec = ((burst - capacity) * burstSec) / (capacity - calm);
    for (const [sec, lagMs] of lagsMs.entries()) {
      const after = sec + 1;
      const backlog =
        after <= burstSec
          ? (burst - capacity) * after
          : Math.max(0, (burst - capacity) * burstSec - (capacity - calm) * (after - burstSec));
      expect(lagMs).toBeCloseTo(80 + (backlog / capacity) * 1000, 6);
    }
    expect(Math.max(...lagsMs)).toBeCloseTo(80 + 1000 * (burst / capacity - 1) * burstSec, 6);
    expect(lagsMs.findIndex((lagMs, sec) => sec >= burstSec && lagMs === 80)).toBe(burstSec + drainedSec - 1);
  });

  it('has the same lag whatever the spans it is passed in', () => {
    const [whole, parts] = [new Fanout(LIMITS), new Fanout(LIMITS)];
    whole.pass(6000, 2000);
    for (let i = 0; i < 8; i++) parts.pass(750, 250);
    expect(parts.lagMs).toBeCloseTo(whole.lagMs, 6);
    whole.reset();
    expect(whole.lagMs).toBe(80);
  });

  it('has no lag but the first with as much capacity as there is', () => {
    const endless = new Fanout({ ...LIMITS, deliveriesPerSec: null });
    endless.pass(1e12, 1000);
    expect(endless.lagMs).toBe(80);
  });
});

describe('a limit per viewer', () => {
  it('sends each viewer that many messages in a time, and the rest to nobody', () => {
    const fanout = new Fanout({ ...LIMITS, perViewerPerSec: 10 });
    expect(fanout.deliveries(7, 300, 1000)).toBe(7 * 300);
    expect(fanout.deliveries(40, 300, 1000)).toBe(10 * 300);
    expect(fanout.deliveries(40, 300, 500)).toBe(5 * 300);
    expect(fanout.deliveries(40, 0, 1000)).toBe(0);
  });
});

/** A room that fills, talks in bursts, and is shown a product in the middle of it. */
function talk(limits: NonNullable<ScenarioInput['backend']>['fanout']) {
  return compiled({
    name: 'talk',
    duration: '6m',
    personas: {
      viewer: { dwell: { mean: '3m' }, chat: 1, likes: 0, gifts: 0, reaction: 0, taps: 1, funnel: { click: '100%' } },
    },
    audience: { all: { kind: 'steady', rate: '5/s' } },
    products: { serum: { title: 'Serum', price: 'USD 10', stock: 1 } },
    show: [{ at: '4m', cue: 'price', product: 'serum', price: 'USD 9', interest: '100%' }],
    chat: { rate: '1.2/min', skew: { chatters: '100%', sigma: 0 } },
    network: { rtt: 0 },
    backend: { ...AT_ONCE, fanout: limits },
  });
}

function play(scenario: ReturnType<typeof talk>, seed: number) {
  return makeAgents(scenario, { fromMs: 0, untilMs: scenario.durationMs }).play(2, seed).bins.rows;
}

describe('the fan-out of a plan', () => {
  // Reich (1958): the backlog is the largest surplus of any time that ends now, max over s of D(s, t) - C (t - s).
  it.each([1, 2, 3])('has the lag of the largest surplus up to now, seed %i', (seed) => {
    const capacity = 7000;
    const { deliveries, chatLagMs, chatSent, viewers } = play(talk({ capacity: `${capacity}/s`, lag: '80ms' }), seed);
    expect(deliveries).toEqual(chatSent.map((messages, sec) => messages * viewers[sec]));
    for (let t = 0; t < deliveries.length; t++) {
      const surplus = Math.max(0, ...upTo(t + 1).map((s) => sumOf(deliveries, s, t + 1) - capacity * (t + 1 - s)));
      expect(chatLagMs[t]).toBeCloseTo(80 + (surplus / capacity) * 1000, 6);
    }
    expect(Math.max(...chatLagMs)).toBeGreaterThan(2000);
    expect(Math.min(...chatLagMs)).toBe(80);
  });

  it('sends each viewer no more than its limit', () => {
    const { deliveries, chatSent, viewers } = play(talk({ perViewer: '12/s' }), 1);
    expect(deliveries).toEqual(chatSent.map((messages, sec) => Math.min(messages, 12) * viewers[sec]));
    expect(chatSent.filter((messages) => messages > 12).length).toBeGreaterThan(20);
  });

  // Who reacts at once to what it sees, and is far away from nobody, clicks when the cue arrives: after the lag of that moment.
  it('brings cues as late as it is', () => {
    const { clicks, chatLagMs, viewers } = play(talk({ capacity: '6k/s', lag: 0 }), 1);
    const cueSec = 240;
    const arrivesSec = Math.floor(cueSec + chatLagMs[cueSec - 1] / 1000);
    expect(arrivesSec).toBeGreaterThan(cueSec + 2);
    expect(arrivesSec).toBeLessThan(clicks.length);
    expect(sumOf(clicks)).toBe(clicks[arrivesSec]);
    expect(clicks[arrivesSec]).toBeGreaterThan(0.4 * viewers[cueSec]);
  });
});
