import { describe, expect, it } from 'vitest';
import { ANSWER, INTENT } from '../../sim/crowd/intents.ts';
import { captured, cut, json, refusing, RETRIES, rig, silent, type Reply } from './purchases-rig.ts';

const PAID = { orders: 1, unknown: 0, rejected: 0, gmv: 1500, unitsPaid: 3, unitsUnknown: 0 };
const UNKNOWN = { orders: 0, unknown: 1, rejected: 0, gmv: 0, unitsPaid: 0, unitsUnknown: 3 };
const NOTHING = { orders: 0, unknown: 0, rejected: 0, gmv: 0, unitsPaid: 0, unitsUnknown: 0 };

describe('an idempotency key', () => {
  it('is the same when a step is tried again, and so is the request', async () => {
    const shop = await rig([cut, json(503, {}), captured]);
    for (let attempt = 0; attempt <= RETRIES; attempt++) await shop.step(INTENT.pay, attempt);
    const [first, ...others] = shop.asked;
    expect(first).toMatchObject({ path: '/payments', body: '{"viewer":"feed-1","order":"o1","card":"tok_good"}' });
    expect(first.key).toMatch(/./);
    const same = { path: first.path, key: first.key, body: first.body };
    expect(others).toMatchObject([same, same]);
  });

  it('is another for another step, and for another run', async () => {
    const cart = json(201, { cart: 'c1', priceMinor: 500, units: 3, expiresAt: 1 });
    const order = json(201, { order: 'o1', amountMinor: 1500, units: 3, expiresAt: 1 });
    const shop = await rig([cart, order, captured]);
    for (const kind of [INTENT.cart, INTENT.checkout, INTENT.pay]) expect(await shop.step(kind)).toBe(ANSWER.ok);
    const other = await rig([captured], 'run2');
    await other.step(INTENT.pay);
    const keys = [...shop.asked, ...other.asked].map((request) => request.key);
    expect(new Set(keys).size).toBe(4);
  });
});

describe('a payment without a definite answer', () => {
  it.each([
    ['a time-out', silent],
    ['a cut line', cut],
    ['a server error', json(500, { error: 'internal' })],
    ['an answer that cannot be read', json(201, undefined)],
  ])('(%s) is booked as nothing yet; tried again and paid, it is one order', async (_, reply) => {
    const shop = await rig([reply, captured]);
    expect(await shop.step(INTENT.pay)).toBe(ANSWER.unsure);
    expect(shop.booked()).toMatchObject(NOTHING);
    expect(await shop.step(INTENT.pay, 1)).toBe(ANSWER.ok);
    expect(shop.booked()).toMatchObject(PAID);
    shop.leave();
    shop.purchases.end();
    expect(shop.booked()).toMatchObject(NOTHING);
  });

  it('is unknown after the last try', async () => {
    const shop = await rig([cut, cut, cut]);
    for (let attempt = 0; attempt <= RETRIES; attempt++) await shop.step(INTENT.pay, attempt);
    const booked = shop.booked();
    expect(booked).toMatchObject(UNKNOWN);
    expect(booked.of('lostUnknown')).toBe(1);
    shop.purchases.end();
    expect(shop.booked()).toMatchObject(NOTHING);
  });

  it('is unknown when the viewer leaves, or the run ends, before it is tried again', async () => {
    const leaving = await rig([silent]);
    await leaving.step(INTENT.pay);
    leaving.leave();
    expect(leaving.booked()).toMatchObject(UNKNOWN);

    const ending = await rig([silent]);
    await ending.step(INTENT.pay);
    ending.purchases.end();
    expect(ending.booked()).toMatchObject(UNKNOWN);
  });

  it('is unknown when the run ends while it is under way', async () => {
    const shop = await rig([silent]);
    shop.begin(INTENT.pay);
    while (shop.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await shop.http.destroy();
    shop.purchases.end();
    expect(shop.booked()).toMatchObject(UNKNOWN);
  });

  it('is settled by an answer that comes after the viewer has left', async () => {
    let answer = (): void => undefined;
    const later: Reply = (response) => (answer = () => captured(response));
    const shop = await rig([cut, later]);
    await shop.step(INTENT.pay);
    shop.begin(INTENT.pay, 1);
    while (shop.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
    shop.leave();
    expect(shop.booked()).toMatchObject(NOTHING);
    answer();
    await shop.answered();
    expect(shop.booked()).toMatchObject(PAID);
  });

  it.each([
    ['the first try is still under way', refusing(409, 'in_progress')],
    ['too many requests', refusing(429, 'throttled')],
  ])(
    'stays unknown when the last word is "%s": that does not undo what an earlier try may have done',
    async (_, last) => {
      const shop = await rig([silent, last, last]);
      for (let attempt = 0; attempt <= RETRIES; attempt++)
        expect(await shop.step(INTENT.pay, attempt)).toBe(ANSWER.unsure);
      expect(shop.booked()).toMatchObject(UNKNOWN);
    },
  );

  it('is definite when a later try is refused for good', async () => {
    const shop = await rig([silent, refusing(402, 'card_declined')]);
    await shop.step(INTENT.pay);
    expect(await shop.step(INTENT.pay, 1)).toBe(ANSWER.no);
    const booked = shop.booked();
    expect(booked).toMatchObject({ ...NOTHING, rejected: 1 });
    expect(booked.of('lostDeclined')).toBe(1);
  });
});

describe('the connection of a viewer', () => {
  it('is its own, from its first request to its leaving', async () => {
    const declined = refusing(402, 'card_declined');
    const shop = await rig([declined, declined, declined]);
    const first = shop.row;
    for (let i = 0; i < 2; i++) await shop.step(INTENT.pay);
    shop.leave();
    expect(shop.come()).toBe(first);
    await shop.step(INTENT.pay);
    const [a, b, other] = shop.asked.map(({ from }) => from);
    expect(b).toBe(a);
    expect(other).not.toBe(a);
  });
});

describe('a definite answer', () => {
  it.each([
    ['sold_out', 409, 'lostSoldOut'],
    ['not_open', 409, 'lostSoldOut'],
    ['limit_reached', 409, 'lostFailed'],
    ['expired', 410, 'lostFailed'],
  ] as const)('"%s" ends the purchase and is booked once', async (error, status, loss) => {
    const shop = await rig([refusing(status, error)]);
    expect(await shop.step(INTENT.cart)).toBe(ANSWER.no);
    const booked = shop.booked();
    expect(booked).toMatchObject({ ...NOTHING, rejected: 1 });
    expect(booked.of(loss)).toBe(1);
    expect(booked.of('carted')).toBe(0);
  });

  it('to an extra tap moves nobody along the funnel', async () => {
    const product = json(200, { id: 'mug', title: 'Mug', priceMinor: 500, currency: 'USD', left: 9, open: true });
    const shop = await rig([product, product]);
    expect(await shop.step(INTENT.view)).toBe(ANSWER.ok);
    shop.begin(INTENT.view, -1);
    while (shop.http.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(shop.asked).toHaveLength(2);
    expect(shop.booked().of('clicked')).toBe(1);
  });
});
