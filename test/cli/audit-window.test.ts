import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { audit, type Audited } from '../../bin/audit/audit.ts';
import { clockOffset } from '../../bin/audit/clock-offset.ts';
import type { AuditCommandOptions } from '../../bin/audit/command-options.ts';
import { booksOfRun } from '../../bin/audit/of-run.ts';
import type { BookMovement, BookOrder, Books } from '../../sim/ledger/books.ts';
import type { HistoryEvent } from '../../sim/ledger/events.ts';
import type { History } from '../../sim/ledger/history.ts';
import { readHistory } from '../../sim/run/history/read.ts';
import {
  auditRig,
  BEGAN_EPOCH_MS,
  bought,
  DEFAULTS,
  ORDERS,
  PAYMENTS,
  statuses,
  STOCK,
  wholeHistory,
  type AuditRig,
} from './audit-rig.ts';

/** The window of the rig: 20:00:00 to 20:01:00, holds of 30 s. All orders are known by both sides, and the clocks agree. */

let rig: AuditRig;
beforeAll(() => void (rig = auditRig()));
afterAll(() => rig.end());

const MINUTE_MS = 60_000;
const DAYS_LATER_MS = 3 * 24 * 60 * MINUTE_MS;
const HOLDS = 'id,buyer,product,units,expires,status\n';
const MOVEMENTS = 'product,kind,units,at\n';

/** The tables of an export; those that are empty are not given. */
interface Export {
  readonly orders: string;
  readonly stock?: string;
  readonly payments?: string;
  readonly reservations?: string;
  readonly movements?: string;
}

function auditExport(tables: Export, options: Partial<AuditCommandOptions> = {}): Promise<Audited> {
  const files = Object.fromEntries(
    Object.entries(tables).map(([name, text]) => [name, rig.write(`${name}.csv`, text)]),
  );
  return audit(rig.results, { ...DEFAULTS, orders: '', ...files, ...options });
}

function at(afterMs: number): string {
  return new Date(BEGAN_EPOCH_MS + afterMs).toISOString();
}

/** What a run of the same seed leaves in the books that began so long after this one, or before it. */
function sameSeed(afterMs: number): { orders: string; payments: string; holds: string } {
  const rows = [1, 2, 3].map((i) => ({ id: i, buyer: `fans-${i}`, madeMs: afterMs + i * 1000 }));
  const line = (cells: readonly (string | number)[]): string => `${cells.join(',')}\n`;
  return {
    orders: rows.map(({ id, buyer, madeMs }) => line([`B${id}`, buyer, 'mug', 1, 500, 'paid', at(madeMs)])).join(''),
    payments: rows.map(({ id }) => line([`P-B${id}`, `B${id}`, 500, 'captured'])).join(''),
    holds: rows.map(({ id, buyer, madeMs }) => line([`D${id}`, buyer, 'mug', 1, at(madeMs + 30_000), 'sold'])).join(''),
  };
}

/** The holds of this run. */
const OWN_HOLDS = [1, 2, 3].map((i) => `R${i},fans-${i},mug,1,${at(i * 1000 + 30_000)},sold\n`).join('');

function withOther({
  orders,
  payments,
  holds,
}: ReturnType<typeof sameSeed>): Required<Omit<Export, 'movements' | 'stock'>> {
  return { orders: ORDERS + orders, payments: PAYMENTS + payments, reservations: HOLDS + OWN_HOLDS + holds };
}

const KEPT = {
  no_oversell: 'pass',
  no_ghost_orders: 'pass',
  keys_kept: 'pass',
  no_double_charge: 'pass',
  money_balances: 'pass',
};

