import { describe, expect, it } from 'vitest';
import type { BookOrder, Books } from '../../sim/ledger/books.ts';
import { noGhostOrders } from '../../sim/ledger/checks/no-ghost-orders.ts';
import { noLostOrders } from '../../sim/ledger/checks/no-lost-orders.ts';
import { ordersPrivate } from '../../sim/ledger/checks/orders-private.ts';
import type { History, Purchase } from '../../sim/ledger/history.ts';
import {
  at,
  booksOf,
  booksOfBuyers,
  bought,
  gapFrom,
  historyOf,
  order,
  payment,
  purchase,
  refused,
  timedOut,
  UNSENT,
} from './rig.ts';

const historyWith = (...purchases: Purchase[]): History => historyOf({ purchases });

describe('no_lost_orders', () => {
  const history = historyWith(bought('ann'), bought('bob'));
  const ann = (change: Partial<BookOrder>): Books => booksOf({ orders: [order('ann', change), order('bob')] });
  const statusOf = (seen: History, books: Books | null) => noLostOrders.check(seen, books)?.status;

  it('passes when the books have every order as told', () => {
    expect(noLostOrders.check(history, booksOfBuyers('ann', 'bob'))).toMatchObject({
      status: 'pass',
      violations: 0,
      acceptable: 'each of 2 orders told as paid is in the books, as paid',
    });
  });

  it('fails for an order that the books do not have, and tells the story', () => {
    const result = noLostOrders.check(history, booksOfBuyers('bob'));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual(['order-ann/1 of ann (mug): told as paid, but the books have no such order']);
    expect(result?.cases[0].title).toBe('order-ann/1 of ann');
    expect(result?.cases[0].timeline.at(-1)?.text).toBe(
      'ann is told of the pay: ok, HTTP 201, order-ann/1, pay-ann/1, 1 unit, 5.00 in all',
    );
  });

  it.each([
    [{ status: 'pending' }, 'in the books it is pending'],
    [{ status: 'cancelled' }, 'in the books it is cancelled'],
    [{ status: 'refunded' }, 'in the books it is refunded'],
    [{ productId: 'hat' }, 'in the books it is an order of hat'],
    [{ units: 2 }, 'for 1 unit, and in the books it is for 2'],
    [{ buyerId: 'eve' }, 'in the books it is an order of eve'],
  ] as const)('fails when the books have it as %j', (change, words) => {
    const result = noLostOrders.check(history, ann(change));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence[0]).toContain(words);
  });

  it('accepts a refund that the buyer asked for, or may have', () => {
    const books = booksOf({ orders: [order('ann', { status: 'refunded' })] });
    expect(statusOf(historyWith(bought('ann').refund()), books)).toBe('pass');
    expect(statusOf(historyWith(bought('ann').refund(timedOut())), books)).toBe('pass');
    expect(statusOf(historyWith(bought('ann').refund('unanswered')), books)).toBe('pass');
    expect(statusOf(historyWith(bought('ann').refund(UNSENT)), books)).toBe('fail');
    expect(statusOf(historyWith(bought('ann').refund(refused('bad_request'))), books)).toBe('fail');
  });

  it('asks for nothing when the buyer was never told yes', () => {
    for (const answer of [timedOut(), 'unanswered' as const, refused('card_declined')]) {
      expect(statusOf(historyWith(purchase('ann').cart().checkout().pay(answer)), booksOf())).toBe('pass');
    }
  });

  it('counts an order once, however often it was told', () => {
    expect(noLostOrders.check(historyWith(bought('ann').pay()), booksOf())?.violations).toBe(1);
  });

  it('knows the order of a payment from the checkout, and any of the buyer when nothing names it', () => {
    const unnamed = purchase('ann').cart().checkout().pay({ orderId: null });
    expect(statusOf(historyWith(unnamed), booksOfBuyers('ann'))).toBe('pass');
    expect(statusOf(historyWith(unnamed), booksOf({ orders: [order('ann', { id: 'other' })] }))).toBe('fail');
    const nameless = purchase('ann').cart().checkout({ orderId: null }).pay({ orderId: null });
    expect(statusOf(historyWith(nameless), booksOf({ orders: [order('ann', { id: 'other' })] }))).toBe('pass');
    expect(statusOf(historyWith(nameless), booksOf())).toBe('fail');
  });

  it('wants an order for each yes of a backend that names none', () => {
    const nameless = (n: number, units: number | null = null) => {
      const paid = purchase('ann', n).cart().checkout({ orderId: null });
      return paid.pay({ orderId: null, paymentId: null, units });
    };
    const orders = (...units: number[]): Books =>
      booksOf({ orders: units.map((each, i) => order('ann', { id: `o${i}`, units: each })) });
    const two = historyWith(nameless(1), nameless(2));
    expect(statusOf(two, orders(1, 1))).toBe('pass');
    const result = noLostOrders.check(two, orders(1));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual([
      'an order of ann (mug): told as paid, but the books have no paid order of its own for mug',
    ]);
    // Those that were told their units take theirs first.
    expect(statusOf(historyWith(nameless(1), nameless(2, 2)), orders(2, 1))).toBe('pass');
    expect(statusOf(historyWith(nameless(1, 2), nameless(2, 2)), orders(2, 1))).toBe('fail');
    // A retry was told of the same order, and so was a second device that was told of the same payment.
    expect(statusOf(historyWith(nameless(1).pay({ orderId: null, paymentId: null })), orders(1))).toBe('pass');
    const shared = (n: number) =>
      purchase('ann', n).cart().checkout({ orderId: null }).pay({ orderId: null, paymentId: 'p' });
    expect(statusOf(historyWith(shared(1), shared(2)), orders(1))).toBe('pass');
  });

  it('is unknown without books and where the history has holes', () => {
    expect(statusOf(history, null)).toBe('unknown');
    const holes = historyOf({ purchases: [bought('ann')], gaps: [gapFrom(9000)] });
    expect(statusOf(holes, booksOfBuyers('ann'))).toBe('unknown');
    expect(statusOf(holes, booksOf())).toBe('fail');
  });
});

