import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { noDoubleCharge } from '../../sim/ledger/checks/no-double-charge.ts';
import { bought, booksOf, booksOfBuyers, gapFrom, historyOf, order, payment, purchase, timedOut } from './rig.ts';

const clean = booksOfBuyers('ann', 'bob');
const history = historyOf({ purchases: [bought('ann'), bought('bob')] });
const charged = (...more: Parameters<typeof payment>[1][]): Books => ({
  ...clean,
  payments: [...(clean.payments ?? []), ...more.map((change, i) => payment('ann', { id: `more-${i}`, ...change }))],
});

describe('no_double_charge', () => {
  it('passes when each order was charged once', () => {
    expect(noDoubleCharge.check(history, clean)).toMatchObject({
      status: 'pass',
      violations: 0,
      detail: '2 charges for 2 orders, none twice.',
    });
  });

  it('fails for each charge beyond the first of an order, and names order and buyer', () => {
    const result = noDoubleCharge.check(history, charged({}, {}));
    expect(result).toMatchObject({ status: 'fail', violations: 2 });
    expect(result?.evidence).toEqual([
      'order-ann/1 of ann: charged 3 times (pay-ann/1 5.00 captured, more-0 5.00 captured, more-1 5.00 captured)',
    ]);
    const texts = result?.cases[0].timeline.map(({ text }) => text) ?? [];
    expect(texts[0]).toBe('ann sends cart of 1 unit, key ann/1/cart');
    expect(texts.filter((text) => text.startsWith('books: payment'))).toHaveLength(3);
  });

  it('counts a charge that was given back: it was a charge', () => {
    expect(noDoubleCharge.check(history, charged({ status: 'refunded' }))?.violations).toBe(1);
    expect(noDoubleCharge.check(history, charged({ status: 'declined' }))?.status).toBe('pass');
  });

  describe('of one purchase with two orders', () => {
    const twoOrders = () => bought('ann').checkout({ orderId: 'second' }, 'k2').pay({ orderId: 'second' }, 'k2');
    const books = booksOf({
      orders: [order('ann'), order('ann', { id: 'second' })],
      payments: [payment('ann'), payment('ann', { id: 'p2', orderId: 'second' })],
    });

    it('fails, and names both', () => {
      const result = noDoubleCharge.check(historyOf({ purchases: [twoOrders()] }), books);
      expect(result).toMatchObject({ status: 'fail', violations: 1 });
      expect(result?.evidence[0]).toContain('order-ann/1 and second');
    });

    it('passes when the buyer gave the first one back, and the money went with it', () => {
      const back = historyOf({ purchases: [twoOrders().refund()] });
      const paidBack = {
        ...books,
        payments: [payment('ann', { status: 'refunded' }), payment('ann', { id: 'p2', orderId: 'second' })],
      };
      expect(noDoubleCharge.check(back, paidBack)?.status).toBe('pass');
      expect(noDoubleCharge.check(historyOf({ purchases: [twoOrders().refund(timedOut())] }), paidBack)?.status).toBe(
        'pass',
      );
      expect(noDoubleCharge.check(historyOf({ purchases: [twoOrders()] }), paidBack)?.status).toBe('fail');
    });

    it('passes when only one was charged, or the other is somebody else’s', () => {
      const one = { ...books, payments: [payment('ann')] };
      expect(noDoubleCharge.check(historyOf({ purchases: [twoOrders()] }), one)?.status).toBe('pass');
      const others = { ...books, orders: [order('ann'), order('bob', { id: 'second' })] };
      expect(noDoubleCharge.check(historyOf({ purchases: [twoOrders()] }), others)?.status).toBe('pass');
    });

    it('passes for two purchases of one buyer', () => {
      const two = historyOf({ purchases: [bought('ann'), purchase('ann', 2).cart().checkout().pay()] });
      const both = booksOf({
        orders: [order('ann'), order('ann', { id: 'order-ann/2' })],
        payments: [payment('ann'), payment('ann', { id: 'pay-ann/2', orderId: 'order-ann/2' })],
      });
      expect(noDoubleCharge.check(two, both)?.status).toBe('pass');
    });
  });

  it('counts charges of strangers only when nobody else buys here', () => {
    const parts = (exclusive: boolean, orders = [order('stranger')]) =>
      booksOf({ exclusive, orders, payments: [payment('stranger'), payment('stranger', { id: 'pay-2' })] });
    expect(noDoubleCharge.check(historyOf(), parts(false))?.status).toBe('pass');
    expect(noDoubleCharge.check(historyOf(), parts(false, []))?.status).toBe('pass');
    expect(noDoubleCharge.check(historyOf(), parts(true))?.status).toBe('fail');
    // The books may have it under another name.
    const told = historyOf({ purchases: [bought('stranger')] });
    expect(noDoubleCharge.check(told, parts(false, [order('stranger', { buyerId: 's@example' })]))?.status).toBe(
      'fail',
    );
    expect(noDoubleCharge.check(told, parts(false))?.status).toBe('fail');
    expect(noDoubleCharge.check(told, parts(false, []))?.status).toBe('fail');
  });

  it('is unknown without books, without payments, and where the history has holes', () => {
    expect(noDoubleCharge.check(history, null)?.status).toBe('unknown');
    expect(noDoubleCharge.check(history, { ...clean, payments: null })?.status).toBe('unknown');
    const holes = historyOf({ purchases: [bought('ann')], gaps: [gapFrom(9000)] });
    expect(noDoubleCharge.check(holes, clean)).toMatchObject({
      status: 'unknown',
      violations: null,
      detail: 'The history of worker 1 of 2 ends at 9 s (killed): what its viewers were told after that is not known.',
    });
    expect(noDoubleCharge.check(holes, charged({}))?.status).toBe('fail');
    const host = { shard: -1, shards: 2, fromMs: 8000, why: 'killed' };
    expect(noDoubleCharge.check({ ...holes, gaps: [host] }, clean)?.detail).toBe(
      'The history of the coordinator ends at 8 s (killed): what the host did after that is not known.',
    );
    expect(noDoubleCharge.check({ ...holes, gaps: [host, gapFrom(9000)] }, clean)?.detail).toBe(
      'The history of worker 1 of 2 and of the coordinator ends at 8 s (killed): what its viewers were told after that is not known.',
    );
  });
});
