import { describe, expect, it } from 'vitest';
import { httpTarget } from '../../../sim/targets/http/http.ts';
import { httpOptions } from '../../../sim/targets/http/options.ts';
import type { ShowSetup } from '../../../sim/targets/target.ts';
import { answer, play } from '../answer.ts';
import { environment, someone } from '../viewer.ts';

const PAY = { request: 'POST /pay', json: { card: '{{card}}', sku: '{{product}}', key: '{{key}}' } };
const NOW_MS = environment.epochMs();

function target(more: object = {}) {
  const { steps, ...rest } = more as { steps?: object };
  const options = { url: 'https://shop.test/', steps: { pay: PAY, ...steps }, ...rest };
  return httpTarget(httpOptions.parse(options), environment);
}

describe('a shop by HTTP', () => {
  it('needs a URL and a way to pay', () => {
    const part = target();
    expect(part.health).toEqual({ method: 'GET', path: '/', origin: 'https://shop.test' });
    expect(Object.keys(part).toSorted()).toEqual(['health', 'name', 'shop']);
    const cart = part.shop!.step({ kind: 'cart', productId: 'mug', units: 1, idempotencyKey: 'k' }, someone());
    expect(cart).toEqual({ end: { status: 'ok', code: 'ok' } });
    expect(target({ health: null }).health).toBeNull();
    expect(target({ host: 'manual' }).host).toBeUndefined();
  });

  it('pays with its own names for products and cards', () => {
    const pay = (more: object, card: 'good' | 'declined') => {
      const intent = { kind: 'pay', productId: 'mug', idempotencyKey: 'k-1', card } as const;
      const { asked } = play(target(more).shop!.step(intent, someone()), answer(200));
      return JSON.parse(asked[0].body ?? '') as unknown;
    };
    expect(pay({}, 'declined')).toEqual({ card: 'declined', sku: 'mug', key: 'k-1' });
    const names = { products: { mug: 'SKU 1' }, cards: { good: 'tok_visa', declined: 'tok_no' } };
    expect(pay(names, 'good')).toEqual({ card: 'tok_visa', sku: 'SKU 1', key: 'k-1' });
  });

  it('shows a token of the viewer’s own', () => {
    const part = target({ jwt: { secret: 's' }, headers: { Authorization: 'Bearer {{token}}' } });
    const viewer = someone();
    const intent = { kind: 'pay', productId: 'mug', idempotencyKey: 'k-1', card: 'good' } as const;
    const { asked } = play(part.shop!.step(intent, viewer), answer(200));
    expect(asked[0].headers?.authorization).toBe(`Bearer ${viewer.account.jwtShop}`);
  });

  it.each([
    [{ steps: {} }, 'steps.pay'],
    [{ url: 'https://shop.test/path' }, 'url'],
    [{ url: 'ftp://shop.test' }, 'url'],
    [{ money: 'cents' }, 'money'],
    [{ steps: { pay: PAY, view: { request: 'GET /{{units}}' } } }, 'steps.view'],
    [{ host: { cues: { sale: { request: 'POST /sale' } } } }, 'host'],
    [{ books: { orders: { request: 'GET /orders', each: '$[*]', columns: { id: '$.id' } } } }, 'books.orders'],
    [{ health: 'POST /' }, 'health'],
  ])('refuses %j', (more, path) => {
    const found = httpOptions.safeParse({ url: 'https://shop.test', steps: { pay: PAY }, ...more });
    expect(found.error?.issues.map((issue) => issue.path.join('.')).join(' ')).toContain(path);
  });
});

const SHOW: ShowSetup = {
  roomIds: ['main', 'side'],
  currency: 'EUR',
  holdMs: 60_000,
  products: [
    { id: 'mug', title: 'Mug', priceMinor: 1250, stock: 5, perBuyer: null, open: false, coupon: null },
    { id: 'cap', title: 'Cap', priceMinor: 900, stock: 0, perBuyer: 2, open: true, coupon: null },
  ],
};

