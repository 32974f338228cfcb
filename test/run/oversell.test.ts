import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { checkOversell } from '../../sim/ledger/oversell.ts';

type Order = Books['orders'][number];

function order(id: string, productId: string, units: number, status: Order['status'] = 'paid'): Order {
  return { id, buyerId: `buyer of ${id}`, productId, units, amountMinor: units * 100, status };
}

/** Books whose own counters say that all is well: they are not to be believed. */
function books(...orders: Order[]): Books {
  const product = { stockedUnits: 1000, soldUnits: 0, leftUnits: 1000, heldUnits: 0 };
  return { products: ['mug', 'hat'].map((id) => ({ id, ...product })), orders, payments: [], rooms: [] };
}

const stocked = (units: Record<string, number>): Map<string, number> => new Map(Object.entries(units));

describe('oversell', () => {
  it('passes when every unit was there, down to the last', () => {
    expect(checkOversell(books(order('a', 'mug', 2), order('b', 'mug', 3)), stocked({ mug: 5 }))).toMatchObject({
      status: 'pass',
      violations: 0,
      detail: '5 units sold of 5 in stock.',
      evidence: [],
    });
  });

  it('fails by the unit, and says which product', () => {
    const result = checkOversell(
      books(order('a', 'mug', 4), order('b', 'mug', 3), order('c', 'hat', 1)),
      stocked({ mug: 5, hat: 9 }),
    );
    expect(result).toMatchObject({ status: 'fail', violations: 2, detail: '8 units sold of 14 in stock, 2 too many.' });
    expect(result.evidence).toEqual(['mug: 7 units in paid orders, 5 ever in stock, 2 too many']);
  });

  it('adds up over products: what one has left does not make up for another', () => {
    const oversold = books(order('a', 'mug', 6), order('b', 'hat', 4));
    expect(checkOversell(oversold, stocked({ mug: 5, hat: 2 })).violations).toBe(3);
    expect(checkOversell(oversold, stocked({ mug: 5, hat: 100 })).violations).toBe(1);
  });

  it('counts what was sold from an empty shelf', () => {
    expect(checkOversell(books(order('a', 'mug', 1)), stocked({ mug: 0 }))).toMatchObject({
      status: 'fail',
      violations: 1,
    });
  });

  it.each(['pending', 'cancelled', 'refunded'] as const)('does not count orders that are %s', (status) => {
    const result = checkOversell(books(order('a', 'mug', 5), order('b', 'mug', 3, status)), stocked({ mug: 5 }));
    expect(result).toMatchObject({ status: 'pass', violations: 0 });
  });

  it('allows units that came back to be sold again, and units of a restock', () => {
    const resold = books(order('a', 'mug', 5, 'refunded'), order('b', 'mug', 5));
    expect(checkOversell(resold, stocked({ mug: 5 })).status).toBe('pass');
    expect(checkOversell(books(order('a', 'mug', 8)), stocked({ mug: 5 + 3 })).status).toBe('pass');
    expect(checkOversell(books(order('a', 'mug', 9)), stocked({ mug: 5 + 3 })).violations).toBe(1);
  });

  it('counts what was sold beyond the batches that were offered, though the shelf held more', () => {
    const sold = books(order('a', 'mug', 9), order('b', 'hat', 9));
    expect(checkOversell(sold, stocked({ mug: 20, hat: 20 }), stocked({ mug: 5 }))).toMatchObject({
      status: 'fail',
      violations: 4,
    });
    expect(checkOversell(sold, stocked({ mug: 20, hat: 20 }), stocked({ mug: 9 })).status).toBe('pass');
    expect(checkOversell(sold, stocked({ mug: 7, hat: 20 }), stocked({ mug: 5 })).violations).toBe(4);
  });

  it('does not believe the stock counters of the shop', () => {
    const lying: Books = { ...books(order('a', 'mug', 9)), products: [] };
    expect(checkOversell(lying, stocked({ mug: 5 }))).toMatchObject({ status: 'fail', violations: 4 });
  });

  it('is unknown without books, not passed', () => {
    expect(checkOversell(null, stocked({ mug: 5 }))).toMatchObject({
      status: 'unknown',
      violations: null,
      evidence: [],
    });
    expect(checkOversell(null, new Map())).toMatchObject({ status: 'unknown', violations: null });
  });

  it('passes when nothing was for sale', () => {
    expect(checkOversell(books(), new Map())).toMatchObject({ status: 'pass', violations: 0 });
  });
});
