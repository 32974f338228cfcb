import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { refundsKept } from '../../sim/ledger/checks/refunds-kept.ts';
import type { History, Purchase } from '../../sim/ledger/history.ts';
import {
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
} from './rig.ts';

const historyWith = (...purchases: Purchase[]): History => historyOf({ purchases });
const asked = historyWith(bought('ann').refund());
const back = booksOf({
  orders: [order('ann', { status: 'refunded' })],
  payments: [payment('ann', { status: 'refunded' })],
});
const statusOf = (history: History, books: Books | null) => refundsKept.check(history, books)?.status;

describe('refunds_kept', () => {
  it('passes when order and money went back', () => {
    expect(refundsKept.check(asked, back)).toMatchObject({
      status: 'pass',
      acceptable: 'each of 1 confirmed refund made',
      detail: '1 refund asked for, 1 confirmed, all made.',
    });
  });

  it('fails when the order is still paid, and tells the story', () => {
    const result = refundsKept.check(asked, booksOfBuyers('ann'));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual(['order-ann/1 of ann (mug): told as refunded, but in the books it is paid']);
    expect(result?.cases[0].timeline.at(-1)?.text).toContain('is told of the refund: ok');
  });

  it('fails when the money was kept, or the books do not have the order', () => {
    const kept = refundsKept.check(asked, { ...back, payments: [payment('ann')] });
    expect(kept?.evidence[0]).toContain('but the books keep 5.00 of pay-ann/1');
    expect(refundsKept.check(asked, booksOf())?.evidence[0]).toContain('but the books have no such order');
  });

  it('knows the order from the payment when the refund names none, and counts it once', () => {
    const unnamed = historyWith(bought('ann').refund({ orderId: null }).refund({ orderId: null }));
    expect(statusOf(unnamed, back)).toBe('pass');
    expect(refundsKept.check(unnamed, booksOfBuyers('ann'))?.violations).toBe(1);
  });

  it('asks for nothing when the refund was not confirmed', () => {
    for (const answer of [timedOut(), 'unanswered' as const, refused('expired')]) {
      const unsure = historyWith(bought('ann').refund(answer));
      expect([statusOf(unsure, booksOfBuyers('ann')), statusOf(unsure, back)]).toEqual(['pass', 'pass']);
    }
  });

  it('wants a refunded order for each yes of a backend that names none', () => {
    const nameless = (n: number) =>
      purchase('ann', n).cart().checkout({ orderId: null }).pay({ orderId: null }).refund({ orderId: null });
    const two = historyWith(nameless(1), nameless(2));
    const orders = (...statuses: ('paid' | 'refunded')[]): Books =>
      booksOf({ orders: statuses.map((status, i) => order('ann', { id: `o${i}`, status })) });
    expect(statusOf(two, orders('refunded', 'refunded'))).toBe('pass');
    expect(refundsKept.check(two, orders('refunded', 'paid'))?.evidence).toEqual([
      'an order of ann (mug): told as refunded, but the books have no refunded order of mug',
    ]);
  });

  it('leaves the order of another buyer to orders_private', () => {
    const others = historyWith(bought('eve').refund({ orderId: 'order-ann/1' }));
    expect(statusOf(others, booksOfBuyers('ann'))).toBe('pass');
  });

  it('is unknown without books, payments, or a whole history, and left out when nobody asked', () => {
    expect(statusOf(asked, null)).toBe('unknown');
    expect(statusOf(asked, { ...back, payments: null })).toBe('unknown');
    expect(statusOf(asked, { ...booksOfBuyers('ann'), payments: null })).toBe('fail');
    expect(statusOf({ ...asked, gaps: [gapFrom(9000)] }, back)).toBe('unknown');
    expect(refundsKept.check(historyWith(bought('ann')), back)).toBeNull();
  });
});
