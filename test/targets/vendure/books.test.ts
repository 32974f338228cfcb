import { describe, expect, it } from 'vitest';
import type { Books } from '../../../sim/ledger/books.ts';
import { moneyBalances } from '../../../sim/ledger/checks/money-balances.ts';
import { noOversell } from '../../../sim/ledger/checks/no-oversell.ts';
import { stockConserved } from '../../../sim/ledger/checks/stock-conserved.ts';
import { buyerOf, emailOf } from '../../../sim/targets/vendure/buyers.ts';
import { vendureTarget } from '../../../sim/targets/vendure/vendure.ts';
import { vendureOptions } from '../../../sim/targets/vendure/options.ts';
import { historyOf, product } from '../../ledger/rig.ts';
import { environment } from '../viewer.ts';
import { movement, movementsPage, page, payment, placed, shelf, SIGNED_IN, updated } from './recorded.ts';
import { talk, type Recorded } from './talk.ts';
import { showOf } from './walk.ts';

const admin = { username: 'superadmin', password: 'secret' };
const history = historyOf({ products: [product({ id: 'serum', priceMinor: 1990, stockUnits: 2 })] });

interface Setting {
  /** Units that the host stocked; `null`: the shop's stock is its own. */
  readonly stock?: number | null;
  readonly exclusive?: boolean;
}

/** Books as they are read after a show, from what the shop answers to the audit. */
function audited(answers: readonly Recorded[], { stock = 2, exclusive = true }: Setting = {}) {
  const options = vendureOptions.parse({ url: 'http://shop.test', admin, manageStock: stock !== null, exclusive });
  const { host, books } = vendureTarget(options, environment);
  const stocking = stock === null ? [] : [SIGNED_IN, shelf(0, 0), updated(stock, 0)];
  talk(host!.setup(showOf(stock ?? 0)), stocking);
  const { end, asked } = talk(books!.audit(), [...(stock === null ? [SIGNED_IN] : []), ...answers]);
  return { books: end as Books, asked };
}

/** Sold as many as these orders say; the shop's counters say what `allocated` is, its records what there were. */
function sold(orders: readonly unknown[], allocated: number, setting: Setting = {}): Books {
  const records = orders.map((_, i) => movement('ALLOCATION', 1, i));
  const moved = setting.stock === null ? [] : [movementsPage(records, records.length + 2)];
  return audited([shelf(setting.stock ?? 2, allocated), ...moved, page(orders)], setting).books;
}

describe('the books of a shop that sold what it had', () => {
  const books = sold([placed(1), placed(2)], 2);

  it('are in balance', () => {
    expect(noOversell.check(history, books)?.status).toBe('pass');
    expect(moneyBalances.check(history, books)?.status).toBe('pass');
    expect(stockConserved.check(history, books)?.status).toBe('pass');
  });

  it('name its viewers, and say money without the parcel', () => {
    expect(books.orders[0]).toEqual({
      id: 'ORDER1',
      buyerId: 'followers-1',
      productId: 'serum',
      units: 1,
      amountMinor: 1990,
      status: 'paid',
      atEpochMs: Date.UTC(2026, 10, 23, 5, 56, 4, 682),
    });
    expect(books.payments?.[0]).toMatchObject({ id: '1', orderId: 'ORDER1', amountMinor: 1990, status: 'captured' });
    expect(books.readAtEpochMs).toBe(Date.UTC(2026, 10, 23, 5, 56, 10));
    // Vendure holds nothing for carts, so the list is whole.
    expect(books.reservations).toEqual([]);
  });
});

describe('the books of a shop that sold more', () => {
  // What Vendure does: three orders, three records of their units, and counts that got lost.
  const books = sold([placed(1), placed(2), placed(3)], 1);

  it('fail no_oversell, whatever its counters say', () => {
    expect(books.products).toEqual([{ id: 'serum', stockedUnits: 2, soldUnits: 1, leftUnits: 1, heldUnits: 0 }]);
    expect(noOversell.check(history, books)).toMatchObject({
      status: 'fail',
      violations: 1,
      detail: '3 units sold of 2 in stock, 1 too many.',
    });
  });

  it('do not add up, and show which of its own records differ', () => {
    expect(stockConserved.check(history, books)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('2 stocked, 3 sold, 0 held, 1 left (-1 by the movements)') as unknown,
    });
  });

  it('fail it as well when the stock is the shop’s own', () => {
    const own = sold([placed(1), placed(2), placed(3)], 3, { stock: null, exclusive: false });
    expect(own).toMatchObject({
      movements: null,
      reservations: null,
      exclusive: false,
      products: [{ stockedUnits: null, soldUnits: null }],
    });
    expect(noOversell.check(history, own)?.status).toBe('fail');
  });
});

