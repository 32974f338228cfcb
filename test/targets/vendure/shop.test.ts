import { describe, expect, it } from 'vitest';
import type { Conversation, ShopIntent, ShopOutcome, TargetViewer } from '../../../sim/targets/target.ts';
import { someone } from '../viewer.ts';
import * as recorded from './recorded.ts';
import { lineOf, order, TOKEN } from './recorded.ts';
import { fieldsOf, talk, type Recorded } from './talk.ts';
import { vendure } from './walk.ts';

type Options = Partial<Parameters<typeof vendure>[0]>;

const URL = 'http://shop.test';
const CART = { kind: 'cart', productId: 'serum', units: 1, idempotencyKey: 'k1' } as const;
const CHECKOUT = { kind: 'checkout', productId: 'serum', idempotencyKey: 'k2' } as const;
const PAY = { kind: 'pay', productId: 'serum', idempotencyKey: 'k3', card: 'good' } as const;
const { ADDED, ARRANGED, CHANGED, METHODS, PAGE, PAID } = recorded;
const WAY_TO_PAYMENT = [CHANGED, CHANGED, METHODS, CHANGED, ARRANGED];

/** A buyer in front of a shop. */
function shopper(options: Options = {}, viewer: TargetViewer = someone()) {
  const { shop } = vendure({ url: URL, products: { serum: { variant: '7' } }, ...options });
  const step = (intent: ShopIntent): Conversation<ShopOutcome> => shop!.step(intent, viewer);
  return { viewer, does: (intent: ShopIntent, answers: readonly Recorded[]) => talk(step(intent), answers) };
}

/** Up to the step that is looked at. */
function atCheckout(options: Options = {}) {
  const buyer = shopper(options);
  buyer.does(CART, [ADDED]);
  return buyer;
}

function atPayment(options: Options = {}) {
  const buyer = atCheckout(options);
  buyer.does(CHECKOUT, options.arrange === 'pay' ? WAY_TO_PAYMENT.slice(0, -1) : WAY_TO_PAYMENT);
  return buyer;
}

