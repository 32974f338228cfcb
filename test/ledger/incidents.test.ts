import { describe, expect, it } from 'vitest';
import { lostAnswers } from '../../sim/ledger/incidents/lost-answers.ts';
import { maskedRefusals } from '../../sim/ledger/incidents/masked-refusals.ts';
import { massDisconnect } from '../../sim/ledger/incidents/mass-disconnect.ts';
import { serverErrors } from '../../sim/ledger/incidents/server-errors.ts';
import { slowAnswers } from '../../sim/ledger/incidents/slow-answers.ts';
import { unevenChat } from '../../sim/ledger/incidents/uneven-chat.ts';
import {
  at,
  booksOf,
  booksOfBuyers,
  bought,
  historyOf,
  order,
  payment,
  purchase,
  timedOut,
  type Answer,
} from './rig.ts';
import { visit, visits } from './visits-rig.ts';

describe('server_errors', () => {
  it('counts answers of 500 and above, and names the worst second', () => {
    const broken = { status: 'unknown' as const, code: 'server_error', httpStatus: 500 };
    const purchases = [
      purchase('ann').cart(broken),
      purchase('bob').cart(broken).at(4000).checkout(broken),
      bought('eve'),
    ];
    expect(serverErrors.watch(historyOf({ purchases }), null)).toMatchObject({
      count: 3,
      detail: '3 answers of the shop were server errors, 2 of them in second 1.',
      evidence: ['2 times cart: HTTP 500 (server_error)', '1 times checkout: HTTP 500 (server_error)'],
    });
    expect(serverErrors.watch(historyOf({ purchases: [bought('eve')] }), null).count).toBe(0);
  });
});

describe('slow_answers', () => {
  const quick = Array.from({ length: 9 }, (_, i) => bought(`viewer-${i}`));

  it('counts answers that stand out, outside stretches in which the generator lagged', () => {
    const purchases = [...quick, purchase('ann').at(5000, 2600).cart()];
    const result = slowAnswers.watch(historyOf({ purchases }), null);
    expect(result.count).toBe(1);
    expect(result.evidence).toEqual(['cart of ann/1, sent at 5 s, was answered after 2.6 s']);
    const invalid = [{ fromMs: 7000, untilMs: 9000 }];
    expect(slowAnswers.watch(historyOf({ purchases, invalid }), null).count).toBe(0);
  });

  it('counts neither what is slow for all nor what was not answered', () => {
    const slow = Array.from({ length: 9 }, (_, i) =>
      purchase(`viewer-${i}`)
        .at(1000, 1500 + i)
        .cart(),
    );
    expect(slowAnswers.watch(historyOf({ purchases: slow }), null).count).toBe(0);
    const silent = [...quick, purchase('ann').at(5000, 9000).cart(timedOut()), purchase('bob').cart('unanswered')];
    expect(slowAnswers.watch(historyOf({ purchases: silent }), null).count).toBe(0);
  });
});

describe('masked_refusals', () => {
  it('counts refusals under a status of success by code, and no other refusals', () => {
    const refusal = { status: 'rejected' as const, code: 'throttled' };
    const masked = purchase('ann').cart({ ...refusal, httpStatus: 200 });
    const open = purchase('bob').cart({ ...refusal, httpStatus: 429 });
    const result = maskedRefusals.watch(historyOf({ purchases: [masked, open, bought('eve')] }), null);
    expect(result).toMatchObject({ count: 1, evidence: ['1 times cart: throttled under HTTP 200'] });
  });
});

