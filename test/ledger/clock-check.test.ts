import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import { clocksApart, slackMs } from '../../sim/ledger/clock-check.ts';
import type { History } from '../../sim/ledger/history.ts';
import { at, booksOf, bought, historyOf, order, payment, purchase } from './rig.ts';

const BUYERS = ['a', 'b', 'c', 'd', 'e'];

/** Each pays at 3 s, is answered `tookMs` later, and charged halfway, by a clock that is so far ahead. */
function paid(tookMs: number, aheadMs: number | readonly number[]): [History, Books] {
  const ahead = BUYERS.map((_, i) => (typeof aheadMs === 'number' ? aheadMs : aheadMs[i]));
  const history = historyOf({
    purchases: BUYERS.map((id) => purchase(id).cart().checkout().at(3000, tookMs).pay()),
  });
  const charged = (id: string, i: number) => payment(id, { atEpochMs: at(3000 + tookMs / 2 + ahead[i]) });
  return [history, booksOf({ orders: BUYERS.map((id) => order(id)), payments: BUYERS.map(charged) })];
}

describe('two clocks', () => {
  it('are one when charges lie in the time of their payments, or almost', () => {
    for (const aheadMs of [0, 200, -200]) {
      expect(clocksApart(...paid(100, aheadMs))).toBeNull();
      expect(slackMs(...paid(100, aheadMs))).toBe(1000);
    }
  });

  it('that are up to a second apart widen the slack by what they may be apart', () => {
    expect(clocksApart(...paid(100, 800))).toBeNull();
    expect(slackMs(...paid(100, 800))).toBe(1850);
    expect(slackMs(...paid(100, -800))).toBe(1850);
  });

  it('are apart when it may be more, however long payments take', () => {
    expect(clocksApart(...paid(100, 1000))).toBe(
      'By 5 charges the clock of the books is 0.95 s to 1.05 s ahead of ours: the clocks are apart.',
    );
    expect(clocksApart(...paid(100, -1000))).toContain('0.95 s to 1.05 s behind ours');
    expect(clocksApart(...paid(2000, 1800))).toContain('0.8 s to 2.8 s ahead of ours');
  });

  it('are not told apart by a few wrong charges', () => {
    expect(clocksApart(...paid(100, [0, 9000, 0, -9000, 0]))).toBeNull();
    expect(clocksApart(...paid(100, [1500, 0, 1500, 1500, -9000]))).toContain('ahead of ours');
  });

  it('cannot be told without charges', () => {
    const [history] = paid(100, 5000);
    expect(clocksApart(history, booksOf())).toBeNull();
    expect(clocksApart(history, booksOf({ payments: null }))).toBeNull();
  });
});

describe('the slack', () => {
  it('is as long as the slowest answer of the run, from 1 to 10 s', () => {
    const slowest = (tookMs: number): number =>
      slackMs(historyOf({ purchases: [bought('ann').at(9000, tookMs).cart(), bought('bob')] }), null);
    expect([100, 4000, 60_000].map(slowest)).toEqual([1000, 4000, 10_000]);
  });
});
