import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { FaultRig, FAULT_SHOW } from './fault-rig.ts';
import { range } from './helpers.ts';

/** Every fault of the store, seen from outside: over HTTP and in the books. */
let shop: FaultRig;
afterEach(() => shop.close());

const SHORT_HOLDS = { ...FAULT_SHOW, holdMs: 1000 };

/** Until the holds of `SHORT_HOLDS` have ended. Reading the books ends them. */
async function booksWhen(ended: (books: Awaited<ReturnType<FaultRig['rig']['books']>>) => boolean) {
  for (;;) {
    const books = await shop.rig.books();
    if (ended(books)) return books;
    await delay(5);
  }
}
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

test('stock_race sells more than there is, and the counter of the shelf hides it', async () => {
  shop = await FaultRig.start({ stock_race: 1 });
  const answers = await Promise.all(range(1, 25).map((i) => shop.cart(`v${i}`)));
  const made = answers.filter((answer) => answer.status === 201);
  expect(made.length).toBeGreaterThan(5);
  expect((await shop.counts()).stock_race).toBeGreaterThan(0);
  const { products, reservations, movements } = await shop.rig.books();
  expect(sum(reservations.map((each) => each.units))).toBe(made.length);
  expect(products[0]).toMatchObject({ stocked: 5, held: made.length });
  expect(products[0].left).toBeGreaterThanOrEqual(0);
  expect(sum(movements.filter((move) => move.product === 'serum').map((move) => move.units))).toBe(5 - made.length);
});

test('stock_race does nothing to buyers who come one after the other', async () => {
  shop = await FaultRig.start({ stock_race: 1, limit_race: 1 });
  const statuses: number[] = [];
  for (const i of range(1, 7)) statuses.push((await shop.cart(`v${i}`)).status);
  expect(statuses).toEqual([201, 201, 201, 201, 201, 409, 409]);
  expect(await shop.counts()).toEqual({ stock_race: 0, limit_race: 0 });
});

test('a race keeps the promises of keys: twins make one cart', async () => {
  shop = await FaultRig.start({ stock_race: 1 });
  const [first, twin] = await Promise.all(['a', 'a'].map((viewer) => shop.cart(viewer, 'serum', { key: 'k' })));
  expect([first.status, twin.status].sort()).toEqual([201, 409]);
  expect([first, twin].find((answer) => answer.status === 409)?.body.error).toBe('in_progress');
  expect((await shop.rig.books()).reservations).toHaveLength(1);
});

test('limit_race lets a buyer who asks many times at once pass the limit, and sells no more than there is', async () => {
  shop = await FaultRig.start({ limit_race: 1 });
  const answers = await Promise.all(range(1, 60).map(() => shop.cart('ann', 'balm')));
  const made = answers.filter((answer) => answer.status === 201).length;
  expect(made).toBeGreaterThan(2);
  expect(made).toBeLessThanOrEqual(50);
  // Nobody is beyond the limit before more is paid for.
  expect(await shop.counts()).toEqual({ limit_race: 0 });
  for (const { body } of answers.filter((answer) => answer.status === 201)) {
    const { order } = (await shop.checkout('ann', body.cart)).body;
    expect((await shop.pay('ann', order)).status).toBe(201);
  }
  expect(await shop.counts()).toEqual({ limit_race: made - 2 });
  expect((await shop.rig.books()).products[1]).toEqual({
    id: 'balm',
    stocked: 50,
    sold: made,
    held: 0,
    left: 50 - made,
  });
});

test('key_ignored makes another cart and captures again, and still refuses another request', async () => {
  shop = await FaultRig.start({ key_ignored: 1 });
  const first = await shop.cart('a', 'serum', { key: 'k' });
  const second = await shop.cart('a', 'serum', { key: 'k' });
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body.cart).not.toBe(first.body.cart);
  const { order } = (await shop.checkout('a', first.body.cart)).body;
  const paid = await shop.pay('a', order, 'p');
  const again = await shop.pay('a', order, 'p');
  expect([paid.status, again.status]).toEqual([201, 201]);
  expect(again.body.payment).not.toBe(paid.body.payment);
  expect((await shop.cart('b', 'serum', { key: 'k' })).body.error).toBe('key_reused');
  expect(await shop.counts()).toEqual({ key_ignored: 2 });
  const { orders, payments } = await shop.rig.books();
  expect(orders).toMatchObject([{ id: order, status: 'paid', amountMinor: 2900 }]);
  expect(payments).toMatchObject([
    { order, status: 'captured', amountMinor: 2900 },
    { order, status: 'captured', amountMinor: 2900 },
  ]);
});

test('key_ignored captures twins of a payment that is under way', async () => {
  shop = await FaultRig.start({ key_ignored: 1 }, { paymentDelayMs: 50 });
  const order = await shop.order('a');
  const answers = await Promise.all([shop.pay('a', order, 'p'), shop.pay('a', order, 'p')]);
  expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
  expect((await shop.rig.books()).payments.filter((payment) => payment.status === 'captured')).toHaveLength(2);
  expect(await shop.counts()).toEqual({ key_ignored: 1 });
});

test('confirmed_not_saved confirms a payment that nobody knows of, and the order is cancelled', async () => {
  shop = await FaultRig.start({ confirmed_not_saved: 1 }, {}, SHORT_HOLDS);
  const order = await shop.order('a');
  expect(await shop.pay('a', order)).toMatchObject({ status: 201, body: { order, status: 'captured' } });
  expect(await shop.counts()).toEqual({ confirmed_not_saved: 1 });
  const books = await booksWhen(({ orders }) => orders[0].status !== 'pending');
  expect(books).toMatchObject({ orders: [{ id: order, status: 'cancelled' }], payments: [] });
  expect(books.products[0]).toMatchObject({ sold: 0, held: 0, left: 5 });
});