describe('lost_answers', () => {
  const silent = bought('ann').at(3000, 5000);
  const lost = purchase('ann').cart().checkout().pay(timedOut());
  const retried = purchase('ann').cart().checkout().pay(timedOut()).at(9000).pay();

  it('counts a payment that was captured and never answered', () => {
    const result = lostAnswers.watch(historyOf({ purchases: [lost] }), booksOfBuyers('ann'));
    expect(result.count).toBe(1);
    expect(result.evidence[0]).toContain('ann/1: the payment sent at 3 s is captured for order-ann/1');
  });

  it('counts one that was captured before it was tried again, not one that the retry brought', () => {
    const history = historyOf({ purchases: [retried] });
    expect(lostAnswers.watch(history, booksOfBuyers('ann')).count).toBe(1);
    const late = booksOf({ orders: [order('ann')], payments: [payment('ann', { atEpochMs: at(9050) })] });
    expect(lostAnswers.watch(history, late).count).toBe(0);
  });

  it('counts one of two taps of the same moment, though the other was answered', () => {
    const tapped = (first: Answer, second: Answer) => {
      const { steps, ...rest } = purchase('ann').cart().checkout().pay(first).at(3000).pay(second);
      const taps = steps.map((step) => (step.attempt === 1 ? { ...step, attempt: -1 } : step));
      return lostAnswers.watch(historyOf({ purchases: [{ ...rest, steps: taps }] }), booksOfBuyers('ann')).count;
    };
    expect(tapped(timedOut(), {})).toBe(1);
    expect(tapped({}, timedOut())).toBe(1);
    expect(tapped({}, {})).toBe(0);
  });

  it('does not count a payment of which nobody was told: there the history ends', () => {
    const cut = purchase('ann').cart().checkout().pay('unanswered');
    expect(lostAnswers.watch(historyOf({ purchases: [cut] }), booksOfBuyers('ann')).count).toBe(0);
    const timed = purchase('ann').cart().checkout().pay(timedOut());
    expect(lostAnswers.watch(historyOf({ purchases: [timed] }), booksOfBuyers('ann')).count).toBe(1);
  });

  it('counts neither answered payments nor those that were not captured', () => {
    expect(lostAnswers.watch(historyOf({ purchases: [silent] }), booksOfBuyers('ann')).count).toBe(0);
    const declined = booksOf({ orders: [order('ann')], payments: [payment('ann', { status: 'declined' })] });
    expect(lostAnswers.watch(historyOf({ purchases: [lost] }), declined).count).toBe(0);
  });

  it('cannot say without the payments of the books', () => {
    expect(lostAnswers.watch(historyOf({ purchases: [lost] }), null).count).toBeNull();
    expect(lostAnswers.watch(historyOf({ purchases: [lost] }), booksOf({ payments: null })).count).toBeNull();
  });
});

describe('mass_disconnect', () => {
  const lostAt = (atMs: number, i: number) => visit(`lost-${i}`, { how: 'lost', atMs });
  const storm = Array.from({ length: 12 }, (_, i) => lostAt(20_000 + 50 * i, i));

  it('names each moment in which many were lost at once', () => {
    const second = Array.from({ length: 10 }, (_, i) => lostAt(25_000, i));
    const result = massDisconnect.watch(historyOf({ visits: [...visits(60), ...storm, ...second] }), null);
    expect(result).toMatchObject({ count: 2, detail: '2 times, 22 connections in all.' });
    expect(result.evidence[0]).toBe('12 of 82 viewers within a second from 20 s on');
    expect(result.evidence[1]).toBe('10 of 70 viewers within a second from 25 s on');
  });

  it('needs ten, and a twentieth of those who are there, within a second', () => {
    expect(massDisconnect.watch(historyOf({ visits: storm.slice(0, 9) }), null).count).toBe(0);
    expect(massDisconnect.watch(historyOf({ visits: [...visits(400), ...storm] }), null).count).toBe(0);
    const slowly = Array.from({ length: 12 }, (_, i) => lostAt(5000 + 200 * i, i));
    expect(massDisconnect.watch(historyOf({ visits: slowly }), null).count).toBe(0);
  });

  it('is not the backend while the generator lags', () => {
    const invalid = [{ fromMs: 19_000, untilMs: 21_000 }];
    expect(massDisconnect.watch(historyOf({ visits: storm, invalid }), null).count).toBe(0);
  });
});

