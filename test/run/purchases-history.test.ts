import { describe, expect, it } from 'vitest';
import { INTENT } from '../../sim/crowd/intents.ts';
import { buyers, captured, cut, json, refusing, rig, silent } from './purchases-rig.ts';

const CART = json(201, { cart: 'c1', priceMinor: 500, units: 3, discountMinor: 150, expiresAt: 1 });
const ORDER = json(201, { order: 'o1', amountMinor: 1350, units: 3, expiresAt: 1 });
const GIVEN_BACK = json(201, { refund: 'r1', order: 'o1', amountMinor: 1350 });

describe('the history of a purchase', () => {
  it('holds what was sent, and what was told', async () => {
    const shop = await rig([CART, ORDER, captured]);
    for (const kind of [INTENT.cart, INTENT.checkout, INTENT.pay]) await shop.step(kind);
    expect(shop.history.of('sent')).toMatchObject([
      { v: 'feed-1', p: 'feed-1/0', s: 'cart', a: 0, x: 'mug', u: 3, k: 'run1/feed-1/0/cart' },
      { v: 'feed-1', p: 'feed-1/0', s: 'checkout', a: 0, k: 'run1/feed-1/0/checkout' },
      { v: 'feed-1', p: 'feed-1/0', s: 'pay', a: 0, k: 'run1/feed-1/0/pay' },
    ]);
    expect(shop.history.of('told')).toMatchObject([
      { s: 'cart', o: 'ok', h: 201, cart: 'c1', price: 500, u: 3, off: 150 },
      { s: 'checkout', o: 'ok', h: 201, order: 'o1', amount: 1350 },
      { s: 'pay', o: 'ok', h: 201, order: 'o1', pay: 'p1', amount: 1500 },
    ]);
  });

  it('says what is not known: a time-out, a cut line, a server error, each with its try', async () => {
    const shop = await rig([silent, cut, json(503, { error: 'internal' })]);
    for (let attempt = 0; attempt < 3; attempt++) await shop.step(INTENT.pay, attempt);
    expect(shop.history.of('told').map(({ a, o, c, h }) => [a, o, c, h])).toEqual([
      [0, 'unknown', 'timeout', undefined],
      [1, 'unknown', 'broken', undefined],
      [2, 'unknown', 'broken', 503],
    ]);
  });

  it('marks what never left this machine', async () => {
    const shop = await rig([]);
    await shop.http.destroy();
    await shop.step(INTENT.pay);
    expect(shop.history.of('told')).toMatchObject([{ s: 'pay', o: 'rejected', c: 'refused', un: 1 }]);
  });

  it('holds a refusal under a status of success as what it is', async () => {
    const shop = await rig([
      refusing(200, 'throttled'),
      json(201, {
        cart: '',
        priceMinor: 500,
        units: 0,
        discountMinor: 0,
        expiresAt: 1,
        warnings: ['not_enough_stock'],
      }),
    ]);
    await shop.step(INTENT.cart);
    await shop.step(INTENT.cart, 1);
    expect(shop.history.of('told').map(({ o, c, h }) => [o, c, h])).toEqual([
      ['rejected', 'throttled', 200],
      ['rejected', 'sold_out', 201],
    ]);
  });
});

describe('what buyers do besides', () => {
  it('enters a coupon with the cart', async () => {
    const shop = await rig([CART], 'run1', buyers({ coupons: '100%' }));
    await shop.step(INTENT.cart);
    expect(JSON.parse(shop.asked[0].body)).toMatchObject({ product: 'mug', coupon: 'LIVE10' });
    expect(shop.history.of('sent')).toMatchObject([{ s: 'cart', cp: 'LIVE10' }]);
  });

  it('sends a payment twice at once, with one key, over two connections; the first answer counts', async () => {
    const shop = await rig([captured, captured], 'run1', buyers({ doubleTaps: '100%' }));
    await shop.step(INTENT.pay);
    while (shop.history.of('told').length < 2) await new Promise((resolve) => setImmediate(resolve));
    const [first, second] = shop.asked;
    expect(second).toMatchObject({ path: '/payments', key: first.key, body: first.body });
    expect(second.from).not.toBe(first.from);
    expect(shop.history.of('sent').map(({ a }) => a)).toEqual([0, -1]);
    expect(shop.booked()).toMatchObject({ orders: 1, unitsPaid: 3 });
  });

  it('buys on two devices at once, with two keys and two carts; both purchases count, one viewer', async () => {
    const shop = await rig([CART, CART, ORDER, captured], 'run1', buyers({ twoDevices: '100%' }));
    await shop.step(INTENT.cart);
    while (shop.history.of('told').length < 4) await new Promise((resolve) => setImmediate(resolve));
    expect(shop.history.of('sent').map(({ p, s }) => `${p} ${s}`)).toEqual([
      'feed-1/0 cart',
      'feed-1/0b cart',
      'feed-1/0b checkout',
      'feed-1/0b pay',
    ]);
    expect(new Set(shop.asked.map(({ key }) => key)).size).toBe(4);
    const booked = shop.booked();
    expect(booked).toMatchObject({ orders: 1, unitsPaid: 3 });
    expect([booked.of('carted'), booked.of('paid')]).toEqual([1, 0]);
  });

  it('stops on the second device when the shop refuses', async () => {
    const shop = await rig([CART, refusing(409, 'limit_reached')], 'run1', buyers({ twoDevices: '100%' }));
    await shop.step(INTENT.cart);
    while (shop.history.of('told').length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(shop.history.of('sent')).toHaveLength(2);
    expect(shop.booked().of('lostFailed')).toBe(0);
  });

  it('gives an order back', async () => {
    const shop = await rig([captured, GIVEN_BACK]);
    await shop.step(INTENT.pay);
    shop.booked();
    await shop.step(INTENT.refund);
    expect(shop.asked[1]).toMatchObject({ path: '/refunds', body: '{"order":"o1"}' });
    const booked = shop.booked();
    expect(booked).toMatchObject({ orders: 0, unitsPaid: 0 });
    expect(booked.of('unitsRefunded')).toBe(3);
  });
});
