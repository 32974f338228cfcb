import { describe, expect, it } from 'vitest';
import { stepsOf } from '../../../sim/targets/mapping/step-options.ts';
import { stepRunner, type StepsContext } from '../../../sim/targets/mapping/steps.ts';
import { viewerValues, withValues } from '../../../sim/targets/mapping/values.ts';
import { answer, play } from '../answer.ts';
import { environment, someone } from '../viewer.ts';

const NAMES = ['viewer.id', 'account.*', 'session.*', 'product', 'units', 'coupon', 'key'];
const CONTEXT: StepsContext = { origin: 'https://shop.test', cookies: false, epochMs: environment.epochMs };

function start(written: unknown, more: Partial<StepsContext> = {}, viewer = someone()) {
  const run = stepRunner(stepsOf(NAMES).parse(written), { ...CONTEXT, ...more });
  return run(withValues(viewerValues(viewer), { product: 'SKU 1', units: 2, coupon: undefined, key: 'k-1' }), viewer);
}

/** How one request ends that is answered so. */
function endOf(step: object, ...[status, body, headers]: Parameters<typeof answer>) {
  const { end } = play(start({ request: 'POST /cart', ...step }), answer(status, body, headers));
  return end.status === end.code ? end.code : `${end.status} ${end.code}`;
}

describe('a request', () => {
  it('is made of templates', () => {
    const conversation = start(
      {
        request: 'POST /carts/{{product}}',
        headers: {
          'Idempotency-Key': '{{key}}',
          authorization: 'Bearer {{account.token}}',
          'x-none': '{{account.none}}',
        },
        json: { sku: '{{product}}', n: '{{units}}', coupon: '{{coupon}}' },
      },
      { headers: { authorization: 'none', accept: 'application/json' } },
      someone({ account: { token: 't' } }),
    );
    expect(play(conversation, answer(200)).asked).toEqual([
      {
        method: 'POST',
        path: '/carts/SKU%201',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': 'k-1',
          authorization: 'Bearer t',
          accept: 'application/json',
        },
        body: '{"sku":"SKU 1","n":2}',
      },
    ]);
  });

  it('may be a form, a text, or go elsewhere', () => {
    const steps = [
      { request: 'POST /a', form: { sku: '{{product}}', n: '{{units}}', coupon: '{{coupon}}' } },
      { request: 'PUT /b', headers: { 'content-type': 'text/xml' }, body: '<n>{{units}}</n>' },
      { request: 'GET /c', origin: 'https://pay.test' },
    ];
    const { asked } = play(start(steps), answer(200), answer(200), answer(200));
    expect(asked).toEqual([
      {
        method: 'POST',
        path: '/a',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'sku=SKU%201&n=2',
      },
      { method: 'PUT', path: '/b', headers: { 'content-type': 'text/xml' }, body: '<n>2</n>' },
      { method: 'GET', path: '/c', origin: 'https://pay.test', headers: {} },
    ]);
  });

  it('goes where the shop said, but not to another server', () => {
    const steps = [
      { request: 'POST /a', capture: { 'session.next': 'header:location' }, answers: { ok: { status: 303 } } },
      { request: 'GET {{session.next | text}}' },
    ];
    const to = (location: string) => play(start(steps), answer(303, '', { location }), answer(200)).asked[1].path;
    expect(to('/orders/7?x=1&y=2')).toBe('/orders/7?x=1&y=2');
    expect(to('https://shop.test/orders/7')).toBe('/orders/7');
    expect(() => to('https://shop.test.evil.test/')).toThrow(/is no path of https:\/\/shop.test/);
    expect(() => to('//evil.test/')).toThrow(/is no path/);
    const lost = someone({ session: { next: 'https://evil.test/' } });
    expect(play(start(steps[1], {}, lost)).end).toMatchObject({ status: 'rejected', code: 'refused' });
  });
});

describe('an answer that no rule fits', () => {
  it.each([
    [200, 'ok'],
    [204, 'ok'],
    [400, 'rejected refused'],
    [404, 'rejected refused'],
    [408, 'rejected throttled'],
    [425, 'rejected throttled'],
    [429, 'rejected throttled'],
    [500, 'unknown broken'],
    [503, 'unknown broken'],
  ])('is judged by its status: %i is %s', (status, expected) => {
    expect(endOf({}, status)).toBe(expected);
  });

  it('and is a redirect says nothing', () => {
    expect(() => endOf({}, 302, '', { location: '/login' })).toThrow(
      /POST \/cart: status 302 to \/login: say in `answers`/,
    );
  });
});