describe('orders and money', () => {
  const ordersOf = (...orders: readonly unknown[]): Books => sold(orders, 0);

  it.each([
    ['paid', { state: 'PaymentAuthorized', payments: [payment(1, { state: 'Authorized' })] }, ['captured']],
    ['paid', { state: 'Shipped' }, ['captured']],
    [
      'pending',
      { state: 'ArrangingPayment', orderPlacedAt: null, payments: [payment(1, { state: 'Declined' })] },
      ['declined'],
    ],
    ['pending', { state: 'ArrangingPayment', orderPlacedAt: null, payments: [payment(1, { state: 'Created' })] }, []],
    ['cancelled', { state: 'Cancelled', payments: [] }, []],
    ['cancelled', { state: 'Cancelled', payments: [payment(1, { state: 'Cancelled' })] }, ['refunded']],
    [
      'refunded',
      { state: 'Cancelled', payments: [payment(1, { refunds: [{ total: 2480, state: 'Settled' }] })] },
      ['refunded'],
    ],
    ['refunded', { payments: [payment(1, { refunds: [{ total: 2480, state: 'Settled' }] })] }, ['refunded']],
    ['paid', { payments: [payment(1, { refunds: [{ total: 2480, state: 'Failed' }] })] }, ['captured']],
  ])('are %s: %j', (status, change, payments) => {
    const books = ordersOf(placed(1, change));
    expect(books.orders.map((order) => order.status)).toEqual([status]);
    expect(books.payments?.map((one) => one.status)).toEqual(payments);
    expect(moneyBalances.check(history, books)?.status).toBe('pass');
  });

  it.each([
    ['taken twice', { payments: [payment(1), payment(2)] }],
    ['taken, and the order is not placed', { state: 'ArrangingPayment', orderPlacedAt: null }],
    ['less than the order', { payments: [payment(1, { amount: 2000 })] }],
    ['given back in part', { payments: [payment(1, { refunds: [{ total: 1, state: 'Settled' }] })] }],
  ])('do not balance when money was %s', (_, change) => {
    expect(moneyBalances.check(history, ordersOf(placed(1, change)))?.status).toBe('fail');
  });

  it('of others are theirs, and of other products are none of the show’s', () => {
    const other = placed(2, { lines: [{ quantity: 3, productVariant: { id: '99' } }] });
    const books = ordersOf(placed(1, {}, 'jo@example.com'), other);
    expect(books.orders).toMatchObject([{ id: 'ORDER1', buyerId: 'jo@example.com' }]);
    expect(books.payments).toHaveLength(1);
  });

  it('of several lines keep their money together, and all their units', () => {
    const lines = [1, 2].map((quantity) => ({ quantity, productVariant: { id: '7' } }));
    const books = ordersOf(placed(1, { lines }));
    expect(books.orders.map(({ id, units, amountMinor }) => [id, units, amountMinor])).toEqual([
      ['ORDER1', 1, 1990],
      ['ORDER1/2', 2, 0],
    ]);
    expect(moneyBalances.check(history, books)?.status).toBe('pass');
  });
});

describe('reading', () => {
  it('asks for orders since the run began by the clock of the shop, without carts', () => {
    const { asked } = audited([shelf(2, 0), movementsPage([]), page([])]);
    // Ours stands still, so it began when the shop's clock said NOW; two seconds for good measure.
    expect(asked[2].variables.since).toBe('2026-11-23T05:56:08.000Z');
    expect(asked[2].query).toContain('notIn: ["Created", "Draft", "AddingItems"]');
  });

  it('goes on until the last page', () => {
    const { books, asked } = audited([
      shelf(2, 0),
      movementsPage([movement('ALLOCATION', 1, 3)], 4),
      movementsPage([movement('RELEASE', 1, 4)], 4),
      page([placed(1)], 3),
      page([placed(2)], 3),
      page([placed(3)], 3),
    ]);
    expect(asked.slice(1).map(({ variables }) => variables.skip)).toEqual([2, 3, 0, 1, 2]);
    expect(books.orders.map(({ id }) => id)).toEqual(['ORDER1', 'ORDER2', 'ORDER3']);
    expect(books.movements?.map(({ kind, units }) => [kind, units])).toEqual([
      ['initial', 2],
      ['reserve', -1],
      ['release', 1],
    ]);
  });

  it('counts a restock as stocked, and a parcel that was sent as nothing more', () => {
    const moves = [movement('ADJUSTMENT', 5), movement('ALLOCATION', 1), movement('SALE', -1), movement('RETURN', 1)];
    const { books } = audited([shelf(7, 0), movementsPage(moves, 6), page([])]);
    expect(books.products?.[0].stockedUnits).toBe(7);
    expect(books.movements?.map(({ kind, units }) => [kind, units])).toEqual([
      ['initial', 2],
      ['restock', 5],
      ['reserve', -1],
      ['refund', 1],
    ]);
  });

  it.each(['followers-12', 'Followers.12', 'ünï 7', 'a=b@c', '=0041'])('finds the viewer by the address: %s', (id) => {
    const email = emailOf(id, 'flashcrowd.invalid');
    expect(email).toMatch(/^[a-z0-9=-]+@flashcrowd\.invalid$/);
    expect(buyerOf(email.toLowerCase(), 'Flashcrowd.invalid')).toBe(id);
  });
});
