import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startStub } from '../../server-stub/index.ts';
import { Rig, SHOW, type Answer } from './helpers.ts';

let rig: Rig;
let keys = 0;

beforeEach(async () => {
  keys = 0;
  rig = await Rig.start();
});
afterEach(() => rig.close());

const post = (path: string, body: unknown, key?: string) =>
  rig.request('POST', path, body, key === undefined ? {} : { 'idempotency-key': key });
const cart = (viewer: string, units = 1, product = 'serum', key?: string) =>
  post('/carts', { viewer, product, units }, key);
const pay = (viewer: string, order: string, card = 'tok_good', key = `pay-${keys++}`) =>
  post('/payments', { viewer, order, card }, key);
const told = ({ status, body }: Answer) => `${status} ${body.error}`;

async function order(viewer: string, units = 1): Promise<string> {
  const made = await cart(viewer, units);
  return (await post('/checkouts', { viewer, cart: made.body.cart })).body.order;
}

test('a purchase from the product page to the refund', async () => {
  const page = await rig.request('GET', '/products/serum');
  const shown = { id: 'serum', title: 'Hair serum', priceMinor: 2900, currency: 'USD', left: 5, open: true };
  expect(page).toEqual({ status: 200, body: shown });
  const made = await cart('ann', 2);
  expect(made).toMatchObject({ status: 201, body: { priceMinor: 2900, units: 2 } });
  const placed = await post('/checkouts', { viewer: 'ann', cart: made.body.cart });
  expect(placed).toMatchObject({ status: 201, body: { amountMinor: 5800, units: 2 } });
  expect(placed.body.expiresAt).toBeGreaterThan(Date.now() + 50_000);
  const paid = await pay('ann', placed.body.order);
  expect(paid).toMatchObject({
    status: 201,
    body: { order: placed.body.order, amountMinor: 5800, status: 'captured' },
  });
  expect((await rig.books()).products[0]).toEqual({ id: 'serum', stocked: 5, sold: 2, held: 0, left: 3 });
  const refunded = await post('/refunds', { order: placed.body.order }, 'r');
  expect(refunded).toMatchObject({ status: 201, body: { amountMinor: 5800 } });
  const books = await rig.books();
  expect(books.products[0]).toEqual({ id: 'serum', stocked: 5, sold: 0, held: 0, left: 5 });
  expect(books.movements.filter((move) => move.product === 'serum').map((move) => [move.kind, move.units])).toEqual([
    ['initial', 5],
    ['reserve', -2],
    ['refund', 2],
  ]);
});

test('every refusal has its status and its code', async () => {
  expect(told(await rig.request('GET', '/products/none'))).toBe('404 not_found');
  expect(told(await cart('a', 1, 'none'))).toBe('404 not_found');
  expect(told(await cart('a', 1, 'mask'))).toBe('409 not_open');
  expect(told(await cart('a', 3))).toBe('409 limit_reached');
  await cart('a', 2);
  await cart('b', 2);
  expect(told(await cart('c', 2))).toBe('409 sold_out');
  expect(told(await post('/checkouts', { viewer: 'c', cart: 'none' }))).toBe('404 not_found');
  const id = await order('c');
  expect(told(await pay('c', id, 'tok_declined'))).toBe('402 card_declined');
  expect((await pay('c', id)).status).toBe(201);
  await post('/refunds', { order: id }, 'r');
  expect(told(await pay('c', id))).toBe('410 expired');
});

test('the same key gives the same status and body', async () => {
  const first = await cart('a', 1, 'serum', 'k');
  expect(await cart('a', 1, 'serum', 'k')).toEqual(first);
  expect(told(await cart('a', 2, 'serum', 'k'))).toBe('409 key_reused');
  const id = await order('b');
  const declined = await pay('b', id, 'tok_declined', 'p1');
  expect(await pay('b', id, 'tok_declined', 'p1')).toEqual(declined);
  const paid = await pay('b', id, 'tok_good', 'p2');
  expect(await pay('b', id, 'tok_good', 'p2')).toEqual(paid);
  expect(told(await pay('b', id, 'tok_declined', 'p2'))).toBe('409 key_reused');
});

