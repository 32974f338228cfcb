import { describe, expect, it } from 'vitest';
import type { Books } from '../../sim/ledger/books.ts';
import type { CheckResult } from '../../sim/ledger/check.ts';
import { CHECKERS } from '../../sim/ledger/checkers.ts';
import type { History } from '../../sim/ledger/history.ts';
import { play, type PlayedEvent } from './honest/event.ts';
import { DEFECTS, type Defect } from './honest/shop.ts';
import { gapFrom } from './rig.ts';

const SEEDS = 300;
const seeds = Array.from({ length: SEEDS }, (_, i) => i + 1);
const MONEY_AND_STOCK = CHECKERS.filter(({ id }) => !id.startsWith('chat_') && !id.startsWith('cues_'));

function verdicts(history: History, books: Books | null): CheckResult[] {
  return MONEY_AND_STOCK.flatMap((checker) => checker.check(history, books) ?? []);
}

function failed(results: readonly CheckResult[], seed: number): string[] {
  return results
    .filter(({ status }) => status === 'fail')
    .map(({ id, detail, evidence }) => `seed ${seed}: ${id}: ${detail} ${evidence[0]}`);
}

/** Half of the viewers belong to a worker that was killed: what they did from then on is not known. */
function withLostWorker({ history }: PlayedEvent, fromMs: number): History {
  const isLost = (viewerId: string): boolean => Number(viewerId.slice(1)) % 2 === 1;
  const purchases = history.purchases.map((purchase) => {
    if (!isLost(purchase.viewerId)) return purchase;
    const steps = purchase.steps
      .filter(({ sentMs }) => sentMs < fromMs)
      .map((step) => (step.told !== null && step.told.atMs >= fromMs ? { ...step, told: null } : step));
    return { ...purchase, steps };
  });
  const seen = purchases.filter(({ steps }) => steps.length > 0);
  return { ...history, purchases: seen, gaps: [gapFrom(fromMs)] };
}

describe('an honest shop', () => {
  const events = seeds.map((seed) => play(seed));

  it('is busy enough to prove something', () => {
    const steps = events.flatMap(({ history }) => history.purchases.flatMap((purchase) => purchase.steps));
    const told = (code: string): number => steps.filter((step) => step.told?.code === code).length;
    const orders = events.flatMap(({ books }) => books.orders);
    for (const code of ['sold_out', 'limit_reached', 'not_open', 'card_declined', 'expired', 'timeout', 'broken']) {
      expect(told(code), code).toBeGreaterThan(20);
    }
    for (const status of ['paid', 'pending', 'cancelled', 'refunded']) {
      expect(orders.filter((order) => order.status === status).length, status).toBeGreaterThan(20);
    }
  });

  it('passes every check, for each of 300 seeds', () => {
    const all = events.map(({ history, books }) => verdicts(history, books));
    expect(all.flatMap((results, i) => failed(results, seeds[i]))).toEqual([]);
    expect(all.flat().filter(({ status }) => status !== 'pass')).toEqual([]);
  });

  it('is never accused when a worker was lost', () => {
    const found = events.flatMap((event, i) =>
      failed(verdicts(withLostWorker(event, 5000 + i * 150), event.books), seeds[i]),
    );
    expect(found).toEqual([]);
  });

  it('is never accused when its books lack a table, or are not there', () => {
    const found = events.flatMap(({ history, books }, i) => {
      const table = (['products', 'payments', 'reservations', 'movements', 'readAtEpochMs'] as const)[i % 5];
      const lacking = { ...books, [table]: null };
      return [...failed(verdicts(history, lacking), seeds[i]), ...failed(verdicts(history, null), seeds[i])];
    });
    expect(found).toEqual([]);
  });
});

/** Which check must find a defect, and in what share of the events in which it struck: some strikes leave no trace. */
const FOUND_BY: Record<Defect, readonly [checkerId: string, leastShare: number]> = {
  double_capture: ['no_double_charge', 1],
  confirmed_not_saved: ['no_lost_orders', 0.9],
  saved_not_confirmed: ['no_ghost_orders', 0.9],
  captured_not_paid: ['money_balances', 1],
  wrong_price: ['price_kept', 0.95],
  unpriced_cue: ['price_kept', 0.5],
  coupon_stacked: ['price_kept', 0.95],
  limit_ignored: ['buyer_limit_kept', 0.5],
  shelf_ignored: ['no_oversell', 0.5],
  batch_ignored: ['no_oversell', 0.1],
  sold_out_early: ['no_undersell', 0.9],
  refund_keeps_units: ['stock_conserved', 1],
  refund_keeps_money: ['money_balances', 1],
  refund_lost: ['refunds_kept', 0.9],
  hold_stuck: ['holds_resolved', 0.5],
  key_ignored: ['keys_kept', 0.5],
  wrong_order: ['orders_private', 0.9],
  movement_lost: ['stock_conserved', 1],
  stale_figure: ['stock_never_rises', 0.9],
};

describe('a shop with a defect', () => {
  it.each(DEFECTS)('%s is found by its check', (defect) => {
    const [checkerId, leastShare] = FOUND_BY[defect];
    const struck = seeds
      .slice(0, 25)
      .map((seed) => play(seed, defect))
      .filter(({ hits }) => hits > 0);
    expect(struck.length).toBeGreaterThan(10);
    const found = struck.filter(({ history, books }) =>
      verdicts(history, books).some(
        ({ id, status, evidence }) => id === checkerId && status === 'fail' && evidence.length > 0,
      ),
    );
    expect(found.length / struck.length).toBeGreaterThanOrEqual(leastShare);
  });
});
