import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { noUndersell } from '../../sim/ledger/checks/no-undersell.ts';
import type { GivenCue, History, Purchase } from '../../sim/ledger/history.ts';
import {
  at,
  bought,
  booksOf,
  booksOfBuyers,
  cue,
  gapFrom,
  historyOf,
  hold,
  moved,
  oneClock,
  payment,
  product,
  purchase,
  refused,
  timedOut,
} from './rig.ts';

const SOLD_OUT = refused('sold_out');

/** Ann is told "sold out" at 5.1 s for what she asked at 5 s. */
function told(units = 1, change: Parameters<typeof historyOf>[0] = {}): History {
  return historyOf({ purchases: [purchase('ann').at(5000).cart(SOLD_OUT, units)], ...change });
}

/** A shelf of 10, and what came and went. */
function shelf(...movements: [kind: 'reserve' | 'release' | 'restock', units: number, atMs: number][]): Books {
  return booksOf({
    movements: [moved('initial', 10, -1000), ...movements.map(([kind, units, atMs]) => moved(kind, units, atMs))],
  });
}

const check = (history: History, books: Books | null) => noUndersell.check(...oneClock(history, books));
const statusOf = (history: History, books: Books | null) => check(history, books)?.status;

describe('no_undersell', () => {
  it('fails for a refusal while the shelf held what was asked, and tells of the purchase', () => {
    const result = check(told(3), shelf(['reserve', -7, 2000]));
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual([
      'ann/1 of ann: told "sold out" for 3 units, and at least 3 of mug were free all the while',
    ]);
    expect(result?.cases[0].timeline.map(({ atMs }) => atMs)).toEqual([5000, 5100]);
    expect(result?.cases[0].timeline[1].text).toContain('rejected, sold_out');
  });

  it('passes when fewer were left at some moment from a second before to a second after', () => {
    expect(statusOf(told(3), shelf(['reserve', -8, 2000]))).toBe('pass');
    expect(statusOf(told(1), shelf(['reserve', -10, 4900], ['release', 10, 5050]))).toBe('pass');
    expect(statusOf(told(1), shelf(['reserve', -10, 1000], ['release', 10, 4100]))).toBe('pass');
    expect(statusOf(told(1), shelf(['reserve', -10, 6000]))).toBe('pass');
    expect(statusOf(told(1), shelf(['reserve', -10, 1000], ['release', 10, 3900]))).toBe('fail');
    expect(statusOf(told(1), shelf(['reserve', -10, 6200]))).toBe('fail');
  });

  it('lets the answer to a retry be that of the first request with the key', () => {
    const retry = purchase('ann').at(2000).cart({ status: 'unknown', code: 'timeout' }).at(9000).cart(SOLD_OUT);
    const books = shelf(['reserve', -10, 1900], ['restock', 20, 2500]);
    expect(statusOf(historyOf({ purchases: [retry] }), books)).toBe('pass');
    const anew = (ms: number) =>
      purchase('ann').at(2000).cart({ status: 'unknown', code: 'timeout' }).at(ms).cart(SOLD_OUT, 1, 'k2');
    expect(statusOf(historyOf({ purchases: [anew(13_000)] }), books)).toBe('fail');
    // Up to 10 s after a request that nobody answered the backend may still be at it.
    expect(statusOf(historyOf({ purchases: [anew(11_000)] }), books)).toBe('pass');
  });

  it('looks at checkouts and payments, too: of as many units as the cart had', () => {
    for (const refusedAt of ['checkout', 'pay'] as const) {
      const late = purchase('ann').at(4000).cart({ units: 3 }, 3);
      if (refusedAt === 'checkout') late.at(5000).checkout(SOLD_OUT);
      else late.checkout().at(5000).pay(SOLD_OUT);
      const told = historyOf({ purchases: [late] });
      expect(statusOf(told, shelf(['reserve', -8, 2000]))).toBe('pass');
      expect(check(told, shelf(['reserve', -7, 2000]))?.evidence).toEqual([
        'ann/1 of ann: told "sold out" for 3 units, and at least 3 of mug were free all the while',
      ]);
    }
  });

  it('lets a payment that came to nothing have had the units for a while', () => {
    const late = (bob: Purchase) =>
      historyOf({ purchases: [purchase('ann').at(4000).cart().checkout().at(6000).pay(SOLD_OUT), bob] });
    const bob = () => purchase('bob').at(2000).cart().checkout().at(5000, 2500);
    const oneLeft = shelf(['reserve', -9, 2000]);
    for (const answer of [refused('card_declined'), timedOut(), 'unanswered' as const]) {
      expect(statusOf(late(bob().pay(answer)), oneLeft)).toBe('pass');
    }
    expect(statusOf(late(bob().pay(SOLD_OUT)), oneLeft)).toBe('fail');
    // One that was over long before is no excuse.
    expect(statusOf(late(purchase('bob').at(1000).cart().checkout().pay(refused('card_declined'))), oneLeft)).toBe(
      'fail',
    );
  });

  it('allows for clocks that are as far apart as they may be where no payment tells', () => {
    const books = shelf(['reserve', -10, 1000], ['release', 1, 3500]);
    expect(noUndersell.check(told(1), books)?.status).toBe('pass');
    expect(statusOf(told(1), books)).toBe('fail');
  });

  it('allows 10 s around what nobody answered: the backend may be at it long after', () => {
    const gone = (code: Partial<Parameters<typeof timedOut>[0]>) =>
      historyOf({
        purchases: [purchase('zed').at(9900, 3000).cart(timedOut(code), 10), purchase('ann').at(11_500).cart(SOLD_OUT)],
      });
    const late = shelf(['reserve', -10, 14_000]);
    expect(statusOf(gone({}), late)).toBe('pass');
    expect(statusOf(gone({ unsent: true }), late)).toBe('fail');
  });

  it('counts only refusals as sold out', () => {
    for (const code of ['limit_reached', 'not_open', 'throttled']) {
      expect(statusOf(historyOf({ purchases: [purchase('ann').cart(refused(code))] }), shelf())).toBe('pass');
    }
    expect(statusOf(historyOf({ purchases: [purchase('ann').cart('unanswered')] }), shelf())).toBe('pass');
  });

  it('is unknown without books, without movements and holds, and where the history has holes', () => {
    expect(statusOf(told(), null)).toBe('unknown');
    expect(statusOf(told(), booksOf({ movements: null, reservations: null }))).toBe('unknown');
    const whole = shelf(['reserve', -10, 2000]);
    expect(statusOf(told(1, { gaps: [gapFrom(9000)] }), whole)).toBe('unknown');
    expect(statusOf(historyOf({ products: [] }), whole)).toBeUndefined();
  });

  it('without movements knows only of stock that nobody ever touched', () => {
    const held = (...units: number[]): Books =>
      booksOf({ movements: null, reservations: units.map((n, i) => hold(`b${i}`, { units: n, status: 'released' })) });
    expect(statusOf(told(3), held(3, 4))).toBe('fail');
    expect(statusOf(told(3), held(4, 4))).toBe('unknown');
  });

  it('does not set times of the books beside ours when the clocks are apart', () => {
    const books = { ...shelf(), payments: [payment('bob', { atEpochMs: at(9000) })] };
    const history = historyOf({ purchases: [bought('bob'), purchase('ann').at(5000).cart(SOLD_OUT)] });
    expect(noUndersell.check(history, books)).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('clocks'),
    });
    expect(statusOf(history, { ...booksOfBuyers('bob') })).toBe('fail');
  });
});

