import { describe, expect, it } from 'vitest';
import type { BookProduct, Books } from '../../sim/ledger/books.ts';
import { holdsResolved } from '../../sim/ledger/checks/holds-resolved.ts';
import { keysKept } from '../../sim/ledger/checks/keys-kept.ts';
import { stockConserved } from '../../sim/ledger/checks/stock-conserved.ts';
import { stockNeverRises } from '../../sim/ledger/checks/stock-never-rises.ts';
import type { GivenCue, History } from '../../sim/ledger/history.ts';
import {
  at,
  booksOf,
  bought,
  cue,
  EPOCH_OFFSET_MS,
  gapFrom,
  historyOf,
  hold,
  moved,
  oneClock,
  order,
  purchase,
  refused,
  timedOut,
  UNSENT,
} from './rig.ts';

describe('stock_conserved', () => {
  const history = historyOf();
  const kept = (change: Partial<BookProduct>, more: Partial<Books> = {}): Books => {
    const counts = { stockedUnits: 10, soldUnits: 3, leftUnits: 5, heldUnits: 2 };
    return booksOf({ orders: [order('ann', { units: 3 })], products: [{ id: 'mug', ...counts, ...change }], ...more });
  };

  it('passes when sold, held and left add up to what was stocked', () => {
    expect(stockConserved.check(history, kept({}))).toMatchObject({
      status: 'pass',
      detail: 'mug 10 stocked, 3 sold, 2 held, 5 left.',
    });
  });

  it('fails by the unit, both ways, and counts what was sold from the orders', () => {
    expect(stockConserved.check(history, kept({ leftUnits: 4 }))).toMatchObject({ status: 'fail', violations: 1 });
    const result = stockConserved.check(history, kept({ heldUnits: 4, soldUnits: 1 }));
    expect(result).toMatchObject({ status: 'fail', violations: 2 });
    expect(result?.evidence).toEqual(['mug: 10 stocked, 3 sold, 4 held, 5 left, 2 off']);
  });

  it('fails for a refund that put nothing back', () => {
    const books = kept({ heldUnits: 0, leftUnits: 7 }, { orders: [order('ann', { units: 3, status: 'refunded' })] });
    const result = stockConserved.check(history, books);
    expect(result).toMatchObject({ status: 'fail', violations: 3 });
    expect(result?.cases[0].timeline[0].text).toBe(
      'books: order-ann/1 of ann, 3 units of mug for 15.00; in the end refunded',
    );
  });

  it('fails when the movements do not sum up to what is left', () => {
    const movements = [moved('initial', 10, -1000), moved('reserve', -5, 1000)];
    expect(stockConserved.check(history, kept({}, { movements }))?.status).toBe('pass');
    const lost = [...movements, moved('release', 1, 2000)];
    expect(stockConserved.check(history, kept({}, { movements: lost }))).toMatchObject({
      status: 'fail',
      violations: 1,
    });
  });

  it('takes what the books do not count from holds, movements and the host', () => {
    const reservations = [hold('bob', { units: 2, status: 'held' }), hold('ann', { units: 3 })];
    const movements = [moved('initial', 10, -1000), moved('reserve', -5, 1000)];
    const bare = kept({ stockedUnits: null, leftUnits: null, heldUnits: null }, { reservations, movements });
    expect(stockConserved.check(history, bare)?.status).toBe('pass');
    expect(stockConserved.check(history, { ...bare, reservations: [] })?.violations).toBe(2);
  });

  it('allows for a restock without an answer when the books do not say what was stocked', () => {
    const unsure = historyOf({ cues: [cue('restock', 1000, { units: 4, status: 'unknown' })] });
    for (const leftUnits of [5, 7, 9]) {
      expect(stockConserved.check(unsure, kept({ stockedUnits: null, leftUnits }))?.status).toBe('pass');
    }
    expect(stockConserved.check(unsure, kept({ stockedUnits: null, leftUnits: 10 }))?.violations).toBe(1);
  });

  it('fails when the shop stocked other than what the host put there', () => {
    const cues = [cue('restock', 1000, { units: 5 }), cue('restock', 2000, { units: 4, status: 'unknown' })];
    const restocked = historyOf({ cues });
    const of = (stockedUnits: number, more: Partial<Books> = {}) =>
      stockConserved.check(restocked, kept({ stockedUnits, leftUnits: stockedUnits - 5 }, more));
    expect([15, 19].map((units) => of(units)?.status)).toEqual(['pass', 'pass']);
    expect(of(12)).toMatchObject({ status: 'fail', violations: 3 });
    expect(of(12)?.evidence).toEqual(['mug: 12 stocked (the host put 15 to 19 there), 3 sold, 2 held, 7 left, 3 off']);
    expect(of(20)?.violations).toBe(1);
    expect(of(12, { exclusive: false })?.status).toBe('pass');
    const unseen = { ...restocked, gaps: [{ shard: -1, shards: 1, fromMs: 500, why: 'killed' }] };
    expect(stockConserved.check(unseen, kept({ stockedUnits: 40, leftUnits: 35 }))?.status).toBe('pass');
  });

  it('is unknown without books, products, or what is left or held', () => {
    expect(stockConserved.check(history, null)?.status).toBe('unknown');
    expect(stockConserved.check(history, booksOf({ products: null }))?.status).toBe('unknown');
    expect(stockConserved.check(history, kept({ leftUnits: null }))?.status).toBe('unknown');
    expect(stockConserved.check(history, kept({ heldUnits: null }, { reservations: null }))?.status).toBe('unknown');
  });
});

