import { afterEach, describe, expect, test } from 'vitest';
import { FAULT_NAMES, FAULTS } from '../../server-stub/faults/catalog.ts';
import { Faults } from '../../server-stub/faults/faults.ts';
import { FaultyStore } from '../../server-stub/faults/store.ts';
import { startStub } from '../../server-stub/index.ts';
import { storeContract } from '../contracts/store.ts';
import { FaultRig } from './fault-rig.ts';

// A shop that can break, and does not.
storeContract('memory, with faults that are off', async (now) => new FaultyStore(now, new Faults(1)));

describe('the dice', () => {
  const turns = (seed: number, rates: Record<string, number | null>, count = 10_000): boolean[] => {
    const faults = new Faults(seed);
    faults.set(rates);
    return Array.from({ length: count }, () => faults.happens('chat_dropped'));
  };
  const share = (all: readonly boolean[]): number => all.filter(Boolean).length / all.length;

  test('a fault happens as often as its rate says, and never when it is off', () => {
    // Three standard deviations of 10,000 throws: 0.0137 at a rate of 0.3.
    expect(Math.abs(share(turns(1, { chat_dropped: 0.3 })) - 0.3)).toBeLessThan(0.0137);
    expect(share(turns(1, { chat_dropped: 1 }))).toBe(1);
    expect(share(turns(1, { chat_duplicated: 1 }))).toBe(0);
  });

  test.each([1, 20_240_608])('with seed %i a rate of 1 in 10,000 is kept, too', (seed) => {
    const faults = new Faults(seed);
    faults.set({ chat_dropped: 0.0001 });
    let happened = 0;
    for (let draw = 0; draw < 1_000_000; draw++) if (faults.happens('chat_dropped')) happened++;
    // Five standard deviations of 1,000,000 throws: 50, around 100.
    expect(Math.abs(happened - 100)).toBeLessThan(50);
    expect(faults.answer()).toEqual({ faults: [{ name: 'chat_dropped', rate: 0.0001, count: happened }] });
  });

  test.each([0, -0.1, 1.5, Infinity, NaN])('a rate of %f is refused, and changes nothing', (rate) => {
    const faults = new Faults(1);
    faults.set({ chat_dropped: 1 });
    expect(() => faults.set({ cue_missed: 1, chat_dropped: rate })).toThrow(
      new RangeError('the rate of chat_dropped must be above 0 and at most 1'),
    );
    expect(faults.answer()).toEqual({ faults: [{ name: 'chat_dropped', rate: 1, count: 0 }] });
  });

  test('a seed gives the same turns again, whatever else is on, and another seed gives others', () => {
    const first = turns(7, { chat_dropped: 0.5 }, 200);
    expect(turns(7, { cue_missed: 0.5, chat_dropped: 0.5 }, 200)).toEqual(first);
    expect(turns(8, { chat_dropped: 0.5 }, 200)).not.toEqual(first);
  });

  test('what was due is not counted when the fault was switched off meanwhile', () => {
    const faults = new Faults(1);
    faults.set({ hold_stuck: 1 });
    expect(faults.isDue('hold_stuck')).toBe(true);
    faults.set({});
    expect(faults.count('hold_stuck')).toBe(false);
    expect(faults.answer()).toEqual({ faults: [] });
  });
});

describe('the admin side of faults', () => {
  let shop: FaultRig;
  afterEach(() => shop.close());

  test('without faults none is listed', async () => {
    shop = await FaultRig.start(undefined);
    expect(await shop.rig.admin('GET', '/admin/faults')).toEqual({ status: 200, body: { faults: [] } });
  });

  test('all can be switched on at once, each at its default rate', async () => {
    shop = await FaultRig.start({});
    const answer = await shop.set(Object.fromEntries(FAULT_NAMES.map((name) => [name, null])));
    const listed = FAULT_NAMES.map((name) => ({ name, rate: FAULTS[name].defaultRate, count: 0 }));
    expect(answer).toEqual({ status: 200, body: { faults: listed } });
  });

  test('a new list replaces the old one, and counts begin anew', async () => {
    shop = await FaultRig.start({ throttled_200: null, sold_out_early: 1 });
    await shop.cart('a');
    expect(await shop.counts()).toMatchObject({ sold_out_early: 1 });
    await shop.set({ sold_out_early: 0.5 });
    expect((await shop.rig.admin('GET', '/admin/faults')).body).toEqual({
      faults: [{ name: 'sold_out_early', rate: 0.5, count: 0 }],
    });
    await shop.set({});
    expect((await shop.cart('a')).status).toBe(201);
    expect(await shop.counts()).toEqual({});
  });

  test.each([
    ['an unknown name', { stock_rac: 1 }, /no fault "stock_rac"; there are: stock_race, key_ignored, .*wrong_buyer/],
    ['a rate of 0', { stock_race: 0 }, /rate of stock_race/],
    ['a rate above 1', { stock_race: 1.01 }, /rate of stock_race/],
    ['a rate that is a text', { stock_race: '1' }, /stock_race/],
    ['a name that every object has', { constructor: 1 }, /no fault "constructor"/],
  ])('refuses %s, and keeps what was on', async (_, faults, message) => {
    shop = await FaultRig.start({ wrong_price: null });
    const answer = await shop.rig.admin('PUT', '/admin/faults', { faults });
    expect(answer).toMatchObject({ status: 400, body: { error: 'bad_request' } });
    expect(answer.body.message).toMatch(message);
    expect(await shop.counts()).toEqual({ wrong_price: 0 });
  });

  test('needs the token', async () => {
    shop = await FaultRig.start({});
    expect((await shop.rig.request('GET', '/admin/faults')).status).toBe(401);
    expect((await shop.rig.request('PUT', '/admin/faults', { faults: {} })).status).toBe(401);
  });

  test('the faults of rooms are refused with several processes, those of the shop are not', async () => {
    shop = await FaultRig.start({ throttled_200: 1 }, { processes: 2 });
    expect((await shop.cart('a')).body.error).toBe('throttled');
    const answer = await shop.set({ chat_dropped: null });
    expect(answer).toMatchObject({ status: 400, body: { error: 'bad_request' } });
    expect(answer.body.message).toMatch(/chat_dropped cannot be switched on: .*one process/);
  });
});

test('a stub does not start with a fault that cannot be', async () => {
  await expect(startStub({ faults: { nonsense: null } })).rejects.toThrow(/no fault "nonsense"; there are: stock_race/);
  await expect(startStub({ faults: { stock_race: 2 } })).rejects.toThrow(RangeError);
  const elsewhere = { store: 'redis://127.0.0.1:1', faults: { stock_race: null } };
  await expect(startStub(elsewhere)).rejects.toThrow(/stock_race cannot be switched on: .*memory store/);
  await expect(startStub({ processes: 2, faults: { cue_missed: null } })).rejects.toThrow(/one process/);
});
