import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { keysKept } from '../../sim/ledger/checks/keys-kept.ts';
import type { History, Purchase } from '../../sim/ledger/history.ts';
import {
  booksOf,
  booksOfBuyers,
  bought,
  gapFrom,
  historyOf,
  hold,
  order,
  payment,
  purchase,
  refused,
  timedOut,
  UNSENT,
} from './rig.ts';

describe('keys_kept', () => {
  const clean = booksOfBuyers('ann');
  const check = (books: Books | null, ...purchases: Purchase[]) => keysKept.check(historyOf({ purchases }), books);

  it('passes when each key had one effect, or none', () => {
    expect(check(clean, bought('ann'))?.status).toBe('pass');
    expect(check(booksOf(), bought('ann'))?.status).toBe('pass');
    expect(
      check(clean, purchase('ann').cart(timedOut()).cart().checkout(timedOut()).checkout().pay(timedOut()).pay())
        ?.status,
    ).toBe('pass');
  });

  it.each([
    [
      'hold',
      { reservations: [hold('ann'), hold('ann', { id: 'cart-2' })] },
      '1 cart key, 2 holds in the books (cart-ann/1, cart-2)',
    ],
    [
      'order',
      { orders: [order('ann'), order('ann', { id: 'order-2', status: 'cancelled' as const })] },
      '1 checkout key, 2 orders in the books (order-ann/1, order-2)',
    ],
    [
      'charge',
      { payments: [payment('ann'), payment('ann', { id: 'pay-2' })] },
      '1 pay key, 2 charges in the books (pay-ann/1, pay-2)',
    ],
  ])('fails for a %s more than there are keys', (_, change, words) => {
    const retried = purchase('ann').cart(timedOut()).cart().checkout(timedOut()).checkout().pay(timedOut()).pay();
    const result = check({ ...clean, ...change }, retried);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual([`ann (mug): ${words}`]);
  });

  it('allows another effect for another key, answered or not, but not for one that never left', () => {
    const twice = { ...clean, reservations: [hold('ann'), hold('ann', { id: 'cart-2' })] };
    expect(check(twice, bought('ann').cart({ cartId: 'cart-2' }, 1, 'k2'))?.status).toBe('pass');
    expect(check(twice, bought('ann').cart('unanswered', 1, 'k2'))?.status).toBe('pass');
    expect(check(twice, bought('ann').cart(timedOut(), 1, ''))?.status).toBe('pass');
    expect(check(twice, bought('ann'), purchase('ann', 2).cart(timedOut()))?.status).toBe('pass');
    expect(check(twice, bought('ann').cart(UNSENT, 1, 'k2'))?.status).toBe('fail');
    expect(check(twice, bought('ann'), purchase('ann', 2, 'hat').cart())?.status).toBe('fail');
  });

  it('does not count declined payments', () => {
    const declined = { ...clean, payments: [payment('ann'), payment('ann', { id: 'd', status: 'declined' as const })] };
    expect(check(declined, bought('ann').pay(refused('card_declined'), 'k2'))?.status).toBe('pass');
  });

  it('fails when two answers to one key name different things, once with the extra effect', () => {
    const split = bought('ann').cart({ cartId: 'cart-2' });
    const result = check(clean, split);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence[0]).toContain('answers to one key name cart-ann/1 and cart-2');
    const twice = { ...clean, reservations: [hold('ann'), hold('ann', { id: 'cart-2' })] };
    expect(check(twice, split)?.violations).toBe(1);
  });

  it('fails when of two answers to one key one declines the card, and the other charges it', () => {
    const result = check(clean, bought('ann').pay(refused('card_declined')));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence[0]).toContain('one answer to a key says ok, and another card_declined');
    expect(check(clean, purchase('ann').cart().checkout().pay(refused('card_declined')).pay())?.status).toBe('fail');
    expect(check(clean, bought('ann').pay(refused('throttled')))?.status).toBe('pass');
  });

  it('needs no books for two answers that contradict each other', () => {
    const ann = purchase('ann').cart().checkout().pay(refused('card_declined')).pay();
    for (const books of [null, { ...clean, payments: null }]) {
      const result = check(books, ann);
      expect(result?.status).toBe('fail');
      expect(result?.evidence).toEqual([
        'ann (mug): 1 pay key; one answer to a key says ok, and another card_declined',
      ]);
    }
    expect(check({ ...clean, payments: [] }, ann)?.evidence[0]).toContain('1 pay key, 0 charges in the books; one');
  });

  it('looks at every purchase of a buyer, and counts once', () => {
    const second = () => purchase('ann', 2).cart().cart({ cartId: 'other' });
    expect(check(clean, bought('ann'), second())?.violations).toBe(1);
    expect(check(clean, bought('ann').cart({ cartId: 'another' }), second())?.violations).toBe(2);
  });

  it('is unknown without books or tables, and where the history has holes', () => {
    expect(check(null, bought('ann'))?.status).toBe('unknown');
    expect(check({ ...clean, reservations: null }, bought('ann'))?.status).toBe('unknown');
    expect(check({ ...clean, payments: null }, bought('ann'))?.status).toBe('unknown');
    const lost = (fromMs: number): History => historyOf({ purchases: [bought('ann')], gaps: [gapFrom(fromMs)] });
    expect(keysKept.check(lost(20_000), clean)?.status).toBe('unknown');
    const twice = { ...clean, payments: [payment('ann'), payment('ann', { id: 'pay-2' })] };
    expect(keysKept.check(lost(20_000), twice)?.status).toBe('fail');
    expect(keysKept.check(lost(5000), twice)?.status).toBe('unknown');
  });
});