const figure = (left: number, publishedAtMs: number, seenAtMs = publishedAtMs): History['stock'][number] => {
  return { productId: 'mug', left, publishedAtMs, seenAtMs };
};

describe('stock_never_rises', () => {
  /** Figures of mugs, one a second from 10 s on. */
  const shown = (figures: number[], cues: GivenCue[] = [], everyMs = 1000): History =>
    historyOf({
      cues,
      stock: figures.map((left, i) => figure(left, 10_000 + i * everyMs)),
    });
  const shelf = (...movements: ReturnType<typeof moved>[]): Books =>
    booksOf({ movements: [moved('initial', 10, -1000), ...movements] });
  const check = (history: History, books: Books | null) => stockNeverRises.check(...oneClock(history, books));
  const statusOf = (history: History, books: Books | null) => check(history, books)?.status;

  it('passes when figures fall, even without books: they were compared', () => {
    expect(stockNeverRises.check(shown([9, 7, 7, 0]), null)).toMatchObject({
      status: 'pass',
      detail: '3 figures compared with the one before, 0 rose, so nothing to explain.',
    });
  });

  it('fails for a rise that nothing explains, and shows the figures around it', () => {
    const result = stockNeverRises.check(shown([9, 4, 7, 3]), shelf(moved('release', 2, 11_500)));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual(['mug: 4 left at 11 s, then 7 at 12 s; 2 came back in between']);
    expect(result?.cases[0].timeline.map(({ text }) => text)).toEqual(
      [9, 4, 7, 3].map((n) => `viewers are shown ${n} left`),
    );
  });

  it('allows what came back in between, give or take a second', () => {
    for (const atMs of [10_000, 11_500, 13_000]) {
      expect(statusOf(shown([9, 4, 7]), shelf(moved('release', 3, atMs)))).toBe('pass');
    }
    expect(statusOf(shown([9, 4, 7]), shelf(moved('release', 3, 9900)))).toBe('fail');
    expect(statusOf(shown([9, 4, 7]), shelf(moved('release', 3, 13_100)))).toBe('fail');
    const returned = shelf(moved('refund', 1, 11_500), moved('restock', 2, 11_500), moved('reserve', -5, 11_500));
    expect(statusOf(shown([9, 4, 7]), returned)).toBe('pass');
    expect(statusOf(shown([9, 4, 7]), shelf(moved('release', 3, 11_500, 'hat')))).toBe('fail');
  });

  it('lets a drop or a close in between explain any figure', () => {
    for (const kind of ['drop', 'close']) {
      expect(statusOf(shown([9, 4, 70], [cue(kind, 11_500)]), shelf())).toBe('pass');
      expect(statusOf(shown([9, 4, 70], [cue(kind, 12_900)]), shelf())).toBe('pass');
      expect(statusOf(shown([9, 4, 70], [cue(kind, 2000, { status: 'unknown', answeredMs: null })]), shelf())).toBe(
        'pass',
      );
      expect(statusOf(shown([9, 4, 70], [cue(kind, 11_500, { status: 'refused' })]), shelf())).toBe('fail');
      expect(statusOf(shown([9, 4, 70], [cue(kind, 2000)]), shelf())).toBe('fail');
    }
  });

  it('does not mind figures that overtook each other by a moment', () => {
    expect(statusOf(shown([9, 4, 7, 3], [], 40), shelf())).toBe('pass');
    expect(statusOf(shown([9, 4, 10, 3], [], 300), shelf())).toBe('fail');
  });

  it('allows for as long as the slowest answer of the run took', () => {
    const slow = { purchases: [purchase('ann').at(2000, 4000).cart()] };
    const books = shelf(moved('release', 3, 7500));
    expect(statusOf(shown([9, 4, 7]), books)).toBe('fail');
    expect(statusOf({ ...shown([9, 4, 7]), ...slow }, books)).toBe('pass');
    const dropped = shown([9, 4, 70], [cue('drop', 8000)]);
    expect(statusOf(dropped, shelf())).toBe('fail');
    expect(statusOf({ ...dropped, ...slow }, shelf())).toBe('pass');
  });

  it('does not believe the clocks of a backend against the order in which viewers saw its figures', () => {
    // One instance says 9 and 4; the other, whose clock is 1.6 s ahead, has said 7 in between.
    const figures = [figure(9, 10_000), figure(7, 12_600, 11_000), figure(4, 12_000)];
    expect(statusOf(historyOf({ stock: figures }), shelf())).toBe('pass');
    const told = figures.map((one) => ({ ...one, seenAtMs: one.publishedAtMs }));
    expect(statusOf(historyOf({ stock: told }), shelf())).toBe('fail');
  });

  it('keeps products apart', () => {
    const history = shown([3, 2]);
    const hats = [9000, 12_000].map((publishedAtMs) => ({ ...figure(50, publishedAtMs), productId: 'hat' }));
    expect(statusOf({ ...history, stock: [...history.stock, ...hats] }, shelf())).toBe('pass');
  });

  it('without movements is unknown when something rose, unless a restock explains it', () => {
    const books = booksOf({ movements: null });
    expect(statusOf(shown([9, 4, 7]), books)).toBe('unknown');
    expect(statusOf(shown([9, 4, 7]), null)).toBe('unknown');
    expect(statusOf(shown([9, 4, 7], [cue('restock', 11_500, { units: 3 })]), books)).toBe('pass');
    expect(statusOf(shown([9, 4, 7], [cue('restock', 11_500, { units: 2 })]), books)).toBe('unknown');
  });

  it('is left out when no two figures were pushed', () => {
    expect(stockNeverRises.check(shown([9]), shelf())).toBeNull();
  });
});