describe('no_undersell by what others were given', () => {
  /** Ann is told "sold out" at 5.1 s; Bob gets his at some time. All is sold within a second of that. */
  const others = (bobs: Purchase[], change: Parameters<typeof historyOf>[0] = {}, units = 1): History =>
    told(units, { purchases: [purchase('ann').at(5000).cart(SOLD_OUT, units), ...bobs], ...change });
  const soldSoon = shelf(['reserve', -9, 4800], ['reserve', -1, 5250]);
  const bob = (sentMs: number, units = 1) => purchase('bob').at(sentMs).cart({ units }, units);

  it('fails when somebody who asked after the answer was given as many', () => {
    const result = check(others([bob(5200)]), soldSoon);
    expect(result).toMatchObject({ status: 'fail', violations: 1 });
    expect(result?.evidence).toEqual([
      'ann/1 of ann: told "sold out" for 1 unit, and bob, who asked later, was given 1 unit',
    ]);
  });

  it('passes when they asked before that, for less, or had a cart already', () => {
    expect(statusOf(others([bob(5050)]), soldSoon)).toBe('pass');
    expect(statusOf(others([bob(5200)], {}, 2), soldSoon)).toBe('pass');
    expect(statusOf(others([bob(4000).cart()]), soldSoon)).toBe('pass');
    expect(statusOf(others([purchase('bob').at(4000).cart(timedOut()).at(5200).cart()]), soldSoon)).toBe('pass');
    expect(statusOf(others([purchase('bob').at(4000).cart(SOLD_OUT, 1, 'k1').at(5200).cart()]), soldSoon)).toBe('fail');
  });

  it('passes when units came back, or were put on sale, since a second before the request', () => {
    const back = (atMs: number) => shelf(['reserve', -10, 1000], ['release', 1, atMs], ['reserve', -1, 5250]);
    expect(statusOf(others([bob(5200)]), back(4050))).toBe('pass');
    expect(statusOf(others([bob(5200)]), back(5240))).toBe('pass');
    const cues = [cue('drop', 5150)];
    expect(statusOf(others([bob(5200)], { cues }), soldSoon)).toBe('pass');
    expect(statusOf(others([bob(5200)], { cues: [cue('drop', 4900)] }), soldSoon)).toBe('pass');
    expect(statusOf(others([bob(5200)], { cues: [cue('drop', 4800)] }), soldSoon)).toBe('fail');
    expect(statusOf(others([bob(5200)], { cues: [cue('pin', 5150)] }), soldSoon)).toBe('fail');
  });

  it('adds up what several were given, where carts hold their units, less what came back', () => {
    const three = ['bob', 'eve', 'joe'].map((id, i) =>
      purchase(id)
        .at(5200 + 10 * i)
        .cart(),
    );
    const back = shelf(['reserve', -10, 4000], ['release', 2, 5210], ['reserve', -2, 5250]);
    const held = { ...back, reservations: [hold('bob'), hold('eve'), hold('joe')] };
    const result = check(others(three), held);
    expect(result?.evidence).toEqual([
      'ann/1 of ann: told "sold out" for 1 unit, and 3 buyers who asked later were given 3 units, 2 of which came back meanwhile',
    ]);
    expect(statusOf(others(three), back)).toBe('pass');
    expect(statusOf(others(three.slice(1)), held)).toBe('pass');
    const again = others([purchase('bob').at(5200).cart().cart().cart()]);
    expect(statusOf(again, held)).toBe('pass');
  });

  it('knows from the holds in the books whether carts hold their units', () => {
    // 2 were left when Ann asked for 3: Bob and Eve were both promised them, and the checkout decided.
    const buyers = [
      bob(5200, 2).at(8000).checkout(),
      purchase('eve').at(5300).cart({ units: 2 }, 2).at(9000).checkout(refused('expired')),
    ];
    const books = { ...shelf(['reserve', -8, 2000], ['reserve', -2, 8050]), reservations: [hold('bob', { units: 2 })] };
    expect(statusOf(others(buyers, {}, 3), books)).toBe('pass');
  });

  it('adds up as many as it takes: a large drop of which some comes back', () => {
    const crowd = Array.from({ length: 200 }, (_, i) =>
      purchase(`b${i}`)
        .at(5200 + i)
        .cart(),
    );
    const drop = (cameBack: number): Books => ({
      ...shelf(['restock', 300, 0], ['release', cameBack, 5100], ['reserve', -310 - cameBack, 6000]),
      reservations: crowd.map(({ viewerId }) => hold(viewerId, { status: 'released' })),
    });
    const check = (cameBack: number) => statusOf(others(crowd), drop(cameBack));
    expect([10, 40, 150, 199].map(check)).toEqual(['fail', 'fail', 'fail', 'fail']);
    expect(check(200)).toBe('pass');
  });

  it('says nothing of a shop that sold what it did not have', () => {
    const oversold = shelf(['reserve', -10, 4800], ['reserve', -1, 5250]);
    expect(statusOf(others([bob(5200)]), oversold)).toBe('pass');
  });

  it('takes the answer to a retry for that of the first request', () => {
    const retry = purchase('ann').at(2000).cart({ status: 'unknown', code: 'timeout' }).at(5000).cart(SOLD_OUT);
    const books = shelf(['reserve', -10, 1900], ['release', 1, 3500], ['reserve', -1, 5250]);
    expect(statusOf(historyOf({ purchases: [retry, bob(5200)] }), books)).toBe('pass');
  });
});