describe('its host', () => {
  const file = {
    money: 'major',
    products: { mug: 'SKU-1' },
    admin: {
      headers: { Authorization: 'Bearer {{session.token}}' },
      signIn: { request: 'POST /admin/login', json: { user: 'root' }, capture: { 'session.token': '$.token' } },
    },
    host: {
      setup: [
        { request: 'DELETE /admin/carts' },
        {
          request: 'PUT /admin/products/{{product}}',
          forEach: 'products',
          json: { price: '{{price}}', stock: '{{stock}}', limit: '{{perBuyer}}', currency: '{{currency}}' },
        },
        { request: 'PUT /admin/rooms/{{room}}', forEach: 'rooms', ok: { status: [200, 409] } },
      ],
      cues: {
        restock: { request: 'POST /admin/stock', json: { sku: '{{product}}', add: '{{units}}', ref: '{{cue.id}}' } },
        price: { request: 'PATCH /admin/products/{{product}}', json: { price: '{{price}}', cents: '{{priceMinor}}' } },
      },
    },
  };
  const SIGNED_IN = answer(200, { token: 't' }, { 'set-cookie': 'sid=1' });
  const GOOD = answer(200);

  it('makes the show ready, each product and each room', () => {
    const { asked } = play(target(file).host!.setup(SHOW), SIGNED_IN, GOOD, GOOD, GOOD, GOOD, answer(409));
    expect(asked.map(({ method, path, body }) => [method, path, body && (JSON.parse(body) as unknown)])).toEqual([
      ['POST', '/admin/login', { user: 'root' }],
      ['DELETE', '/admin/carts', undefined],
      ['PUT', '/admin/products/SKU-1', { price: 12.5, stock: 5, currency: 'EUR' }],
      ['PUT', '/admin/products/cap', { price: 9, stock: 0, limit: 2, currency: 'EUR' }],
      ['PUT', '/admin/rooms/main', undefined],
      ['PUT', '/admin/rooms/side', undefined],
    ]);
    expect(asked[2].headers).toMatchObject({ authorization: 'Bearer t', cookie: 'sid=1' });
  });

  it('signs in once for its cues, and does nothing for those that are not written', () => {
    const host = target(file).host!;
    const restock = { kind: 'restock', id: 'r-1', roomId: '*', productId: 'mug', units: 4 } as const;
    const first = play(host.cue(restock), SIGNED_IN, GOOD);
    expect(first.asked[1]).toMatchObject({
      path: '/admin/stock',
      body: '{"sku":"SKU-1","add":4,"ref":"r-1"}',
      headers: { authorization: 'Bearer t' },
    });
    const price = { kind: 'price', id: 'p-1', roomId: '*', productId: 'cap', priceMinor: 800 } as const;
    expect(play(host.cue(price), GOOD).asked[0].body).toBe('{"price":8,"cents":800}');
    expect(host.cue({ kind: 'pin', id: 'x', roomId: '*' })).toEqual({ end: null });
  });

  it('says what the shop did not do', () => {
    const host = target(file).host!;
    expect(() => play(host.setup(SHOW), answer(401))).toThrow('signing in (admin.signIn) was refused: refused');
    expect(() => play(host.setup(SHOW), SIGNED_IN, answer(500, 'boom'))).toThrow(
      'DELETE /admin/carts (host.setup) answered 500: boom',
    );
    const restock = { kind: 'restock', id: 'r-1', roomId: '*', productId: 'mug', units: 4 } as const;
    expect(() => play(host.cue(restock), answer(404))).toThrow('did not do "r-1" (host.cues.restock): refused');
  });
});

