import { describe, expect, it } from 'vitest';
import { makeAgents } from '../../sim/plan/agents/agents.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';
import { BUSY_AND_PLENTY, IdealWorld } from './ideal-world.ts';

const TWO_ROOMS: ScenarioInput = {
  ...BUSY_AND_PLENTY,
  rooms: { main: { title: 'Main' }, side: { title: 'Side' } },
  audience: {
    followers: { kind: 'push', size: 1500, within: '3m', personas: { fan: 3, guest: 1 } },
    browse: { kind: 'steady', rate: '120/min', room: 'side', personas: { guest: 1 } },
  },
  show: [...(BUSY_AND_PLENTY.show ?? []), { at: '5m', cue: 'pin', product: 'mug', room: 'side', interest: '100%' }],
};

describe.each([
  ['one room', BUSY_AND_PLENTY],
  ['two rooms, and a pin in one of them', TWO_ROOMS],
  ['an event that ends in the middle of a second', { ...BUSY_AND_PLENTY, duration: '9m59s500ms' }],
])('agents in a world that answers at once: %s', (_, input) => {
  const scenario = compiled(input);
  const { counts, events } = new IdealWorld(scenario).play();
  const run = makeAgents(scenario, { fromMs: 0, untilMs: scenario.durationMs }).play(scenario.seedHi, scenario.seedLo);
  const { rows } = run.bins;

  it('are the same crowd, second by second', () => {
    expect(rows.joins).toEqual(counts.enter);
    expect(rows.leaves).toEqual(counts.leave);
    expect(rows.likeBatches).toEqual(counts.like);
    expect(rows.chatSent).toEqual(counts.chat.map((n, bin) => n + counts.gift[bin]));
    expect(counts.callAnswers.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(50);
  });

  it('buy the same, second by second', () => {
    expect(rows.viewRequests).toEqual(counts.view);
    expect(rows.clicks).toEqual(counts.clicks);
    expect(rows.cartRequests).toEqual(counts.cart);
    expect(rows.checkoutRequests).toEqual(counts.checkout);
    expect(rows.payRequests).toEqual(counts.pay);
    expect(counts.pay.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(100);
    expect(run.events).toBe(events);
  });
});