describe('no_undersell while units are coming', () => {
  const sold = (...cues: GivenCue[]): History => told(1, { cues });
  const empty = (...more: [kind: 'release' | 'restock' | 'refund', units: number, atMs: number][]): Books => {
    const changes = [['reserve', -10, 1000] as const, ...more];
    return booksOf({
      movements: [moved('initial', 10, -1000), ...changes.map(([kind, units, atMs]) => moved(kind, units, atMs))],
    });
  };
  const restocked = empty(['restock', 5, 2000]);

  it('counts a restock from a second after its answer on', () => {
    const answered = (answeredMs: number) => sold(cue('restock', 1990, { units: 5, answeredMs }));
    expect(statusOf(answered(4000), restocked)).toBe('fail');
    expect(statusOf(answered(4001), restocked)).toBe('pass');
    expect(statusOf(answered(9000), restocked)).toBe('pass');
  });

  it('never counts one without a definite answer, but what else came', () => {
    const unanswered = sold(cue('restock', 1990, { units: 5, status: 'unknown', answeredMs: null }));
    expect(statusOf(unanswered, restocked)).toBe('pass');
    expect(statusOf(unanswered, empty(['restock', 5, 2000], ['release', 1, 3000]))).toBe('fail');
    // It was never carried out.
    expect(statusOf(unanswered, empty(['release', 1, 3000]))).toBe('fail');
  });

  it('knows one restock from another', () => {
    const two = sold(
      cue('restock', 1500, { units: 5 }),
      cue('restock', 2500, { units: 3, status: 'unknown', answeredMs: null }),
    );
    expect(statusOf(two, empty(['restock', 5, 1510], ['restock', 3, 2510]))).toBe('fail');
    expect(statusOf(two, empty(['restock', 3, 2510]))).toBe('pass');
  });

  it('does the same with refunds', () => {
    const back = (answer: Parameters<ReturnType<typeof bought>['refund']>[0], tookMs = 100): History =>
      historyOf({
        purchases: [bought('bob').at(3500, tookMs).refund(answer), purchase('ann').at(5000).cart(SOLD_OUT)],
      });
    const books = empty(['refund', 1, 3550]);
    expect(statusOf(back({}), books)).toBe('fail');
    expect(statusOf(back({}, 900), books)).toBe('pass');
    for (const answer of ['unanswered' as const, timedOut()]) expect(statusOf(back(answer), books)).toBe('pass');
    expect(statusOf(back(refused('refused')), books)).toBe('fail');
  });

  it('allows for as long as the slowest answer of the run took', () => {
    const slow = (tookMs: number): History =>
      historyOf({ purchases: [purchase('bob').at(20_000, tookMs).cart(), purchase('ann').at(5000).cart(SOLD_OUT)] });
    const books = shelf(['reserve', -10, 1000], ['release', 10, 2000]);
    expect(statusOf(slow(100), books)).toBe('fail');
    expect(statusOf(slow(3000), books)).toBe('pass');
  });
});