describe('no_ghost_orders', () => {
  const books = booksOfBuyers('ann');
  const paying = (answer: Parameters<ReturnType<typeof purchase>['pay']>[0]) =>
    purchase('ann').cart().checkout().pay(answer);
  const statusOf = (seen: History, kept: Books | null = books) => noGhostOrders.check(seen, kept)?.status;

  it('passes when every paid order was told', () => {
    expect(noGhostOrders.check(historyWith(bought('ann')), books)).toMatchObject({
      status: 'pass',
      acceptable: 'each of 1 paid order known to its buyer',
      detail: '1 paid order: 1 told, 0 explained by a payment without an answer, 0 that nobody was told of.',
    });
  });

  it('fails when the buyer was told no, and names order and buyer', () => {
    const result = noGhostOrders.check(historyWith(paying(refused('card_declined'))), books);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual([
      'order-ann/1 of ann: 1 unit of mug paid in the books, and its buyer was told: card_declined',
    ]);
    expect(result?.cases[0].title).toBe('order-ann/1 of ann (mug)');
  });

  it('fails when no payment was ever sent, or it never left', () => {
    expect(statusOf(historyWith(purchase('ann').cart().checkout()))).toBe('fail');
    expect(statusOf(historyWith(paying(UNSENT)))).toBe('fail');
  });

  it('accepts a payment that timed out or was never answered, for its own order', () => {
    expect(statusOf(historyWith(paying(timedOut())))).toBe('pass');
    expect(statusOf(historyWith(paying('unanswered')))).toBe('pass');
    expect(statusOf(historyWith(paying(timedOut()).pay(refused('expired'))))).toBe('pass');
    const other = booksOf({ orders: [order('ann', { id: 'other' })] });
    expect(statusOf(historyWith(paying(timedOut())), other)).toBe('fail');
    const nameless = purchase('ann').cart().checkout(timedOut()).pay(timedOut());
    expect(statusOf(historyWith(nameless), other)).toBe('pass');
  });

  it('lets one payment without an answer explain one order at most', () => {
    const two = booksOf({ orders: [order('ann', { id: 'a' }), order('ann', { id: 'b' })] });
    const nameless = () => purchase('ann').cart().checkout(timedOut()).pay(timedOut());
    expect(noGhostOrders.check(historyWith(nameless().pay(timedOut())), two)?.violations).toBe(1);
    expect(statusOf(historyWith(nameless().pay(timedOut(), 'k2')), two)).toBe('pass');
    expect(noGhostOrders.check(historyWith(nameless().pay({ orderId: 'a' })), two)?.violations).toBe(1);
  });

  it('does not count orders that are not paid', () => {
    const given = booksOf({ orders: [order('ann', { status: 'refunded' }), order('bob', { status: 'pending' })] });
    expect(statusOf(historyWith(), given)).toBe('pass');
  });

  it('counts what was charged and given back, when nobody asked for that', () => {
    const back = {
      ...books,
      orders: [order('ann', { status: 'refunded' as const })],
      payments: [payment('ann', { status: 'refunded' as const })],
    };
    const result = noGhostOrders.check(historyWith(paying(refused('card_declined'))), back);
    expect(result?.evidence).toEqual([
      'order-ann/1 of ann: 1 unit of mug charged and given back in the books, and its buyer was told: card_declined',
    ]);
    expect(statusOf(historyWith(paying(refused('expired'))), { ...back, payments: null })).toBe('fail');
    expect(statusOf(historyWith(paying(refused('expired'))), { ...back, payments: [] })).toBe('pass');
    expect(statusOf(historyWith(paying(refused('expired')).refund(timedOut())), back)).toBe('pass');
    expect(statusOf(historyWith(paying(timedOut())), back)).toBe('pass');
    // `no_lost_orders` tells of that.
    expect(statusOf(historyWith(bought('ann')), back)).toBe('pass');
  });

  it('counts orders of strangers only when nobody else buys here', () => {
    expect(noGhostOrders.check(historyWith(), books)?.violations).toBe(1);
    expect(statusOf(historyWith(), { ...books, exclusive: false })).toBe('pass');
    const end = { atMs: 9000, how: 'left' as const, lastSeq: 0, received: 0, duplicates: 0, reordered: 0 };
    const visit = {
      roomId: 'main',
      enteredMs: 0,
      firstSeq: 0,
      end: { ...end, missing: [], cueIds: [], lateMessages: null },
    };
    const seen = historyOf({ visits: [{ viewerId: 'ann', ...visit }] });
    expect(statusOf(seen, { ...books, exclusive: false })).toBe('fail');
  });

  it('does not judge what was paid after a worker was lost', () => {
    const lost = (fromMs: number): History => historyOf({ gaps: [gapFrom(fromMs)] });
    expect(statusOf(lost(5000))).toBe('unknown');
    expect(statusOf(lost(5100))).toBe('fail');
    expect(statusOf(lost(50_000), { ...books, payments: null })).toBe('fail');
    expect(statusOf(lost(30_000), { ...books, payments: null })).toBe('unknown');
    expect(statusOf(historyOf({ purchases: [bought('ann')], gaps: [gapFrom(0)] }))).toBe('pass');
  });

  it('is not misled by an order that somebody else was told of, too', () => {
    const eve = purchase('eve').cart().checkout().pay({ orderId: 'order-ann/1' });
    expect(statusOf(historyWith(bought('ann'), eve))).toBe('pass');
    expect(statusOf(historyWith(eve))).toBe('fail');
  });

  it('is unknown without books', () => {
    expect(statusOf(historyWith(bought('ann')), null)).toBe('unknown');
  });
});