describe('holds_resolved', () => {
  const history = historyOf({ purchases: [bought('ann')] });
  const held = (
    endMs: number,
    status: 'held' | 'released' = 'held',
    readAtEpochMs: number | null = at(90_000),
  ): Books => booksOf({ readAtEpochMs, reservations: [hold('ann', { status, expiresAtEpochMs: at(endMs) })] });

  const both = (...holds: readonly Books[]): Books =>
    booksOf({ readAtEpochMs: at(90_000), reservations: holds.flatMap(({ reservations }) => reservations ?? []) });

  it('passes when holds gave their units back, though others still last', () => {
    expect(holdsResolved.check(history, held(10_000, 'released'))?.status).toBe('pass');
    const books = both(held(10_000, 'released'), held(95_000), held(85_000));
    expect(holdsResolved.check(history, books)).toMatchObject({
      status: 'pass',
      detail: '3 holds, none stuck, 2 not over yet.',
    });
  });

  it('is left out while no hold has ended, or only a moment ago', () => {
    for (const endMs of [95_000, 85_000]) expect(holdsResolved.check(history, held(endMs))).toBeNull();
    expect(holdsResolved.check(history, both(held(95_000), held(84_000)))?.status).toBe('fail');
  });

  it('is left out where the shop holds nothing, and passes where all was bought', () => {
    expect(holdsResolved.check(history, both())).toBeNull();
    const sold = booksOf({
      readAtEpochMs: at(90_000),
      reservations: [hold('ann', { status: 'sold', expiresAtEpochMs: at(95_000) })],
    });
    expect(holdsResolved.check(history, sold)?.status).toBe('pass');
  });

  it('fails when units are still held long after, and names hold and buyer', () => {
    const result = holdsResolved.check(history, held(84_000));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual(['cart-ann/1 of ann: 1 unit of mug still held 6 s after the hold ended']);
    expect(result?.cases[0].timeline.at(-1)).toEqual({ atMs: 90_000, text: 'books read: cart-ann/1 is still held' });
  });

  it('lets a payment without a definite answer keep one hold for up to 130 s', () => {
    const paying = (answer: Parameters<ReturnType<typeof purchase>['pay']>[0]) =>
      historyOf({ purchases: [purchase('ann').cart().checkout().pay(answer)] });
    for (const answer of ['unanswered' as const, timedOut()]) {
      expect(holdsResolved.check(paying(answer), held(10_000))).toMatchObject({
        status: 'pass',
        detail: '1 hold, none stuck, 1 kept by a payment without an answer.',
      });
      expect(holdsResolved.check(paying(answer), held(-41_000))?.status).toBe('fail');
    }
    for (const answer of [{}, refused('card_declined'), UNSENT]) {
      expect(holdsResolved.check(paying(answer), held(10_000))?.status).toBe('fail');
    }
    const two = held(10_000);
    const more = { ...two, reservations: [...(two.reservations ?? []), ...(two.reservations ?? [])] };
    expect(holdsResolved.check(paying(timedOut()), more)?.violations).toBe(1);
    const hat = historyOf({ purchases: [purchase('ann', 1, 'hat').cart().checkout().pay(timedOut())] });
    expect(holdsResolved.check(hat, held(10_000))?.status).toBe('fail');
  });

  it('does not accuse while a payment of a lost worker, or of a stranger, may keep a hold', () => {
    const lost = historyOf({ purchases: [bought('ann')], gaps: [gapFrom(9000)] });
    expect(holdsResolved.check(lost, held(10_000))?.status).toBe('unknown');
    expect(holdsResolved.check(lost, held(-41_000))?.status).toBe('fail');
    const others = (endMs: number): Books => ({ ...held(endMs), exclusive: false });
    expect(holdsResolved.check(historyOf(), others(10_000))?.status).toBe('pass');
    expect(holdsResolved.check(historyOf(), held(10_000))?.status).toBe('fail');
    expect(holdsResolved.check(historyOf(), others(-41_000))?.status).toBe('fail');
  });

  it('is unknown without books or holds, or when nobody knows when they were read', () => {
    expect(holdsResolved.check(history, null)?.status).toBe('unknown');
    expect(holdsResolved.check(history, booksOf({ reservations: null }))?.status).toBe('unknown');
    expect(holdsResolved.check(history, held(10_000, 'held', null))?.status).toBe('unknown');
  });
});