describe('no_undersell of batches', () => {
  const dropped = (cues: GivenCue[], offeredUnits: number | null = null): History =>
    told(2, { products: [product({ dropped: true, offeredUnits })], cues });

  it('fails when the open batch certainly held what was asked', () => {
    const cues = [cue('drop', 1000, { units: 5 })];
    expect(statusOf(dropped(cues), shelf(['reserve', -3, 2000]))).toBe('fail');
    expect(statusOf(dropped(cues), shelf(['reserve', -4, 2000]))).toBe('pass');
    expect(statusOf(dropped([cue('drop', 1000)]), shelf(['reserve', -4, 2000]))).toBe('fail');
    expect(statusOf(dropped([], 6), shelf(['reserve', -4, 2000]))).toBe('fail');
  });

  it('does not count on units that came back: they may belong to an earlier batch', () => {
    const cues = [cue('drop', 1000, { units: 5 })];
    expect(statusOf(dropped(cues), shelf(['reserve', -4, 2000], ['release', 4, 2500]))).toBe('pass');
  });

  it('accepts a refusal while no drop is certainly open', () => {
    expect(statusOf(dropped([]), shelf())).toBe('pass');
    expect(statusOf(dropped([cue('drop', 4500, { units: 5 })]), shelf())).toBe('pass');
    expect(statusOf(dropped([cue('drop', 1000, { units: 5 }), cue('close', 3000)]), shelf())).toBe('pass');
    expect(statusOf(dropped([cue('drop', 1000, { units: 5 }), cue('close', 5500)]), shelf())).toBe('pass');
    expect(statusOf(dropped([cue('drop', 1000, { units: 5, status: 'unknown', answeredMs: null })]), shelf())).toBe(
      'pass',
    );
    const unsure = [cue('drop', 1000, { units: 5 }), cue('close', 2000, { status: 'unknown', answeredMs: null })];
    expect(statusOf(dropped(unsure), shelf())).toBe('pass');
  });
});