test('captured_twice charges, fails, and charges the retry with the same key', async () => {
  shop = await FaultRig.start({ captured_twice: 1 });
  const order = await shop.order('a');
  expect(await shop.pay('a', order, 'p')).toMatchObject({ status: 500, body: { error: 'internal' } });
  expect((await shop.rig.books()).orders).toMatchObject([{ status: 'pending' }]);
  const paid = await shop.pay('a', order, 'p');
  expect(paid.status).toBe(201);
  expect(await shop.pay('a', order, 'p')).toEqual(paid);
  expect(await shop.counts()).toEqual({ captured_twice: 1 });
  const { orders, payments } = await shop.rig.books();
  expect(orders).toMatchObject([{ id: order, status: 'paid' }]);
  expect(payments.map((payment) => payment.status)).toEqual(['captured', 'captured']);
});

test('wrong_price asks for 1 to 20 percent more than the cart promised', async () => {
  shop = await FaultRig.start({ wrong_price: 1 });
  for (const i of range(1, 5)) {
    const { cart, priceMinor } = (await shop.cart(`v${i}`)).body;
    const { order, amountMinor } = (await shop.checkout(`v${i}`, cart)).body;
    expect(priceMinor).toBe(2900);
    expect(amountMinor).toBeGreaterThanOrEqual(2929);
    expect(amountMinor).toBeLessThanOrEqual(3480);
    expect((await shop.pay(`v${i}`, order)).body.amountMinor).toBe(amountMinor);
    expect((await shop.rig.books()).orders.find(({ id }) => id === order)?.amountMinor).toBe(amountMinor);
  }
  expect(await shop.counts()).toEqual({ wrong_price: 5 });
});

test('coupon_stacked takes the discount off twice, and nothing from carts without a coupon', async () => {
  shop = await FaultRig.start({ coupon_stacked: 1 });
  expect((await shop.cart('a', 'balm')).body).toMatchObject({ priceMinor: 1000, discountMinor: 0 });
  const { cart, discountMinor } = (await shop.cart('b', 'balm', { coupon: 'LIVE' })).body;
  expect(discountMinor).toBe(200);
  expect((await shop.checkout('b', cart)).body.amountMinor).toBe(800);
  expect(await shop.counts()).toEqual({ coupon_stacked: 1 });
});

test('sold_out_early counts only buyers who could have had the units', async () => {
  shop = await FaultRig.start({ sold_out_early: 1 });
  expect(await shop.cart('a')).toMatchObject({ status: 409, body: { error: 'sold_out' } });
  expect((await shop.rig.request('GET', '/products/serum')).body.left).toBe(5);
  expect((await shop.cart('a', 'serum', { units: 6 })).body.error).toBe('sold_out');
  expect((await shop.cart('a', 'balm', { units: 3 })).body.error).toBe('limit_reached');
  expect((await shop.cart('a', 'mask')).body.error).toBe('not_open');
  expect(await shop.counts()).toEqual({ sold_out_early: 1 });
  expect((await shop.rig.books()).reservations).toEqual([]);
});

test('refund_lost_units gives the money back and not the units', async () => {
  shop = await FaultRig.start({ refund_lost_units: 1 });
  const order = await shop.order('a', 'balm', 2);
  await shop.pay('a', order);
  expect(await shop.refund(order)).toMatchObject({ status: 201, body: { amountMinor: 2000 } });
  expect(await shop.counts()).toEqual({ refund_lost_units: 1 });
  const { products, orders, payments, reservations, movements } = await shop.rig.books();
  expect(products[1]).toEqual({ id: 'balm', stocked: 50, sold: 0, held: 0, left: 48 });
  expect([orders[0].status, payments[0].status, reservations[0].status]).toEqual(['refunded', 'refunded', 'refunded']);
  expect(movements.some((move) => move.kind === 'refund')).toBe(false);
  // The buyer may buy again.
  expect((await shop.cart('a', 'balm', { units: 2 })).status).toBe(201);
});

test('hold_stuck keeps the units of a cart and of an order that nobody paid', async () => {
  shop = await FaultRig.start({ hold_stuck: 1 }, {}, SHORT_HOLDS);
  const { cart } = (await shop.cart('a')).body;
  await shop.order('b', 'serum', 2);
  expect(await shop.counts()).toEqual({ hold_stuck: 0 });
  const books = await booksWhen(({ at, reservations }) => reservations.every(({ expiresAt }) => expiresAt < at));
  expect(await shop.counts()).toEqual({ hold_stuck: 2 });
  expect(books.reservations.map((each) => each.status)).toEqual(['held', 'held']);
  expect(books.products[0]).toMatchObject({ sold: 0, held: 3, left: 2 });
  expect((await shop.checkout('a', cart)).body.error).toBe('expired');
});

test('hold_stuck is not counted for what is paid', async () => {
  shop = await FaultRig.start({ hold_stuck: 1 });
  await shop.pay('a', await shop.order('a'));
  expect(await shop.counts()).toEqual({ hold_stuck: 0 });
  expect((await shop.rig.books()).products[0]).toMatchObject({ sold: 1, held: 0, left: 4 });
});
