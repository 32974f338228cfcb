import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { buyerLimitKept } from '../../sim/ledger/checks/buyer-limit-kept.ts';
import { moneyBalances } from '../../sim/ledger/checks/money-balances.ts';
import { priceKept } from '../../sim/ledger/checks/price-kept.ts';
import type { GivenCue, History, Told } from '../../sim/ledger/history.ts';
import {
  booksOf,
  booksOfBuyers,
  bought,
  cue,
  gapFrom,
  historyOf,
  order,
  payment,
  product,
  purchase,
  timedOut,
} from './rig.ts';
import { visit } from './visits-rig.ts';

describe('price_kept', () => {
  const statusOf = (history: History, books: Books | null) => priceKept.check(history, books)?.status;
  /** Ann's cart at 1 s promises 2 units at this price, and all that follows costs `amountMinor`. */
  function sold(
    cart: Partial<Told>,
    amountMinor: number,
    change: Parameters<typeof historyOf>[0] = {},
    code: string | null = null,
  ): History {
    const ann = (code === null ? purchase('ann') : purchase('ann').coupon(code))
      .cart({ units: 2, ...cart }, 2)
      .checkout({ amountMinor, units: 2 })
      .pay({ amountMinor, units: 2 });
    return historyOf({ purchases: [ann], ...change });
  }
  const kept = (amountMinor: number, capturedMinor = amountMinor): Books =>
    booksOf({
      orders: [order('ann', { units: 2, amountMinor })],
      payments: [payment('ann', { amountMinor: capturedMinor })],
    });

  it('passes when order and charge are what the cart promised', () => {
    expect(priceKept.check(sold({}, 1000), kept(1000))).toMatchObject({
      status: 'pass',
      detail: '1 purchase with a promised price, 0 at another.',
    });
  });

  it.each([
    ['the checkout', sold({}, 1001), kept(1000), 'the checkout of order-ann/1 said 10.01'],
    ['the order in the books', sold({}, 1000), kept(1001), 'order-ann/1 in the books has 10.01'],
    ['the charge', sold({}, 1000), kept(1000, 999), 'charge pay-ann/1 for order-ann/1 has 9.99'],
  ])('fails when %s has another amount', (_, history, books, words) => {
    const result = priceKept.check(history, books);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence[0]).toBe(`ann/1 of ann (mug): the cart promised 2 × 5.00 = 10.00, and ${words}`);
  });

  it('fails for a promised price that was not in force', () => {
    const result = priceKept.check(sold({ priceMinor: 499 }, 998), kept(998));
    expect(result?.evidence[0]).toContain('the cart promised 4.99 each, and in force was 5.00');
  });

  describe('when the host changes the price', () => {
    const dearer = (sentMs: number, change: Partial<GivenCue> = {}) => ({
      cues: [cue('price', sentMs, { priceMinor: 700, ...change })],
    });
    const old = (change: Parameters<typeof historyOf>[0]) => statusOf(sold({}, 1000, change), kept(1000));
    const now = (change: Parameters<typeof historyOf>[0]) =>
      statusOf(sold({ priceMinor: 700 }, 1400, change), kept(1400));

    it('holds carts to the price of their time', () => {
      const early = { ...dearer(-5000), products: [product()] };
      expect(now(early)).toBe('pass');
      expect(old(early)).toBe('fail');
      expect(old(dearer(9000))).toBe('pass');
      expect(now(dearer(9000))).toBe('fail');
      expect(now({ cues: [cue('drop', -5000, { priceMinor: 700 })] })).toBe('pass');
    });

    it('accepts both while the cue is in flight, within a second, or without an answer', () => {
      for (const change of [
        dearer(500, { answeredMs: 1500 }),
        dearer(2000),
        dearer(-5000, { answeredMs: 50 }),
        dearer(-5000, { status: 'unknown', answeredMs: null }),
      ]) {
        expect([old(change), now(change)]).toEqual(['pass', 'pass']);
      }
      expect(now(dearer(-5000, { status: 'refused' }))).toBe('fail');
    });

    it('lets the answer to a retry be that of the first request', () => {
      const ann = purchase('ann').at(1000).cart(timedOut()).at(9000).cart();
      const history = historyOf({ purchases: [ann], ...dearer(4000) });
      expect(statusOf(history, booksOf())).toBe('pass');
      const anew = purchase('ann').at(1000).cart(timedOut()).at(9000).cart({}, 1, 'k2');
      expect(statusOf(historyOf({ purchases: [anew], ...dearer(4000) }), booksOf())).toBe('fail');
    });
  });

  describe('with a coupon', () => {
    const coupon = { products: [product({ coupon: { code: 'TEN', offShare: 0.15 } })] };
    const off = (discountMinor: number, code: string | null = 'TEN') => {
      const prices = { products: [product({ priceMinor: 333, coupon: { code: 'TEN', offShare: 0.15 } })] };
      const amountMinor = 666 - discountMinor;
      return statusOf(sold({ priceMinor: 333, discountMinor }, amountMinor, prices, code), kept(amountMinor));
    };

    it('wants it taken off once, rounded either way, where it was entered', () => {
      expect([99, 100].map((discountMinor) => off(discountMinor))).toEqual(['pass', 'pass']);
      expect([0, 97, 102].map((discountMinor) => off(discountMinor))).toEqual(['fail', 'fail', 'fail']);
    });

    it('wants nothing taken off where none was entered, or another code', () => {
      expect([off(0, null), off(0, 'SUMMER')]).toEqual(['pass', 'pass']);
      expect([off(99, null), off(99, 'SUMMER')]).toEqual(['fail', 'fail']);
      const unasked = priceKept.check(sold({ discountMinor: 150 }, 850, coupon), kept(850));
      expect(unasked?.evidence[0]).toContain('the cart took 1.50 off 10.00, and no coupon was entered');
    });

    it('fails when it was taken twice, or where there is none', () => {
      expect(off(199)).toBe('fail');
      const none = priceKept.check(sold({ discountMinor: 50 }, 950), kept(950));
      expect(none?.evidence[0]).toContain('the cart took 0.50 off 10.00, and there is no coupon');
      expect(statusOf(sold({ discountMinor: 150 }, 700, coupon, 'TEN'), kept(700))).toBe('fail');
    });

    it('works from the price when the backend does not tell the discount', () => {
      const untold = (amountMinor: number, code: string | null) =>
        statusOf(sold({ discountMinor: null }, amountMinor, coupon, code), kept(amountMinor));
      expect([untold(1000, null), untold(850, 'TEN')]).toEqual(['pass', 'pass']);
      expect([700, 900, 1000].map((amountMinor) => untold(amountMinor, 'TEN'))).toEqual(['fail', 'fail', 'fail']);
      expect(untold(850, null)).toBe('fail');
    });
  });

  describe('of a backend that names no orders', () => {
    const nameless = (n = 1) => purchase('ann', n).cart().checkout({ orderId: null }).pay({ orderId: null });
    const orders = (...amounts: number[]): Books =>
      booksOf({ orders: amounts.map((amountMinor, i) => order('ann', { id: `o${i}`, amountMinor })) });

    it('judges the only order of that buyer and product', () => {
      const history = historyOf({ purchases: [nameless()] });
      expect(statusOf(history, orders(500))).toBe('pass');
      const dear = priceKept.check(history, orders(900));
      expect(dear?.evidence[0]).toContain('the cart promised 1 × 5.00 = 5.00, and o0 in the books has 9.00');
      const hat = order('ann', { id: 'hat', productId: 'hat', amountMinor: 7 });
      expect(statusOf(history, { ...orders(500), orders: [...orders(500).orders, hat] })).toBe('pass');
    });

    it('is unknown when there are several, or another purchase may have become it', () => {
      expect(statusOf(historyOf({ purchases: [nameless()] }), orders(500, 900))).toBe('unknown');
      expect(statusOf(historyOf({ purchases: [nameless(), nameless(2)] }), orders(500))).toBe('unknown');
      const refusedCart = purchase('ann', 2).cart({ status: 'rejected', code: 'sold_out' });
      expect(statusOf(historyOf({ purchases: [nameless(), refusedCart] }), orders(500))).toBe('pass');
    });
  });

  it('allows the price of a cue without an answer after the next one, too', () => {
    const cues = (status: 'unknown' | 'done') => [
      cue('price', 10_000, { priceMinor: 400, status, answeredMs: status === 'done' ? 10_050 : null }),
      cue('price', 15_000, { priceMinor: 600 }),
    ];
    const ann = purchase('ann').at(17_000).cart({ priceMinor: 400 });
    const check = (status: 'unknown' | 'done') =>
      priceKept.check(historyOf({ purchases: [ann], cues: cues(status) }), booksOf())?.status;
    expect(check('unknown')).toBe('pass');
    expect(check('done')).toBe('fail');
  });

  it('leaves the order of another buyer to orders_private', () => {
    const history = sold({}, 1000);
    const others = booksOf({ orders: [order('bob', { id: 'order-ann/1', amountMinor: 7 })] });
    expect(statusOf(history, others)).toBe('pass');
    const told = purchase('ann').cart().checkout({ orderId: 'theirs', amountMinor: 7 });
    expect(statusOf(historyOf({ purchases: [told] }), booksOf({ orders: [order('bob', { id: 'theirs' })] }))).toBe(
      'pass',
    );
  });

  it('is unknown without books, without told prices, and where the history has holes, but a wrong amount stays wrong', () => {
    expect(statusOf(sold({}, 1000), null)).toBe('unknown');
    expect(statusOf(sold({ priceMinor: null }, 1000), kept(1000))).toBe('unknown');
    expect(statusOf(sold({}, 1000, { gaps: [gapFrom(9000)] }), kept(1000))).toBe('unknown');
    expect(statusOf(sold({}, 1001), null)).toBe('fail');
  });
});