describe('a purchase', () => {
  it('takes seven requests after the view, and tells the price of the goods at each step', () => {
    const { does } = shopper({ products: { serum: 'glow-serum' } });
    const view = does({ kind: 'view', productId: 'serum' }, [PAGE]);
    expect(view.end).toEqual({ status: 'ok', code: 'ok', priceMinor: 1990 });
    expect(view.asked[0].variables).toEqual({ slug: 'glow-serum' });
    const cart = does(CART, [ADDED]);
    expect(cart.end).toMatchObject({ status: 'ok', units: 1, priceMinor: 1990, discountMinor: 0 });
    const checkout = does(CHECKOUT, WAY_TO_PAYMENT);
    expect(checkout.end).toMatchObject({ status: 'ok', orderId: '5FYZSXH9NZF8KGWR', units: 1, amountMinor: 1990 });
    const pay = does(PAY, [PAID]);
    expect(pay.end).toMatchObject({ status: 'ok', orderId: '5FYZSXH9NZF8KGWR', paymentId: '2', amountMinor: 1990 });
    expect(fieldsOf([...cart.asked, ...checkout.asked, ...pay.asked])).toEqual([
      'addItemToOrder',
      'setCustomerForOrder',
      'setOrderShippingAddress',
      'eligibleShippingMethods',
      'setOrderShippingMethod',
      'transitionOrderToState',
      'addPaymentToOrder',
    ]);
  });

  it('sends what viewers are called as variables, never within the query', () => {
    const name = 'Ada"} ) { __schema } #';
    const buyer = shopper({}, someone({ id: 'Fans 7', name }));
    buyer.does(CART, [ADDED]);
    const { asked } = buyer.does(CHECKOUT, WAY_TO_PAYMENT);
    expect(asked[0].variables).toEqual({
      customer: { emailAddress: '=0046ans=00207@flashcrowd.invalid', firstName: name, lastName: 'flashcrowd' },
    });
    expect(asked.filter(({ query }) => query.includes('Ada'))).toEqual([]);
  });

  it('keeps the token of the session, for the device that it was given to', () => {
    const buyer = shopper();
    expect(buyer.does(CART, [ADDED]).asked[0].request.headers).not.toHaveProperty('authorization');
    const { asked } = buyer.does(CHECKOUT, WAY_TO_PAYMENT);
    expect(asked.map(({ request }) => request.headers?.authorization)).toEqual(asked.map(() => `Bearer ${TOKEN}`));
    const second = shopper({}, { ...buyer.viewer, session: {} });
    expect(second.does(CART, [ADDED]).asked[0].request.headers).not.toHaveProperty('authorization');
  });

  it('keeps cookies where the shop gives no token', () => {
    const buyer = shopper();
    const cookies = 'session=abc; path=/; httponly\nsession.sig=def; path=/';
    buyer.does(CART, [{ ...ADDED, headers: { 'set-cookie': cookies } }]);
    const { asked } = buyer.does(CHECKOUT, [
      { ...CHANGED, headers: { 'set-cookie': 'session=new' } },
      ...WAY_TO_PAYMENT.slice(1),
    ]);
    expect(asked.slice(0, 2).map(({ request }) => request.headers?.cookie)).toEqual([
      'session=abc; session.sig=def',
      'session=new; session.sig=def',
    ]);
  });

  it('names the channel, and asks for refusals in English', () => {
    const { asked } = shopper({ channel: 'eu' }).does(CART, [ADDED]);
    expect(asked[0].request).toMatchObject({ path: '/shop-api?languageCode=en', headers: { 'vendure-token': 'eu' } });
  });

  it('finds the variant by its SKU, whether it was viewed or not', () => {
    const products = { serum: { slug: 'glow-serum', sku: 'GS-50' } };
    expect(shopper({ products }).does({ kind: 'view', productId: 'serum' }, [PAGE]).end.priceMinor).toBe(2990);
    const bought = { ...order('AddingItems'), lines: [{ ...lineOf(1), productVariant: { id: '8' } }] };
    const cart = shopper({ products }).does(CART, [PAGE, { result: bought }]);
    expect(cart.asked[1].variables).toEqual({ variant: '8', units: 1 });
    expect(cart.end.status).toBe('ok');
  });

  it('enters the coupon, and tells what it takes off', () => {
    const off = { result: order('AddingItems', { subTotalWithTax: 3582, lines: [lineOf(2)] }) };
    const { end, asked } = shopper().does({ ...CART, units: 2, coupon: 'GLOW10' }, [ADDED, off]);
    expect(asked[1].variables).toEqual({ coupon: 'GLOW10' });
    expect(end).toMatchObject({ units: 2, priceMinor: 1990, discountMinor: 398 });
  });

  it('is that of another guest than the one before', () => {
    const buyer = atPayment();
    buyer.does(PAY, [PAID]);
    const { asked } = buyer.does({ ...CART, idempotencyKey: 'k4' }, [ADDED]);
    expect(asked[0].request.headers).not.toHaveProperty('authorization');
  });

  it('sends the parcel by the method that was asked for, or not at all', () => {
    expect(atCheckout({ shippingMethod: 'express' }).does(CHECKOUT, WAY_TO_PAYMENT).asked[3].variables).toEqual({
      method: ['2'],
    });
    const { end, left } = atCheckout({ shippingMethod: 'drone' }).does(CHECKOUT, WAY_TO_PAYMENT);
    expect(end).toEqual({ status: 'rejected', code: 'refused' });
    expect(left).toBe(2);
  });

  it('can arrange the payment just before it, and again with another card', () => {
    const buyer = atPayment({ arrange: 'pay' });
    expect(buyer.does({ ...PAY, card: 'declined' }, [ARRANGED, recorded.CARD_DECLINED]).end.code).toBe('card_declined');
    const again = recorded.errorResult('ORDER_STATE_TRANSITION_ERROR', { fromState: 'ArrangingPayment' });
    expect(buyer.does(PAY, [again, PAID]).end.status).toBe('ok');
    expect(atPayment({ arrange: 'pay' }).does(PAY, [recorded.NO_LONGER_THERE]).end.code).toBe('sold_out');
  });

  it('is not given back by the buyer', () => {
    const refund = { kind: 'refund', productId: 'serum', idempotencyKey: 'k5' } as const;
    expect(atPayment().does(refund, [])).toEqual({ end: { status: 'rejected', code: 'refused' }, asked: [], left: 0 });
  });
});

describe('a request that is sent again, because its answer was lost', () => {
  it('does not buy twice as much', () => {
    const buyer = atCheckout();
    const twice = { result: order('AddingItems', { lines: [lineOf(2)] }) };
    const { end, asked } = buyer.does(CART, [twice, ADDED]);
    expect(asked[1].variables).toEqual({ line: '1', units: 1 });
    expect(end).toMatchObject({ status: 'ok', units: 1 });
  });

  it('finds the checkout done', () => {
    const { end, left } = atPayment().does(CHECKOUT, [ARRANGED, ...WAY_TO_PAYMENT]);
    expect(end).toMatchObject({ status: 'ok', orderId: '5FYZSXH9NZF8KGWR', amountMinor: 1990 });
    expect(left).toBe(5);
  });

  it('goes through the checkout when that had not come to its end', () => {
    const { end } = atPayment().does(CHECKOUT, [CHANGED, ...WAY_TO_PAYMENT]);
    expect(end.status).toBe('ok');
    expect(atPayment().does(CHECKOUT, [{ result: null }]).end).toEqual({ status: 'rejected', code: 'expired' });
  });

  it('finds the payment done, and does not pay again', () => {
    const { end, asked } = atPayment().does(PAY, [recorded.NO_ORDER, PAID]);
    expect(asked[1].variables).toEqual({ code: '5FYZSXH9NZF8KGWR' });
    expect(end).toMatchObject({ status: 'ok', paymentId: '2' });
    expect(atPayment().does(PAY, [recorded.NO_ORDER, { result: null }]).end.code).toBe('expired');
    expect(atPayment({ arrange: 'pay' }).does(PAY, [{ result: null }, PAID]).end).toMatchObject({ paymentId: '2' });
  });
});