describe('after the run', () => {
  const later = (id: string, buyer: string): string => `${id},${buyer},mug,1,500,paid,${at(DAYS_LATER_MS)}\n`;
  const MANY = Array.from({ length: 9 }, (_, i) => later(`B${i}`, `other-${i}`)).join('');

  it('what was restocked and sold days later is left out, and stock is not compared', async () => {
    const audited = await auditExport({ orders: ORDERS + MANY, stock: STOCK.replace('mug,10,7,3,0', 'mug,20,8,12,0') });
    expect(statuses(audited)).toMatchObject({ no_oversell: 'pass', stock_conserved: 'unknown' });
    expect(audited.result.notes).toEqual(
      expect.arrayContaining([
        expect.stringContaining('9 orders placed after the run (later than 2026-11-27 20:01:34 UTC'),
        expect.stringContaining('what it says of products is not compared'),
      ]),
    );
  });

  it('a run of the same seed is another run', async () => {
    const audited = await auditExport(withOther(sameSeed(5 * MINUTE_MS)));
    expect(statuses(audited)).toMatchObject(KEPT);
    expect(audited.result.notes).toContainEqual(expect.stringMatching(/^3 holds after the run/));
  });

  it('holds and payments may come until a hold after its end', async () => {
    const late = `A9,fans-1,mug,1,500,paid,${at(89_000)}\n`;
    expect(statuses(await auditExport({ orders: ORDERS + late })).no_ghost_orders).toBe('fail');
  });

  it('the stock of an export that was made later is not compared, whatever was sold', async () => {
    const stock = STOCK.replace('mug,10,7', 'mug,10,4');
    const exported = (afterMs: number): Promise<Audited> =>
      auditExport({ orders: ORDERS, stock }, { exportedAt: BEGAN_EPOCH_MS + afterMs });
    expect(statuses(await exported(MINUTE_MS)).stock_conserved).toBe('fail');
    const days = await exported(DAYS_LATER_MS);
    expect(statuses(days).stock_conserved).toBe('unknown');
    expect(days.result.notes).toContainEqual(expect.stringContaining('what it says of products is not compared'));
  });

  it('movements and holds of the run say what was left then', async () => {
    const moved = (afterMs: number, kind: string, units: number): string => `mug,${kind},${units},${at(afterMs)}\n`;
    const own = moved(-MINUTE_MS, 'initial', 10) + [1, 2, 3].map((i) => moved(i * 1000, 'reserve', -1)).join('');
    const audited = await auditExport({
      orders: ORDERS + later('B1', 'other'),
      stock: STOCK.replace('mug,10,7,3,0', 'mug,15,11,4,0'),
      reservations: HOLDS + OWN_HOLDS,
      movements: MOVEMENTS + own + moved(DAYS_LATER_MS, 'restock', 5) + moved(DAYS_LATER_MS, 'reserve', -1),
    });
    expect(statuses(audited).stock_conserved).toBe('pass');
  });

  it('what is charged days later for an order of the run is of the run', async () => {
    const payments = PAYMENTS.replace('status', 'status,at').replaceAll('captured', `captured,${at(DAYS_LATER_MS)}`);
    const audited = await auditExport({ orders: ORDERS, payments });
    expect(statuses(audited)).toMatchObject({ money_balances: 'pass', no_double_charge: 'pass' });
    const twice = await auditExport({
      orders: ORDERS,
      payments: `${payments}P-X,A1,500,captured,${at(DAYS_LATER_MS)}\n`,
    });
    expect(statuses(twice).no_double_charge).toBe('fail');
  });

  it('an order that the run was told of is of the run, whatever its time became', async () => {
    const audited = await auditExport({
      orders: ORDERS.replace('2026-11-27T20:00:02Z', at(DAYS_LATER_MS)),
      payments: PAYMENTS,
    });
    expect(statuses(audited)).toMatchObject({ no_lost_orders: 'pass', money_balances: 'pass' });
  });

  it('an order without a time is of the time of its payment', async () => {
    const payments = `${PAYMENTS.replace('status', 'status,at').replaceAll('captured', 'captured,')}P-B,B1,500,captured,${at(DAYS_LATER_MS)}\n`;
    const audited = await auditExport({ orders: `${ORDERS}B1,fans-1,mug,1,500,paid,\n`, payments });
    expect(statuses(audited)).toMatchObject({ no_ghost_orders: 'pass', money_balances: 'pass' });
  });
});

describe('before the run', () => {
  it('a run of the same seed that ended seconds ago is another run', async () => {
    const audited = await auditExport(withOther(sameSeed(-20_000)));
    expect(statuses(audited)).toMatchObject(KEPT);
    expect(audited.result.notes).toContainEqual(expect.stringMatching(/^3 orders placed before the run began/));
  });

  it('with the clock of a shop that is ahead', async () => {
    const aheadMs = 40_000;
    const shifted = (text: string): string =>
      text.replaceAll(/2026-[^,\n]*Z/g, (time) => new Date(Date.parse(time) + aheadMs).toISOString());
    const { orders, payments, reservations } = withOther(sameSeed(-20_000));
    const own = `A9,fans-2,mug,1,500,paid,${at(500)}\n`;
    const tables = { orders: shifted(orders), payments, reservations: shifted(reservations) };
    expect(statuses(await auditExport(tables))).toMatchObject(KEPT);
    // What nobody was told of, at the very start of the run, is still of this one.
    const { result } = await auditExport({ ...tables, orders: shifted(orders + own) });
    const ghosts = result.invariants.find(({ id }) => id === 'no_ghost_orders');
    expect(ghosts).toMatchObject({ violations: 1, evidence: [expect.stringContaining('A9')] });
  });

  it('clocks may differ by a minute when fewer than three orders are known', async () => {
    const two = ORDERS.replace(/A3.*\n/, '');
    const ghostAt = async (afterMs: number): Promise<string> =>
      statuses(await auditExport({ orders: `${two}B1,fans-1,mug,1,500,paid,${at(afterMs)}\n` })).no_ghost_orders;
    expect(await ghostAt(-40_000)).toBe('fail');
    expect(await ghostAt(-80_000)).toBe('pass');
  });

  it('holds and payments of hours ago are left out when no order is', async () => {
    const hoursAgo = at(-180 * MINUTE_MS);
    const audited = await auditExport(
      {
        orders: ORDERS,
        payments: `${PAYMENTS.replace('status', 'status,at').replaceAll('captured', 'captured,')}P-B,B1,500,captured,${hoursAgo}\n`,
        reservations: `${HOLDS}${OWN_HOLDS}D1,fans-1,mug,1,${hoursAgo},released\n`,
      },
      { exclusive: true },
    );
    expect(statuses(audited)).toMatchObject(KEPT);
    expect(audited.result.notes).toEqual(
      expect.arrayContaining([expect.stringMatching(/^1 payment before/), expect.stringMatching(/^1 hold before/)]),
    );
  });

  it('a hold is of the run when it is a cart that the run was told of', async () => {
    const reservations = `${HOLDS}C-A1,fans-1,mug,1,${at(-180 * MINUTE_MS)},sold\n`;
    const audited = await auditExport({ orders: ORDERS, reservations });
    expect(audited.result.notes.join()).not.toContain('hold before');
  });
});