describe('buyer_limit_kept', () => {
  const history = historyOf({
    products: [product({ perBuyer: 2 }), product({ id: 'hat' })],
    purchases: [bought('ann', 2)],
  });
  const owned = (...units: number[]): Books =>
    booksOf({ orders: units.map((n, i) => order('ann', { id: `o${i}`, units: n })) });

  it('passes up to the limit, and for products without one', () => {
    expect(buyerLimitKept.check(history, owned(2))).toMatchObject({
      status: 'pass',
      acceptable: 'at most 2 of mug for each buyer',
    });
    const hats = booksOf({ orders: [order('ann', { productId: 'hat', units: 9 })] });
    expect(buyerLimitKept.check(history, hats)?.status).toBe('pass');
  });

  it('fails by the unit over all orders of a buyer, and names them', () => {
    const result = buyerLimitKept.check(history, owned(2, 1, 1));
    expect(result).toMatchObject({ status: 'fail', violations: 2 });
    expect(result?.evidence).toEqual(['ann: 4 units of mug, 2 allowed (o0, o1, o2)']);
    expect(result?.cases[0].timeline.length).toBeGreaterThan(6);
  });

  it('does not count what was given back, or other buyers', () => {
    const back = booksOf({
      orders: [order('ann', { units: 2 }), order('ann', { id: 'b', units: 2, status: 'refunded' }), order('bob')],
    });
    const asked = { ...history, purchases: [bought('ann', 2).refund()] };
    expect(buyerLimitKept.check(asked, back)?.status).toBe('pass');
  });

  it('counts what a buyer had before giving any of it back', () => {
    const orders = [order('ann', { units: 2, status: 'refunded' }), order('ann', { id: 'order-ann/2', units: 2 })];
    const asked = (first: number, second: number, backMs: number): History => ({
      ...history,
      purchases: [
        purchase('ann').at(first).pay({ units: 2 }).at(backMs).refund(),
        purchase('ann', 2).at(second).pay({ units: 2 }),
      ],
    });
    const result = buyerLimitKept.check(asked(3000, 3100, 4000), booksOf({ orders }));
    expect(result?.evidence).toEqual(['ann: 4 units of mug, 2 allowed (order-ann/1, order-ann/2)']);
    expect(buyerLimitKept.check(asked(3000, 4500, 4000), booksOf({ orders }))?.status).toBe('pass');
  });

  it('counts what a buyer had before any refund, not only the first one', () => {
    const back = (n: number, paidMs: number, backMs: number) =>
      purchase('ann', n)
        .at(paidMs - 2000)
        .cart()
        .checkout()
        .pay()
        .at(backMs)
        .refund();
    const bought = (n: number, paidMs: number) =>
      purchase('ann', n)
        .at(paidMs - 2000)
        .cart()
        .checkout()
        .pay();
    const orders = (...statuses: ('paid' | 'refunded')[]): Books =>
      booksOf({ orders: statuses.map((status, i) => order('ann', { id: `order-ann/${i + 1}`, status })) });
    const check = (third: ReturnType<typeof bought>) =>
      buyerLimitKept.check(
        historyOf({
          products: [product({ perBuyer: 1 })],
          purchases: [back(1, 3000, 5000), back(2, 8000, 11_000), third],
        }),
        orders('refunded', 'refunded', 'paid'),
      );
    expect(check(bought(3, 8100))?.evidence).toEqual(['ann: 2 units of mug, 1 allowed (order-ann/2, order-ann/3)']);
    expect(check(bought(3, 14_000))?.status).toBe('pass');
  });

  it('counts what the shop gave back by itself: it was sold', () => {
    const back = booksOf({ orders: [order('ann', { units: 2 }), order('ann', { id: 'b', status: 'refunded' })] });
    const result = buyerLimitKept.check(history, back);
    expect(result?.evidence).toEqual(['ann: 3 units of mug, 2 allowed (order-ann/1, b)']);
  });

  it('judges strangers only when nobody else buys here', () => {
    const wholesale = booksOf({ orders: [order('shop next door', { units: 9 })] });
    expect(buyerLimitKept.check(history, wholesale)?.violations).toBe(7);
    expect(buyerLimitKept.check(history, { ...wholesale, exclusive: false })).toMatchObject({
      status: 'pass',
      detail: '0 buyers of limited products, nobody beyond the limit.',
    });
    const visited = { ...history, visits: [visit('shop next door')] };
    expect(buyerLimitKept.check(visited, { ...wholesale, exclusive: false })?.violations).toBe(7);
  });

  it('is unknown without books, and left out when no product has a limit', () => {
    expect(buyerLimitKept.check(history, null)?.status).toBe('unknown');
    expect(buyerLimitKept.check(historyOf(), owned(9))).toBeNull();
  });
});