describe('its books', () => {
  const columns = {
    id: '$.id',
    buyer: '$.mail',
    product: '$.sku',
    units: '$.n',
    amount: '$.sum',
    at: '$.at',
    status: '$.state',
  };
  const ORDERS = {
    request: 'GET /orders',
    each: '$.orders[*]',
    columns,
    buyerPattern: '^(.+)@',
    paid: { '$.state': 'DONE' },
  };
  const order = (id: number, more: object = {}) => ({
    id,
    mail: `v-${id}@x.test`,
    sku: 'SKU-1',
    n: 1,
    sum: 1250,
    at: NOW_MS,
    state: 'DONE',
    ...more,
  });
  const audit = (orders: object, more: object = {}) =>
    target({ products: { mug: 'SKU-1' }, books: { orders: { ...ORDERS, ...orders }, ...more } }).books!.audit();
  const page = (orders: readonly object[], next?: unknown) => answer(200, { orders, next });

  it('are read page after page', () => {
    const { asked, end } = play(
      audit({ next: '$.next' }),
      page([order(1), order(2, { state: 'refunded' })], '/orders?after=2'),
      page([order(3, { state: 'Pending' })], null),
    );
    expect(asked.map(({ path }) => path)).toEqual(['/orders', '/orders?after=2']);
    expect(end.orders.map(({ id, buyerId, status }) => [id, buyerId, status])).toEqual([
      ['1', 'v-1', 'paid'],
      ['2', 'v-2', 'refunded'],
      ['3', 'v-3', 'pending'],
    ]);
    expect(end).toMatchObject({ exclusive: false, products: null, payments: null, readAtEpochMs: null });
  });

  it('are read by cursors and by numbers of pages', () => {
    const byCursor = audit({ request: 'GET /orders?after={{next}}', next: '$.next' });
    expect(play(byCursor, page([order(1)], 'c&1'), page([], '')).asked.map(({ path }) => path)).toEqual([
      '/orders?after=',
      '/orders?after=c%261',
    ]);
    const byNumber = audit({ request: 'GET /orders?page={{page}}&since={{since}}' });
    expect(play(byNumber, page([order(1)]), page([])).asked.map(({ path }) => path)).toEqual([
      `/orders?page=1&since=${NOW_MS}`,
      `/orders?page=2&since=${NOW_MS}`,
    ]);
  });

  it('do not go in circles, to other servers, or on after a refusal', () => {
    const paged = () => audit({ next: '$.next' });
    expect(() => play(paged(), page([], '/a'), page([], '/a'))).toThrow(
      /books\.orders: the pages go in a circle at "\/a"/,
    );
    expect(() => play(paged(), page([], 'https://evil.test/orders'))).toThrow(/is no path of https:\/\/shop\.test/);
    expect(() => play(paged(), answer(403, 'staff only'))).toThrow(
      'GET /orders (books.orders) answered 403: staff only',
    );
    expect(() => play(paged(), answer(200, '<html>'))).toThrow(/answered 200: <html>/);
  });

  it('leave out what was before the run, whatever shape it has', () => {
    const old = { id: 7, at: NOW_MS - 120_000, state: 'ARCHIVED' };
    expect(play(audit({}), page([old, order(1)])).end.orders.map(({ id }) => id)).toEqual(['1']);
    // Half a minute ago could be the run, with a clock that is not known; by the clock of its answers it is not.
    const recent = order(8, { at: NOW_MS - 30_000 });
    expect(play(audit({}), page([recent])).end.orders).toHaveLength(1);
    const dated = (offsetMs: number) =>
      play(audit({}), answer(200, { orders: [recent, order(9)] }, { date: new Date(NOW_MS + offsetMs).toUTCString() }))
        .end;
    expect(dated(0).orders.map(({ id }) => id)).toEqual(['9']);
    expect(dated(-40_000).orders).toHaveLength(2);
    expect(dated(-40_000).readAtEpochMs).toBe(NOW_MS - 40_000);
  });

  it('read times without a zone as UTC', () => {
    const at = new Date(NOW_MS).toISOString().slice(0, 19).replace('T', ' ');
    expect(play(audit({}), page([order(1, { at })])).end.orders[0].atEpochMs).toBe(Math.floor(NOW_MS / 1000) * 1000);
  });

  it('end where the shop has one page for all numbers', () => {
    const byNumber = () => audit({ request: 'GET /orders?page={{page}}' });
    expect(() => play(byNumber(), page([order(1)]), page([order(1)]))).toThrow(
      /books\.orders: page 2 has the rows of the page before it/,
    );
    // What stands beside the rows may change.
    const stamped = (servedAt: number) => answer(200, { orders: [order(1)], servedAt });
    expect(() => play(byNumber(), stamped(1), stamped(2))).toThrow(/page 2 has the rows of the page before it/);
    const byCursor = audit({ next: '$.next' });
    expect(() => play(byCursor, page([order(1)], '/a'), page([order(1)], '/b'))).toThrow(/page 2 has the rows/);
    const emptyOnes = audit({ next: '$.next' });
    expect(play(emptyOnes, page([], '/a'), page([], '/b'), page([order(1)], null)).end.orders).toHaveLength(1);
  });

  it('know a path to the next page that leads nowhere from a last page', () => {
    const misspelt = () => audit({ next: '$.nxt' });
    expect(() => play(misspelt(), page([order(1)], '/a'))).toThrow(
      /books\.orders: there is nothing at `next` \(\$\.nxt\) on the first page/,
    );
    expect(play(misspelt(), page([])).end.orders).toEqual([]);
    const ends = (...pages: ReturnType<typeof page>[]) => play(audit({ next: '$.next' }), ...pages).end.orders.length;
    expect([ends(page([order(1)], null)), ends(page([order(1)], ''))]).toEqual([1, 1]);
    expect(ends(page([order(1)], '/a'), page([order(2)]))).toBe(2);
    const optional = audit({ next: '$.next', nextOptional: true });
    expect(play(optional, page([order(1)])).end.orders).toHaveLength(1);
  });

  it('may have a page of any length', () => {
    const rows = Array.from({ length: 200_000 }, (_, id) => ({ id, at: NOW_MS - 120_000 }));
    expect(play(audit({}), page([...rows, order(200_001)])).end.orders).toHaveLength(1);
  });

  it('show no tokens of a row that cannot be read', () => {
    expect(() => play(audit({}), page([order(1, { n: null, token: 'abc-123' })]))).toThrow(/"token":"\[hidden\]"/);
  });

  it('know charges and shelves', () => {
    const payments = {
      request: 'GET /charges',
      each: '$[*]',
      columns: { id: '$.id', order: '$.order', amount: '$.cents', status: '$.state' },
      captured: { '$.ok': true },
    };
    const stock = {
      request: 'GET /stock',
      each: '$[*]',
      columns: { product: '$.sku', left: '$.left', sold: '$.sold', held: 0 },
    };
    const { end } = play(
      audit({}, { payments, stock }),
      page([order(1), order(2, { at: NOW_MS - 120_000 })]),
      answer(200, [
        { id: 'p1', order: 1, cents: 1250, ok: true },
        { id: 'p2', order: 1, cents: 1250, state: 'declined' },
        // Paid during the run, ordered before it.
        { id: 'p3', order: 2, cents: 1250, ok: true },
      ]),
      answer(200, [{ sku: 'SKU-1', left: '-2' }]),
    );
    expect(end.payments).toEqual([
      { id: 'p1', orderId: '1', amountMinor: 1250, status: 'captured', atEpochMs: null },
      { id: 'p2', orderId: '1', amountMinor: 1250, status: 'declined', atEpochMs: null },
    ]);
    expect(end.products).toEqual([{ id: 'mug', stockedUnits: null, soldUnits: null, leftUnits: -2, heldUnits: 0 }]);
  });

  it('say everything that cannot be read', () => {
    const rows = [
      order(1, { state: 'SHIPPED' }),
      order(2, { n: 1.5 }),
      order(3, { mail: null }),
      order(4),
      order(4),
      order(5, { sum: '12.50' }),
    ];
    let message = '';
    try {
      play(audit({}), page(rows));
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain(
      'books.orders cannot be read: row 1: nothing says what the status "SHIPPED" means: pending, paid',
    );
    expect(message).toContain('row 2: 1.5 is no whole number');
    expect(message).toContain('row 3: no buyer');
    expect(message).toContain('row 5: id "4" is there twice');
    expect(message).toContain('row 6: "12.50" is no whole number of the minor unit');
    expect(message).toContain('The first row is {"id":1,');
  });
});