describe('orders_private', () => {
  const eve = (orderId: string) => purchase('eve').cart().checkout({ orderId });

  it('passes when each order was told to its buyer alone', () => {
    const history = historyWith(bought('ann'), bought('bob'));
    expect(ordersPrivate.check(history, booksOfBuyers('ann', 'bob'))).toMatchObject({
      status: 'pass',
      detail: '2 orders told, none to somebody else.',
    });
  });

  it('fails when the books say that it is another’s, whoever heard of it first', () => {
    for (const purchases of [
      [bought('ann'), eve('order-ann/1')],
      [eve('order-ann/1'), bought('ann')],
      [eve('order-ann/1')],
    ]) {
      const result = ordersPrivate.check(historyOf({ purchases }), booksOfBuyers('ann'));
      expect(result).toMatchObject({ status: 'fail', violations: 1 });
      expect(result?.evidence).toEqual(['order-ann/1 of ann, told to eve at checkout']);
      expect(result?.cases[0].timeline.some(({ text }) => text.startsWith('books: order-ann/1 of ann'))).toBe(true);
    }
  });

  it('fails when two viewers were told of one order, even without books', () => {
    expect(ordersPrivate.check(historyWith(bought('ann'), eve('order-ann/1')), null)?.violations).toBe(1);
    expect(ordersPrivate.check(historyWith(bought('ann')), null)?.status).toBe('unknown');
  });

  it('passes when a second device of the buyer is told of it', () => {
    const second = purchase('ann', 2).cart().checkout({ orderId: 'order-ann/1' });
    expect(ordersPrivate.check(historyWith(bought('ann'), second), booksOfBuyers('ann'))?.status).toBe('pass');
  });

  it('is unknown where the history has holes', () => {
    const holes = historyOf({ purchases: [bought('ann')], gaps: [gapFrom(9000)] });
    expect(ordersPrivate.check(holes, booksOfBuyers('ann'))?.status).toBe('unknown');
  });
});

describe('evidence of orders', () => {
  it('is in order of time, with what the books say among what the buyer saw', () => {
    const books = booksOf({ orders: [order('ann')], payments: [payment('ann', { atEpochMs: at(3020) })] });
    const result = noGhostOrders.check(historyWith(purchase('ann').cart().checkout()), books);
    expect(result?.cases[0].timeline.map(({ atMs, text }) => [atMs, text.split(' ')[0]])).toEqual([
      [1000, 'ann'],
      [1100, 'ann'],
      [2000, 'ann'],
      [2050, 'books:'],
      [2100, 'ann'],
      [3020, 'books:'],
    ]);
  });

  it('stops at 20 lines and 5 cases, and counts on', () => {
    const viewers = Array.from({ length: 30 }, (_, i) => `v${i}`);
    const result = noLostOrders.check(historyWith(...viewers.map((id) => bought(id))), booksOf());
    expect(result?.violations).toBe(30);
    expect(result?.evidence).toHaveLength(20);
    expect(result?.cases).toHaveLength(5);
  });
});