test('concurrent twins of a slow payment charge once', async () => {
  await rig.close();
  rig = await Rig.start({ paymentDelayMs: 60 });
  const id = await order('a');
  const answers = await Promise.all([
    pay('a', id, 'tok_good', 'k'),
    pay('a', id, 'tok_good', 'k'),
    pay('a', id, 'tok_good', 'other'),
  ]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  expect(answers.filter((answer) => answer.body.error === 'in_progress')).toHaveLength(2);
  expect((await pay('a', id, 'tok_good', 'k')).status).toBe(201);
  expect((await rig.books()).payments).toHaveLength(1);
});

test('60 buyers at once cannot buy more than there is', async () => {
  const buy = async (viewer: string): Promise<number> => {
    const made = await cart(viewer);
    if (made.status !== 201) return 0;
    const placed = await post('/checkouts', { viewer, cart: made.body.cart });
    return (await pay(viewer, placed.body.order, 'tok_good', viewer)).body.units;
  };
  const bought = await Promise.all(Array.from({ length: 60 }, (_, i) => buy(`v${i}`)));
  expect(bought.reduce((sum, units) => sum + units, 0)).toBe(5);
  expect((await rig.books()).products[0]).toEqual({ id: 'serum', stocked: 5, sold: 5, held: 0, left: 0 });
});

describe('bad requests are 400 in the shape of the shop', () => {
  test.each([
    ['units of 0', '/carts', { viewer: 'a', product: 'serum', units: 0 }],
    ['units as text', '/carts', { viewer: 'a', product: 'serum', units: '1' }],
    ['half a unit', '/carts', { viewer: 'a', product: 'serum', units: 1.5 }],
    ['no viewer', '/carts', { product: 'serum', units: 1 }],
    ['an unknown field', '/carts', { viewer: 'a', product: 'serum', units: 1, discount: 5 }],
    ['no cart', '/checkouts', { viewer: 'a' }],
    ['an unknown card', '/payments', { viewer: 'a', order: 'o', card: 'gold' }],
    ['an order that is a number', '/refunds', { order: 7 }],
  ])('%s', async (_, path, body) => {
    const answer = await post(path, body, 'k');
    expect(told(answer)).toBe('400 bad_request');
    expect(Object.keys(answer.body)).toEqual(['error', 'message']);
  });

  test.each([
    ['/payments', { viewer: 'a', order: 'o', card: 'tok_good' }],
    ['/refunds', { order: 'o' }],
  ])('%s without a key', async (path, body) => {
    const answer = await post(path, body);
    expect(told(answer)).toBe('400 bad_request');
    expect(answer.body.message).toContain('idempotency-key');
  });

  test('what is not JSON, and routes that do not exist', async () => {
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${rig.stub.url}/carts`, { method: 'POST', headers, body: '{"viewer":' });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ error: 'bad_request' });
    expect(told(await rig.request('GET', '/nothing'))).toBe('404 not_found');
  });
});

describe('the admin side', () => {
  test.each([
    ['PUT', '/admin/show'],
    ['POST', '/admin/cues'],
    ['GET', '/admin/books'],
  ])('%s %s needs the token', async (method, path) => {
    const body = method === 'GET' ? undefined : {};
    expect((await rig.request(method, path, body)).status).toBe(401);
    expect((await rig.request(method, path, body, { 'x-admin-token': `${rig.stub.adminToken}x` })).status).toBe(401);
  });

  test.each([
    ['no rooms', { rooms: [] }],
    ['a negative stock', { products: [{ ...SHOW.products[0], stock: -1 }] }],
    ['a price with a fraction', { products: [{ ...SHOW.products[0], priceMinor: 9.99 }] }],
    ['two products of one id', { products: [SHOW.products[0], SHOW.products[0]] }],
    ['a hold of 0', { holdMs: 0 }],
  ])('refuses a show with %s, and keeps the old one', async (_, patch) => {
    await cart('a');
    expect(told(await rig.admin('PUT', '/admin/show', { ...SHOW, ...patch }))).toBe('400 bad_request');
    expect((await rig.books()).products[0]).toMatchObject({ held: 1, left: 4 });
    await rig.viewer('still-welcome');
  });

  test.each([
    ['a room that does not exist', { kind: 'pin', room: 'none' }, '404 not_found'],
    ['a product that does not exist', { kind: 'drop', product: 'none' }, '404 not_found'],
    ['a drop of nothing', { kind: 'drop' }, '400 bad_request'],
    ['a price without a price', { kind: 'price', product: 'serum' }, '400 bad_request'],
    ['a restock without units', { kind: 'restock', product: 'serum' }, '400 bad_request'],
    ['an unknown kind', { kind: 'dance' }, '400 bad_request'],
  ])('refuses a cue for %s', async (_, patch, expected) => {
    expect(told(await rig.admin('POST', '/admin/cues', { id: 'c', room: 'main', ...patch }))).toBe(expected);
  });

  test('drop, price, restock and close change the shop', async () => {
    const page = async () => (await rig.request('GET', '/products/mask')).body;
    await rig.cue({ id: '1', kind: 'drop', product: 'mask', priceMinor: 990 });
    expect(await page()).toMatchObject({ priceMinor: 990, left: 3, open: true });
    await rig.cue({ id: '2', kind: 'restock', product: 'mask', units: 4 });
    await rig.cue({ id: '2', kind: 'restock', product: 'mask', units: 4 });
    await rig.cue({ id: '3', kind: 'price', product: 'mask', priceMinor: 500 });
    expect(await page()).toMatchObject({ priceMinor: 500, left: 7, open: true });
    await rig.cue({ id: '4', kind: 'close', product: 'mask' });
    expect(await page()).toMatchObject({ left: 0, open: false });
  });
});

test('a port in use and options that cannot be are errors', async () => {
  await expect(startStub({ port: rig.stub.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await expect(startStub({ coalesceMs: -1 })).rejects.toThrow(/coalesceMs/);
  await expect(startStub({ chatPerViewer: { messages: Number.NaN, perMs: 1 } })).rejects.toThrow(/messages/);
  await expect(startStub({ coalesce: 5 } as never)).rejects.toThrow(/unknown option "coalesce"/);
});