describe('rules for answers', () => {
  const answers = {
    sold_out: [{ status: 409, '$.error': 'OUT_OF_STOCK' }, { '$.warnings[*].code': 'SHORT' }],
    limit_reached: { '$.error': 'LIMIT' },
    retry: { '$.error': 'BUSY' },
    ok: { status: '3xx' },
    card_declined: { $: '/declined/i' },
  };

  it.each<[number, unknown, string]>([
    [409, { error: 'OUT_OF_STOCK' }, 'rejected sold_out'],
    [409, { error: 'OTHER' }, 'rejected refused'],
    // The truth is in the body, whatever the status.
    [200, { error: 'LIMIT' }, 'rejected limit_reached'],
    [200, { warnings: [{ code: 'SHORT' }] }, 'rejected sold_out'],
    [500, { error: 'LIMIT' }, 'rejected limit_reached'],
    [200, { error: 'BUSY' }, 'unknown broken'],
    [302, '', 'ok'],
    [402, 'Your card was DECLINED', 'rejected card_declined'],
    [200, { cart: 1 }, 'ok'],
    [204, '', 'ok'],
    [502, '<html>Bad Gateway</html>', 'unknown broken'],
    [429, 'Too many', 'rejected throttled'],
  ])('%i %j is %s', (status, body, expected) => {
    expect(endOf({ answers }, status, body)).toBe(expected);
  });

  it('say nothing of a good answer that is no JSON', () => {
    expect(() => endOf({ answers }, 200, '<html>Welcome</html>')).toThrow(/no JSON.*<html>Welcome/);
    expect(endOf({ answers: { sold_out: { $: '/sold out/i' } } }, 200, '<html>Welcome</html>')).toBe('ok');
  });

  it('are tried in the order written', () => {
    const both = { '$.error': 'X' };
    expect(endOf({ answers: { expired: both, sold_out: both } }, 200, { error: 'X' })).toBe('rejected expired');
    expect(endOf({ answers: { sold_out: both, expired: both } }, 200, { error: 'X' })).toBe('rejected sold_out');
  });
});

describe('several steps', () => {
  const steps = [
    { request: 'POST /carts', skip: { 'session.cart': 'exists' }, capture: { 'session.cart': '$.cart.id' } },
    {
      request: 'POST /carts/{{session.cart}}/items',
      result: { priceMinor: '$.price', cartId: '{{session.cart}}', orderId: '$.none' },
    },
  ];

  it('know what was captured, and put their results together', () => {
    const viewer = someone();
    const { asked, end } = play(
      start(steps, {}, viewer),
      answer(201, { cart: { id: 7 } }),
      answer(200, { price: '1250' }),
    );
    expect(asked.map(({ path }) => path)).toEqual(['/carts', '/carts/7/items']);
    expect(viewer.session).toEqual({ cart: '7' });
    expect(end).toEqual({ status: 'ok', code: 'ok', result: { priceMinor: 1250, cartId: '7' } });
  });

  it('are left out when they say so', () => {
    const { asked } = play(start(steps, {}, someone({ session: { cart: '9' } })), answer(200, { price: 1 }));
    expect(asked.map(({ path }) => path)).toEqual(['/carts/9/items']);
  });

  it('end with the first that is refused, and keep nothing of it', () => {
    const viewer = someone();
    const { end } = play(start(steps, {}, viewer), answer(409, { cart: { id: 7 } }));
    expect([end.status, viewer.session]).toEqual(['rejected', {}]);
  });

  it('cannot go on without what they capture', () => {
    expect(() => play(start(steps), answer(200, { cart: {} }))).toThrow(
      'POST /carts: no $.cart.id to keep as session.cart in {"cart":{}}',
    );
    expect(() => play(start(steps), answer(200, 'hello'))).toThrow(/no \$\.cart\.id/);
  });
});