describe('an event without products', () => {
  it('has nothing of this to check', () => {
    const empty = historyOf({ products: [] });
    for (const checker of [stockConserved, holdsResolved, keysKept]) expect(checker.check(empty, booksOf())).toBeNull();
  });
});

describe('figures that the books bear out by their order', () => {
  const changes = (...units: number[]): Books['movements'] =>
    units.map((each, i) => ({
      productId: 'mug',
      kind: each > 0 ? ('release' as const) : ('reserve' as const),
      units: each,
      atEpochMs: EPOCH_OFFSET_MS + i,
    }));
  const seen = (...figures: [left: number, atMs: number][]): History =>
    historyOf({ stock: figures.map(([left, publishedAtMs]) => figure(left, publishedAtMs)) });
  const status = (history: History, movements: Books['movements']) =>
    stockNeverRises.check(...oneClock(history, booksOf({ movements })))?.status;

  it('may come long after the movement was dated: a busy backend commits late', () => {
    expect(status(seen([10, 5000], [4, 20_000], [9, 30_000]), changes(10, -6, 5))).toBe('pass');
  });

  /** From 1 s on, each second: at its beginning 30 are taken, and in its middle 20 come back. */
  const busy = Array.from({ length: 12 }, (_, i) => 1000 * (i + 1)).flatMap((ms) => [
    moved('reserve', -30, ms),
    moved('release', 20, ms + 500),
  ]);
  const both = booksOf({ movements: [moved('initial', 300, -1000), ...busy] });
  /** Told a quarter of a second after units were taken: 270, 260, 250 ... */
  const sales = (length: number): [number, number][] =>
    Array.from({ length }, (_, i) => [270 - 10 * i, 1250 + 1000 * i]);

  it('may not be of long ago, however much comes and goes', () => {
    const stale = (first: number, left: number): History => {
      const figures = sales(12).slice(first);
      return seen(...figures.slice(0, -1), [left, figures.at(-1)![1]]);
    };
    expect(stockNeverRises.check(seen(...sales(12)), both)?.status).toBe('pass');
    // 60 came back within a second of the two, so 50 more could be explained by that alone.
    const result = stockNeverRises.check(...oneClock(stale(0, 220), both));
    expect(result?.evidence).toEqual([
      'mug: 170 left at 11.25 s, then 220 at 12.25 s; the shelf had at most 210 since',
    ]);
    expect(stockNeverRises.check(...oneClock(stale(0, 210), both))?.status).toBe('pass');
    // Too few to know that the books have them in their order.
    expect(stockNeverRises.check(stale(6, 220), both)?.status).toBe('pass');
    const slow = { ...stale(0, 220), purchases: [purchase('ann').at(2000, 4000).cart()] };
    expect(stockNeverRises.check(slow, both)?.status).toBe('pass');
  });

  it('say nothing where the books are late with what they write, or two feeds have clocks that are apart', () => {
    const stale: [number, number][] = [...sales(11), [220, 12_250]];
    const lateBooks = {
      ...both,
      movements: both.movements!.map((row, i) => (i === 5 ? { ...row, atEpochMs: row.atEpochMs + 700 } : row)),
    };
    const status = (history: History, books: Books) => stockNeverRises.check(...oneClock(history, books))?.status;
    expect(status(seen(...stale), both)).toBe('fail');
    expect(status(seen(...stale), lateBooks)).toBe('pass');
    const apart = seen(...stale);
    const feeds = apart.stock.map((one, i) => (i % 2 === 0 ? one : { ...one, seenAtMs: one.seenAtMs + 800 }));
    expect(status({ ...apart, stock: feeds }, both)).toBe('pass');
  });

  it('are wrong when they tell again of what was before', () => {
    expect(status(seen([10, 5000], [4, 20_000], [10, 30_000]), changes(10, -6))).toBe('fail');
    expect(status(seen([10, 5000], [6, 20_000], [4, 25_000], [6, 30_000]), changes(10, -4, -2))).toBe('fail');
    expect(status(seen([10, 5000], [6, 20_000], [4, 25_000], [6, 30_000]), changes(10, -4, -2, 2))).toBe('pass');
  });
});