describe('the books of a run', () => {
  it('begin with the stock that was there then', async () => {
    const { history } = await readHistory(path.join(rig.results, 'history'));
    const movement = (afterMs: number, kind: BookMovement['kind'], units: number): BookMovement => ({
      productId: 'mug',
      kind,
      units,
      atEpochMs: BEGAN_EPOCH_MS + afterMs,
    });
    const own = movement(1000, 'reserve', -1);
    const movements = [
      movement(-90_000_000, 'initial', 3),
      movement(-80_000_000, 'reserve', -2),
      movement(-70_000_000, 'restock', 9),
      own,
      movement(DAYS_LATER_MS, 'restock', 5),
    ];
    const { books } = booksOfRun(history, booksWith([], movements));
    expect(books.movements).toEqual([movement(-MINUTE_MS, 'initial', 10), own]);
  });
});

describe('the clock of a shop', () => {
  /** A run with so many purchases, 10 s apart, and buyers who take from 1 to 40 s to pay. */
  async function longRun(many: number): Promise<{ history: History; paidMs: number[]; madeMs: number[] }> {
    const madeMs = Array.from({ length: many }, (_, i) => i * 10_000 + 125);
    const paidMs = madeMs.map((ms, i) => ms + 1000 * (1 + ((i * 7) % 40)));
    const events = madeMs.flatMap((ms, i) =>
      bought(`fans-${i}`, `A${i}`, ms - 125).map((event): HistoryEvent => {
        const isPay = 's' in event && event.s === 'pay';
        return isPay ? { ...event, at: paidMs[i] + (event.e === 'sent' ? -25 : 25) } : event;
      }),
    );
    const { host, 'worker-0': worker } = wholeHistory();
    const end: HistoryEvent = { e: 'end', at: many * 10_000 + 60_000 };
    const long = auditRig({ host: [...host.slice(0, -1), end], 'worker-0': [worker[0], ...events, end] });
    onTestFinished(() => long.end());
    const { history } = await readHistory(path.join(long.results, 'history'));
    return { history, madeMs, paidMs };
  }

  const booksAt = (timesMs: readonly number[]): Books =>
    booksWith(timesMs.map((ms, i) => order(`A${i}`, `fans-${i}`, BEGAN_EPOCH_MS + ms)));

  it('is measured on what both sides name, whether it dates orders when they are made or paid', async () => {
    const { history, madeMs, paidMs } = await longRun(30);
    for (const datedMs of [madeMs, paidMs]) {
      const offset = clockOffset(history, booksAt(datedMs.map((ms) => ms + 12_000)));
      expect(offset).toMatchObject({ slackMs: 5000, isMeasured: true });
      expect(Math.abs(offset.offsetMs - 12_000)).toBeLessThan(100);
    }
  });

  it('is not set by a few orders that were dated anew', async () => {
    const { history, madeMs } = await longRun(30);
    const { offsetMs } = clockOffset(history, booksAt(madeMs.map((ms, i) => (i % 5 === 0 ? ms + DAYS_LATER_MS : ms))));
    expect(Math.abs(offsetMs)).toBeLessThan(100);
  });

  it('may be wide of the mark by what its times are cut to', async () => {
    const { history, madeMs } = await longRun(30);
    const cut = madeMs.map((ms) => Math.floor(ms / MINUTE_MS) * MINUTE_MS);
    const { offsetMs, slackMs } = clockOffset(history, booksAt(cut));
    const furthestMs = Math.max(...cut.map((ms, i) => Math.abs(ms - madeMs[i] - offsetMs)));
    expect(slackMs).toBeGreaterThanOrEqual(furthestMs);
  });
});

function order(id: string, buyerId: string, atEpochMs: number): BookOrder {
  return { id, buyerId, productId: 'mug', units: 1, amountMinor: 500, status: 'paid', atEpochMs };
}

function booksWith(orders: readonly BookOrder[], movements: readonly BookMovement[] | null = null): Books {
  const none = {
    readAtEpochMs: null,
    exclusive: false,
    products: null,
    payments: null,
    reservations: null,
    rooms: null,
  };
  return { ...none, orders, movements };
}
