import { afterEach, expect, test } from 'vitest';
import { FaultRig } from './fault-rig.ts';

let shop: FaultRig;
afterEach(() => shop.close());

/** A payment whose answer nobody waits for longer than this. */
async function payAndHangUp(order: string, patienceMs: number): Promise<string> {
  const body = JSON.stringify({ viewer: 'a', order, card: 'tok_good' });
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'p' };
  const signal = AbortSignal.timeout(patienceMs);
  return fetch(`${shop.rig.stub.url}/payments`, { method: 'POST', body, headers, signal }).then(
    (answer) => `answered ${answer.status}`,
    (error: Error) => error.name,
  );
}

test('slow_answers answer 2.5 s late, and only the shop does', async () => {
  shop = await FaultRig.start({ slow_answers: 1 });
  const startedMs = performance.now();
  const slow = shop.cart('a');
  const others = async () => {
    expect((await shop.rig.request('GET', '/healthz')).status).toBe(200);
    expect((await shop.rig.books()).reservations).toHaveLength(1);
    return 'others';
  };
  expect(await Promise.race([slow, others()])).toBe('others');
  expect((await slow).status).toBe(201);
  expect(performance.now() - startedMs).toBeGreaterThan(2400);
  expect(await shop.counts()).toEqual({ slow_answers: 1 });
});

test('error_bursts answer everything with a 500 for a while, do nothing, and count as one', async () => {
  shop = await FaultRig.start({ error_bursts: 1 });
  const startedMs = performance.now();
  const answers = await Promise.all([
    shop.cart('a'),
    shop.cart('b'),
    shop.rig.request('GET', '/products/serum'),
    shop.refund('none'),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([500, 500, 500, 500]);
  expect((await shop.rig.request('GET', '/healthz')).status).toBe(200);
  const { reservations } = await shop.rig.books();
  expect(reservations).toEqual([]);
  const counts = await shop.counts();
  // A machine that stands still for longer than a burst may see a second one.
  const bursts = 1 + Math.floor((performance.now() - startedMs) / 300);
  expect(counts.error_bursts).toBeGreaterThan(0);
  expect(counts.error_bursts).toBeLessThanOrEqual(bursts);
  await shop.set({});
  expect((await shop.cart('a')).status).toBe(201);
});

test('answer_lost pays and says nothing, and the shop still closes in time', async () => {
  shop = await FaultRig.start({ answer_lost: 1 });
  const order = await shop.order('a');
  expect(await payAndHangUp(order, 150)).toBe('TimeoutError');
  expect(await shop.counts()).toEqual({ answer_lost: 1 });
  expect(await shop.rig.books()).toMatchObject({ orders: [{ status: 'paid' }], payments: [{ status: 'captured' }] });
  const hanging = payAndHangUp(order, 10_000);
  while ((await shop.counts()).answer_lost < 2);
  const startedMs = performance.now();
  await shop.close();
  expect(performance.now() - startedMs).toBeLessThan(1500);
  expect(await hanging).toBe('TypeError');
});

test('answer_lost leaves payments alone that were not captured', async () => {
  shop = await FaultRig.start({ answer_lost: 1 });
  expect((await shop.pay('a', 'none')).status).toBe(404);
  expect(await shop.counts()).toEqual({ answer_lost: 0 });
});

test('throttled_200 refuses in the body of a success, and nothing is done', async () => {
  shop = await FaultRig.start({ throttled_200: 1 });
  expect(await shop.cart('a')).toMatchObject({ status: 200, body: { error: 'throttled' } });
  expect(await shop.rig.request('GET', '/products/serum')).toMatchObject({ status: 200, body: { error: 'throttled' } });
  expect((await shop.rig.books()).reservations).toEqual([]);
  expect(await shop.counts()).toEqual({ throttled_200: 2 });
});

test('shortage_warning makes a success of a cart that is sold out, and of no other refusal', async () => {
  shop = await FaultRig.start({ shortage_warning: 1 });
  const answer = await shop.cart('a', 'serum', { units: 6 });
  expect(answer).toMatchObject({
    status: 201,
    body: { priceMinor: 2900, units: 0, discountMinor: 0, warnings: ['not_enough_stock'] },
  });
  expect((await shop.checkout('a', answer.body.cart)).status).toBe(404);
  expect((await shop.cart('a', 'balm', { units: 3 })).body.error).toBe('limit_reached');
  expect((await shop.cart('a')).body).not.toHaveProperty('warnings');
  expect((await shop.rig.books()).reservations).toHaveLength(1);
  expect(await shop.counts()).toEqual({ shortage_warning: 1 });
});

test('saved_not_confirmed captures and says that the card was declined', async () => {
  shop = await FaultRig.start({ saved_not_confirmed: 1 });
  const order = await shop.order('a');
  const answer = await shop.pay('a', order);
  expect(answer).toEqual({ status: 402, body: { error: 'card_declined', message: 'the card was declined' } });
  expect(await shop.rig.books()).toMatchObject({ orders: [{ status: 'paid' }], payments: [{ status: 'captured' }] });
  expect(await shop.counts()).toEqual({ saved_not_confirmed: 1 });
});

test('wrong_buyer answers with the order of somebody else, as soon as there is one', async () => {
  shop = await FaultRig.start({ wrong_buyer: 1 });
  const anns = await shop.order('ann');
  expect(await shop.order('ann')).not.toBe(anns);
  expect(await shop.counts()).toEqual({ wrong_buyer: 0 });
  const { orders } = await shop.rig.books();
  const told = await shop.order('bo');
  expect(orders.map(({ id, viewer }) => [id, viewer])).toContainEqual([told, 'ann']);
  expect((await shop.pay('bo', told)).status).toBe(404);
  expect(await shop.counts()).toEqual({ wrong_buyer: 1 });
});