describe('money_balances', () => {
  const history = historyOf({ purchases: [bought('ann')] });
  const books = (
    status: 'paid' | 'pending' | 'refunded' | 'cancelled',
    ...payments: ('captured' | 'declined' | 'refunded')[]
  ) =>
    booksOf({
      orders: [order('ann', { status })],
      payments: payments.map((paid, i) => payment('ann', { id: `p${i}`, status: paid })),
    });

  it('passes when each order holds its money', () => {
    expect(moneyBalances.check(history, books('paid', 'declined', 'captured'))).toMatchObject({
      status: 'pass',
      detail: '5.00 captured and kept, 5.00 in paid orders, all in balance.',
    });
    expect(moneyBalances.check(history, books('refunded', 'refunded'))?.status).toBe('pass');
    expect(moneyBalances.check(history, books('paid', 'captured', 'refunded'))?.status).toBe('pass');
    expect(moneyBalances.check(history, books('cancelled', 'declined'))?.status).toBe('pass');
  });

  it.each([
    ['paid, and nothing was captured', books('paid', 'declined')],
    ['paid twice', books('paid', 'captured', 'captured')],
    ['not paid, and money was captured', books('pending', 'captured')],
    ['refunded, and the money was kept', books('refunded', 'captured')],
    ['paid, and the money went back', books('paid', 'refunded')],
    [
      'charged for another amount',
      booksOf({ orders: [order('ann')], payments: [payment('ann', { amountMinor: 499 })] }),
    ],
    ['not in the books at all', booksOf({ payments: [payment('ann')] })],
  ])('fails for an order that is %s', (_, wrong) => {
    const result = moneyBalances.check(history, wrong);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence[0]).toContain('order-ann/1');
    expect(result?.cases[0].timeline.length).toBeGreaterThan(5);
  });

  it('minds the money of unknown orders only when nobody else buys here, or a viewer was told of the order', () => {
    const others = { ...booksOfBuyers('ann'), exclusive: false };
    const all = { ...others, payments: [payment('ann'), payment('eve', { id: 'p9', orderId: 'o9', amountMinor: 70 })] };
    expect(moneyBalances.check(history, all)).toMatchObject({
      status: 'pass',
      detail: '5.00 captured and kept, 5.00 in paid orders, all in balance.',
    });
    expect(moneyBalances.check(history, { ...all, exclusive: true })?.violations).toBe(1);
    expect(moneyBalances.check(history, { ...others, orders: [] })?.evidence).toEqual([
      'order-ann/1: 5.00 captured, and the books have no such order',
    ]);
  });

  it('does not mind how strangers pay where others buy, too', () => {
    const invoice = (exclusive: boolean): Books => booksOf({ exclusive, orders: [order('stranger')], payments: [] });
    expect(moneyBalances.check(historyOf(), invoice(false))?.status).toBe('pass');
    expect(moneyBalances.check(historyOf(), invoice(true))?.status).toBe('fail');
    expect(moneyBalances.check(historyOf({ purchases: [bought('stranger')] }), invoice(false))?.status).toBe('fail');
  });

  it('does not set one order off against another', () => {
    const off = booksOf({
      orders: [order('ann'), order('bob')],
      payments: [payment('ann', { amountMinor: 400 }), payment('bob', { amountMinor: 600 })],
    });
    expect(moneyBalances.check(history, off)).toMatchObject({ status: 'fail', violations: 2 });
  });

  it('is unknown without books or payments', () => {
    expect(moneyBalances.check(history, null)?.status).toBe('unknown');
    expect(moneyBalances.check(history, { ...booksOfBuyers('ann'), payments: null })?.status).toBe('unknown');
  });
});
