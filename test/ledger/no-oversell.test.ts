import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { noOversell } from '../../sim/ledger/checks/no-oversell.ts';
import type { History } from '../../sim/ledger/history.ts';
import { booksOf, cue, historyOf, order, product } from './rig.ts';

const shelves = (units: Record<string, number>): History =>
  historyOf({ products: Object.entries(units).map(([id, stockUnits]) => product({ id, stockUnits })) });

function sold(...orders: [productId: string, units: number, status?: 'paid' | 'pending' | 'cancelled' | 'refunded'][]) {
  return booksOf({
    orders: orders.map(([productId, units, status = 'paid'], i) => order(`buyer-${i}`, { productId, units, status })),
  });
}

const check = (history: History, books: Books | null) => noOversell.check(history, books);

describe('no_oversell', () => {
  it('passes when every unit was there, down to the last', () => {
    expect(check(shelves({ mug: 5 }), sold(['mug', 2], ['mug', 3]))).toMatchObject({
      status: 'pass',
      violations: 0,
      acceptable: '0 to 5 units sold',
      detail: '5 units sold of 5 in stock.',
      evidence: [],
    });
  });

  it('fails by the unit, and says which product', () => {
    const result = check(shelves({ mug: 5, hat: 9 }), sold(['mug', 4], ['mug', 3], ['hat', 1]));
    expect(result).toMatchObject({ status: 'fail', violations: 2, detail: '8 units sold of 14 in stock, 2 too many.' });
    expect(result?.evidence).toEqual([
      'mug: 7 units in paid orders, 5 ever in stock, 2 too many, from order-buyer-1/1 of buyer-1 on',
    ]);
    expect(result?.cases.map(({ title }) => title)).toEqual(['order-buyer-1/1 of buyer-1 (mug)']);
  });

  it('adds up over products: what one has left does not make up for another', () => {
    expect(check(shelves({ mug: 5, hat: 2 }), sold(['mug', 6], ['hat', 4]))?.violations).toBe(3);
    expect(check(shelves({ mug: 5, hat: 100 }), sold(['mug', 6], ['hat', 4]))?.violations).toBe(1);
  });

  it('counts what was sold from an empty shelf', () => {
    expect(check(shelves({ mug: 0 }), sold(['mug', 1]))).toMatchObject({ status: 'fail', violations: 1 });
  });

  it.each(['pending', 'cancelled', 'refunded'] as const)('does not count orders that are %s', (status) => {
    expect(check(shelves({ mug: 5 }), sold(['mug', 5], ['mug', 3, status]))?.status).toBe('pass');
  });

  it('does not believe the stock counters of the shop', () => {
    const lying = { id: 'mug', stockedUnits: 1000, soldUnits: 0, leftUnits: 1000, heldUnits: 0 };
    const books = { ...sold(['mug', 9]), products: [lying] };
    expect(check(shelves({ mug: 5 }), books)).toMatchObject({ status: 'fail', violations: 4 });
  });

  it('is unknown without books, not passed, and left out when nothing is for sale', () => {
    expect(check(shelves({ mug: 5 }), null)).toMatchObject({ status: 'unknown', violations: null, evidence: [] });
    expect(check(shelves({}), sold())).toBeNull();
  });
});

describe('what the host put on the shelf', () => {
  const restocked = (status: 'done' | 'refused' | 'unknown') =>
    historyOf({
      products: [product({ stockUnits: 5 })],
      cues: [cue('restock', 1000, { units: 3, status }), cue('restock', 1000, { units: 50, productId: 'hat' })],
    });

  it('is the stock at the start and every restock of that product', () => {
    expect(check(restocked('done'), sold(['mug', 8]))?.status).toBe('pass');
    expect(check(restocked('done'), sold(['mug', 9]))?.violations).toBe(1);
  });

  it('is without a restock that was refused, and with one that got no answer', () => {
    expect(check(restocked('refused'), sold(['mug', 8]))?.violations).toBe(3);
    expect(check(restocked('unknown'), sold(['mug', 8]))?.status).toBe('pass');
  });
});

describe('what a person was to do', () => {
  const byHand = (change: Partial<History>) =>
    historyOf({ products: [product({ stockUnits: 5, dropped: true })], ...change });

  it('may not have been done: what only a restock would explain is unknown, what is more is too much', () => {
    const cues = [cue('restock', 1000, { units: 3, status: 'unknown', manual: true })];
    const restocked = historyOf({ products: [product({ stockUnits: 5 })], cues });
    expect(check(restocked, sold(['mug', 5]))?.status).toBe('pass');
    expect(check(restocked, sold(['mug', 6]))).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('Whether mug was restocked'),
    });
    expect(check(restocked, sold(['mug', 9]))?.violations).toBe(1);
  });

  it('is no batch: a backend that knows no drops sells what it has', () => {
    const cues = [cue('drop', 1000, { units: 2, status: 'unknown', manual: true })];
    expect(check(byHand({ cues }), sold(['mug', 5]))?.status).toBe('pass');
    expect(check(byHand({ cues }), sold(['mug', 6]))?.violations).toBe(1);
  });
});

describe('what was on offer in batches', () => {
  const batched = (change: Partial<History> = {}, offeredUnits: number | null = null): History =>
    historyOf({
      products: [product({ stockUnits: 100, dropped: true, offeredUnits })],
      cues: [cue('drop', 10_000, { units: 5 }), cue('drop', 30_000, { units: 6 })],
      ...change,
    });

  it('is the sum of the batches', () => {
    expect(check(batched(), sold(['mug', 11]))).toMatchObject({
      status: 'pass',
      detail: '11 units sold of 11 on offer and 100 in stock.',
    });
    const result = check(batched(), sold(['mug', 15]));
    expect(result).toMatchObject({ status: 'fail', violations: 4 });
    expect(result?.evidence[0]).toMatch(/^mug: 15 units in paid orders, 11 ever on offer, 4 too many/);
  });

  it('begins with what the open drop still offered', () => {
    expect(check(batched({}, 4), sold(['mug', 15]))?.status).toBe('pass');
    expect(check(batched({}, 4), sold(['mug', 16]))?.violations).toBe(1);
  });

  it('is without a drop that was refused, and with one that got no answer', () => {
    const second = (status: 'refused' | 'unknown') =>
      batched({ cues: [cue('drop', 10_000, { units: 5 }), cue('drop', 30_000, { units: 6, status })] });
    expect(check(second('refused'), sold(['mug', 6]))?.violations).toBe(1);
    expect(check(second('unknown'), sold(['mug', 11]))?.status).toBe('pass');
  });

  it('has no bound for a product that was on sale without batches, or dropped without a number', () => {
    const always = historyOf({ products: [product({ stockUnits: 100 })], cues: [cue('drop', 10_000, { units: 5 })] });
    expect(check(always, sold(['mug', 50]))?.status).toBe('pass');
    expect(check(batched({ cues: [cue('drop', 10_000)] }), sold(['mug', 50]))?.status).toBe('pass');
  });

  it('has no bound when a drop without a number was open when the window began', () => {
    const early = (isOpen: boolean): History =>
      historyOf({
        products: [product({ stockUnits: 100, dropped: true, isOpen })],
        cues: [cue('drop', 10_000, { units: 11 })],
      });
    expect(check(early(true), sold(['mug', 50]))?.status).toBe('pass');
    expect(check(early(false), sold(['mug', 50]))?.violations).toBe(39);
  });
});