describe('captures', () => {
  it('are taken from headers, cookies and text; a header that is not there leaves what was kept', () => {
    const viewer = someone({ account: { token: 'old', sid: 'old' } });
    const capture = {
      'account.token': 'header:X-Token',
      'account.sid': 'cookie:sid',
      'session.csrf': '/name="csrf" value="([^"]+)"/',
    };
    const page = '<input name="csrf" value="c-1">';
    play(
      start({ request: 'GET /', capture }, {}, viewer),
      answer(200, page, { 'set-cookie': 'a=1\nsid=s-1; Path=/; HttpOnly' }),
    );
    expect(viewer.account).toEqual({ token: 'old', sid: 's-1' });
    expect(viewer.session).toEqual({ csrf: 'c-1' });
    play(start({ request: 'GET /', capture }, {}, viewer), answer(200, page, { 'x-token': 'new' }));
    expect(viewer.account).toEqual({ token: 'new', sid: 's-1' });
  });
});

describe('money', () => {
  const resultOf = (price: unknown, more: Partial<StepsContext>) =>
    play(
      start({ request: 'GET /', result: { priceMinor: '$.price', units: '$.n' } }, more),
      answer(200, { price, n: '2' }),
    ).end.result;

  it('is whole numbers of the minor unit', () => {
    expect(resultOf(1250, {})).toEqual({ priceMinor: 1250, units: 2 });
    expect(resultOf(null, {})).toEqual({ units: 2 });
    expect(() => resultOf(12.5, {})).toThrow(
      'GET /: priceMinor ($.price): 12.5 is no whole number of the minor unit; `money: major`',
    );
    expect(() => resultOf('12 EUR', {})).toThrow(/"12 EUR" is no number/);
  });

  it('is made of what shops write in the major unit', () => {
    expect(resultOf('19.99', { money: 'major' })).toEqual({ priceMinor: 1999, units: 2 });
    expect(resultOf(1.005, { money: 'major' }).priceMinor).toBe(100);
    expect(resultOf(1250, { money: 'major', minorDigits: 0 }).priceMinor).toBe(1250);
    expect(resultOf('1.234', { money: 'major', minorDigits: 3 }).priceMinor).toBe(1234);
  });
});

describe('a cookie jar', () => {
  const steps = [
    { request: 'GET /a' },
    { request: 'GET /b' },
    { request: 'GET /pay', origin: 'https://pay.test' },
    { request: 'GET /c' },
  ];

  it('keeps what the server sets, and drops what it takes back', () => {
    const viewer = someone();
    const { asked } = play(
      start(steps, { cookies: true }, viewer),
      answer(200, '', {
        'set-cookie': 'sid=1=2; Path=/; Secure\ntheme=dark; Expires=Wed, 21 Oct 2026 07:28:00 GMT\nnonsense',
      }),
      answer(200, '', { 'set-cookie': 'theme=; Max-Age=0\ncart=7' }),
      answer(200, '', { 'set-cookie': 'evil=1' }),
      answer(200, '', { 'set-cookie': 'cart=gone; expires=Thu, 01 Jan 1970 00:00:00 GMT' }),
    );
    expect(asked.map(({ headers }) => headers?.cookie)).toEqual([
      undefined,
      'sid=1=2; theme=dark',
      undefined,
      'sid=1=2; cart=7',
    ]);
    expect(viewer.account.cookie).toBe('sid=1=2');
  });

  it('is not kept unless it is asked for', () => {
    const viewer = someone();
    play(start({ request: 'GET /a' }, {}, viewer), answer(200, '', { 'set-cookie': 'sid=1' }));
    expect(viewer.account).toEqual({});
  });
});

describe('steps that cannot be', () => {
  it.each([
    [{ request: 'FETCH /cart' }],
    [{ request: 'POST cart' }],
    [{ request: 'GET /cart', json: {} }],
    [{ request: 'POST /cart', json: {}, form: {} }],
    [{ request: 'POST /{{basket}}' }],
    [{ request: 'POST /cart', answers: { gone: { status: 409 } } }],
    [{ request: 'POST /cart', answers: { sold_out: { error: 'X' } } }],
    [{ request: 'POST /cart', answers: { sold_out: { status: 'bad' } } }],
    [{ request: 'POST /cart', capture: { cart: '$.id' } }],
    [{ request: 'POST /cart', capture: { 'session.cart': 'id' } }],
    [{ request: 'POST /cart', skip: { cart: 'exists' } }],
    [{ request: 'POST /cart', origin: 'https://pay.test/path' }],
    [[]],
  ])('are refused: %j', (written) => {
    expect(stepsOf(NAMES).safeParse(written).success).toBe(false);
  });
});