describe('what a shop says under its 200', () => {
  it('sells what is left, and says how much that was', () => {
    const some = recorded.errorResult('INSUFFICIENT_STOCK_ERROR', {
      type: 'InsufficientStockError',
      quantityAvailable: 2,
      order: order('AddingItems', { lines: [lineOf(2)] }),
    });
    expect(shopper().does({ ...CART, units: 5 }, [some]).end).toMatchObject({ status: 'ok', units: 2 });
  });

  it.each([
    ['sold_out', recorded.SOLD_OUT],
    ['limit_reached', recorded.errorResult('ORDER_LIMIT_ERROR')],
    ['refused', recorded.errorResult('ORDER_INTERCEPTOR_ERROR')],
    ['refused', recorded.errorResult('ORDER_MODIFICATION_ERROR')],
    ['not_open', recorded.thrown('ENTITY_NOT_FOUND', 'No ProductVariant with the id "99" could be found')],
    ['refused', recorded.thrown('FORBIDDEN')],
    ['throttled', { status: 429, body: 'slow down' }],
    ['refused', { status: 403, body: '<html>blocked</html>' }],
  ] as const)('refuses a cart: %s', (code, answer) => {
    expect(shopper().does(CART, [answer]).end).toEqual({ status: 'rejected', code });
  });

  it.each([
    ['sold_out', recorded.NO_LONGER_THERE],
    ['refused', recorded.errorResult('ORDER_STATE_TRANSITION_ERROR', { transitionError: 'the order is empty' })],
    ['expired', recorded.NO_ORDER],
  ] as const)('refuses to arrange the payment: %s', (code, answer) => {
    const answers = [...WAY_TO_PAYMENT.slice(0, -1), answer];
    expect(atCheckout().does(CHECKOUT, answers).end).toEqual({ status: 'rejected', code });
  });

  it.each([
    ['card_declined', recorded.CARD_DECLINED],
    ['refused', recorded.errorResult('PAYMENT_FAILED_ERROR')],
    ['refused', recorded.errorResult('INELIGIBLE_PAYMENT_METHOD_ERROR', { eligibilityCheckerMessage: null })],
    [
      'sold_out',
      recorded.errorResult('INELIGIBLE_PAYMENT_METHOD_ERROR', { eligibilityCheckerMessage: 'Insufficient stock' }),
    ],
  ] as const)('refuses a payment: %s', (code, answer) => {
    expect(atPayment().does(PAY, [answer]).end).toEqual({ status: 'rejected', code });
  });

  it('has sold only when the order is settled or authorised', () => {
    const authorised = order('PaymentAuthorized', { payments: [{ id: '3', amount: 2480, state: 'Authorized' }] });
    expect(atPayment().does(PAY, [{ result: authorised }]).end).toMatchObject({ status: 'ok', paymentId: '3' });
    const undecided = order('ArrangingPayment', { payments: [{ id: '4', amount: 100, state: 'Settled' }] });
    expect(atPayment().does(PAY, [{ result: undecided }]).end).toEqual({ status: 'unknown', code: 'broken' });
  });

  it.each([
    ['an error of its own', recorded.thrown('INTERNAL_SERVER_ERROR', 'deadlock detected')],
    ['an error without a code', { body: { errors: [{ message: 'boom' }], data: null } }],
    ['a result that cannot be read whole', recorded.thrown('FORBIDDEN', 'no', { result: { type: 'Order' } })],
    ['a gateway that gave up', { status: 502, body: '<html>Bad Gateway</html>' }],
  ] as const)('leaves open what became of a payment: %s', (_, answer) => {
    expect(atPayment().does(PAY, [answer]).end).toEqual({ status: 'unknown', code: 'broken' });
  });

  it.each(['<html>welcome</html>', '', 'null', '{}'])('is not taken for an answer when it is none: %j', (body) => {
    expect(() => atPayment().does(PAY, [{ body }])).toThrow();
  });
});

describe('a product page', () => {
  it('without anything for sale can be viewed, and nothing is bought from it', () => {
    const { does } = shopper({ products: {} });
    const empty = { result: { variants: [] } };
    const view = does({ kind: 'view', productId: 'serum' }, [empty]);
    expect(view.asked[0].variables).toEqual({ slug: 'serum' });
    expect(view.end).toEqual({ status: 'ok', code: 'ok' });
    expect(does(CART, [empty]).end).toEqual({ status: 'rejected', code: 'not_open' });
  });

  it('that is not there is a refusal', () => {
    const { does } = shopper({ products: {} });
    expect(does({ kind: 'view', productId: 'constructor' }, [{ result: null }]).end.code).toBe('refused');
  });

  it('is not asked for where only the variant is known', () => {
    expect(shopper().does({ kind: 'view', productId: 'serum' }, []).end).toEqual({ status: 'ok', code: 'ok' });
  });
});
