import { describe, expect, it } from 'vitest';
import { ShowClock } from '../../sim/live/show-clock.ts';
import { compiled } from '../crowd/help.ts';

const SHOW = compiled({
  name: 'two-rooms',
  duration: '10m',
  rooms: { a: { title: 'A' }, b: { title: 'B' } },
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s', room: 'a' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 10 }, cup: { title: 'Cup', price: 'USD 5', stock: 10 } },
  show: [
    { at: '1m', cue: 'pin', product: 'cup' },
    { at: '2m', cue: 'drop', product: 'mug', room: 'a', for: '1m' },
  ],
});
const idsOf = (indices: readonly number[]): string[] => indices.map((index) => SHOW.cues[index].id);

describe('the clock of the show', () => {
  it('tells each cue once, when its moment has come', () => {
    const clock = new ShowClock(SHOW, 0);
    expect(idsOf(clock.due(59_999))).toEqual([]);
    expect(idsOf(clock.due(120_000))).toEqual(['pin:cup#1', 'countdown:mug#1', 'drop:mug#1']);
    expect(idsOf(clock.due(120_001))).toEqual([]);
    expect(idsOf(clock.due(600_000))).toEqual(['close:mug#1']);
  });

  it('shows who comes later what still stands in the room', () => {
    const clock = new ShowClock(SHOW, 0);
    clock.due(130_000);
    expect(idsOf(clock.standingIn(0))).toEqual(['pin:cup#1', 'drop:mug#1']);
    expect(idsOf(clock.standingIn(1))).toEqual(['pin:cup#1']);
    clock.due(180_000);
    expect(idsOf(clock.standingIn(0))).toEqual(['pin:cup#1']);
  });

  it('begins in the middle of the event with what stands there, and tells nothing twice', () => {
    const clock = new ShowClock(SHOW, 150_000);
    expect(idsOf(clock.due(150_000))).toEqual([]);
    expect(idsOf(clock.standingIn(0))).toEqual(['pin:cup#1', 'drop:mug#1']);
  });
});