describe('uneven_chat', () => {
  const lagging = visits(5, { lateMessages: 12 });
  const fine = visits(35);

  it('counts visits that lag while the room does not', () => {
    const result = unevenChat.watch(historyOf({ visits: [...fine, ...lagging] }), null);
    expect(result.count).toBe(5);
    expect(result.evidence[0]).toBe('main: 5 of 40 visits, the first from 1 s on');
    expect(result.evidence[1]).toBe('viewer-0 in main, from 1 s: 12 of 100 messages late');
  });

  it('is not a room that is slow for all, nor one late message, nor two visits', () => {
    expect(unevenChat.watch(historyOf({ visits: visits(40, { lateMessages: 12 }) }), null).count).toBe(0);
    const single = visits(20, { lateMessages: 1, received: 20 });
    expect(unevenChat.watch(historyOf({ visits: [...fine, ...single] }), null).count).toBe(0);
    expect(unevenChat.watch(historyOf({ visits: [...fine, ...lagging.slice(0, 2)] }), null).count).toBe(0);
  });

  it('sees a shard that lags in a room that was slow for a while', () => {
    const slow = visits(35, { lateMessages: 3 });
    const behind = (lateMessages: number) => [...slow, ...visits(5, { lateMessages })];
    expect(unevenChat.watch(historyOf({ visits: behind(36) }), null).count).toBe(5);
    expect(unevenChat.watch(historyOf({ visits: behind(8) }), null).count).toBe(0);
    const late = visits(5, { lateMessages: 6, received: 10 });
    expect(unevenChat.watch(historyOf({ visits: [...visits(35, { lateMessages: 6 }), ...late] }), null).count).toBe(0);
  });

  it('is not a while in which the room was slow for all who were there then, though most came at other times', () => {
    const evening = (late: (i: number) => number) =>
      Array.from({ length: 100 }, (_, i) => {
        const enteredMs = 6000 * i;
        const isThen = enteredMs < 300_000 && enteredMs > 275_000;
        return visit(`v${i}`, { atMs: enteredMs + 30_000, lateMessages: isThen ? late(i) : 0 }, { enteredMs });
      });
    const count = (late: (i: number) => number, shard = 0) => {
      const behind = visits(shard, { atMs: 310_000, lateMessages: 40 }, { enteredMs: 283_000 });
      return unevenChat.watch(historyOf({ visits: [...evening(late), ...behind], untilMs: 700_000 }), null).count;
    };
    expect(count(() => 12)).toBe(0);
    // A shard of those who were there then.
    expect(count(() => 0, 3)).toBe(3);
  });

  it('tells of two rooms with more visits than it can name, and when the first of all began', () => {
    const many = (roomId: string) => [
      ...visits(400, {}, { roomId }),
      ...visits(30, { lateMessages: 12 }, { roomId, enteredMs: 2000 }),
      visit('first', { lateMessages: 12 }, { roomId, enteredMs: 500 }),
    ];
    const result = unevenChat.watch(historyOf({ visits: [...many('main'), ...many('other')] }), null);
    expect(result.count).toBe(62);
    expect(result.evidence).toHaveLength(20);
    expect(result.evidence[0]).toBe('main: 31 of 431 visits, the first from 0.5 s on');
  });

  it('compares viewers of one room only', () => {
    const other = visits(5, { lateMessages: 12 }, { roomId: 'other' });
    expect(unevenChat.watch(historyOf({ visits: [...fine, ...other] }), null).count).toBe(0);
  });

  it('leaves out visits in which the generator lagged, and knows nothing where no lag was measured', () => {
    const invalid = [{ fromMs: 5000, untilMs: 6000 }];
    expect(unevenChat.watch(historyOf({ visits: [...fine, ...lagging], invalid }), null).count).toBe(0);
    expect(unevenChat.watch(historyOf({ visits: visits(40, { lateMessages: null }) }), null).count).toBeNull();
  });
});
