import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { BooksAnswer } from '../../server-stub/protocol.ts';
import { EXIT } from '../../sim/errors.ts';
import type { EnterEvent, HistoryEvent, LeaveEvent, ToldEvent } from '../../sim/ledger/events.ts';
import type { RunResult } from '../../sim/result.ts';
import { Run } from './command.ts';
import { idsOf } from './result-shape.ts';

/** A day on which something breaks: the event of bench/faults, and what must be true of its verdict, worked out here from books and history. */

export const BAD_DAY = '../../../bench/faults/event.yaml';
const STOCK: Readonly<Record<string, number>> = { serum: 120, mask: 1000 };
/** The machine of a test is shared: what the generator lacks is no matter of these tests. */
const UNHURRIED = ['lateStartP99', 'loopDelayP99', 'receiveWaitP99', 'stall'].flatMap((bound) => [
  '--set',
  `health.${bound}=20s`,
]);
export const WINDOW = ['--from', '4s', '--for', '16s', '--no-plan', '--set', 'health.workerCpu=100%', ...UNHURRIED];
const SOON = { timeout: 20_000, interval: 50 };
const STUCK_AFTER_MS = 5000;
/** Money and stock: what no outage excuses. */
const MONEY_AND_STOCK = [
  'no_oversell',
  'stock_conserved',
  'no_double_charge',
  'no_lost_orders',
  'no_ghost_orders',
  'price_kept',
  'money_balances',
  'buyer_limit_kept',
  'keys_kept',
  'orders_private',
];

/** A shop that runs, as its host sees it. */
export interface Shop {
  readonly url: string;
  readonly token: string;
}

export function playAgainst({ url, token }: Shop, ...args: string[]): Run {
  return Run.start(BAD_DAY, [...WINDOW, '--target', url, '--admin-token', token, ...args]);
}

export async function readBooks({ url, token }: Shop): Promise<BooksAnswer> {
  const answer = await fetch(`${url}/admin/books`, { headers: { 'x-admin-token': token } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as BooksAnswer;
}

/** The drop is on, and money flows. */
export async function ordersFlow(shop: Shop): Promise<void> {
  const paid = async (): Promise<number> =>
    (await readBooks(shop)).orders.filter(({ status }) => status === 'paid').length;
  await expect.poll(paid, SOON).toBeGreaterThan(5);
}

/** So many more requests ended this way, as the generator wrote down. */
export async function toldMore(run: Run, more: number, fits: (told: ToldEvent) => boolean): Promise<void> {
  const count = (): number => eventsOf(run.dir, 'told').filter(fits).length;
  const before = count();
  await expect.poll(count, SOON).toBeGreaterThanOrEqual(before + more);
}

export function eventsOf<E extends HistoryEvent['e']>(dir: string, kind: E): Extract<HistoryEvent, { e: E }>[] {
  const folder = path.join(dir, 'history');
  const lines = readdirSync(folder).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'));
  const marked = lines.filter((line) => line.startsWith(`{"e":"${kind}"`) && line.endsWith('}'));
  return marked.map((line) => JSON.parse(line) as Extract<HistoryEvent, { e: E }>);
}

/** What broke, by a reading of the books that shares no code with the checkers; ids of invariants. */
export function brokenByHand(dir: string, books: BooksAnswer): string[] {
  const paid = books.orders.filter(({ status }) => status === 'paid');
  const broken: string[] = [];
  for (const [product, stock] of Object.entries(STOCK)) {
    const sold = paid.reduce((sum, order) => sum + (order.product === product ? order.units : 0), 0);
    if (sold > stock) broken.push('no_oversell');
  }
  const charged = books.payments.filter(({ status }) => status !== 'declined').map(({ order }) => order);
  if (new Set(charged).size < charged.length) broken.push('no_double_charge');
  const known = new Set(books.orders.flatMap(({ id, status }) => (/paid|refunded/.test(status) ? [id] : [])));
  const told = eventsOf(dir, 'told').filter(({ s, o }) => s === 'pay' && o === 'ok');
  expect(told.length).toBeGreaterThan(0);
  if (told.some(({ order }) => order === undefined || !known.has(order))) broken.push('no_lost_orders');
  if (chatLost(dir) > 0) broken.push('chat_delivered');
  if (books.reservations.some((hold) => hold.status === 'held' && hold.expiresAt < books.at - STUCK_AFTER_MS))
    broken.push('holds_resolved');
  return [...new Set(broken)].toSorted();
}

/** Messages that were due to a viewer and never came. */
export function chatLost(dir: string): number {
  const open = new Map<string, EnterEvent>();
  let lost = 0;
  const visits = [...eventsOf(dir, 'enter'), ...eventsOf(dir, 'leave')].toSorted((a, b) => a.at - b.at);
  for (const visit of visits) {
    if (visit.e === 'enter') open.set(visit.v, visit);
    else lost += lostIn(visit, open.get(visit.v));
  }
  return lost;
}

function lostIn({ q, n }: LeaveEvent, entered: EnterEvent | undefined): number {
  return entered === undefined ? 0 : Math.max(0, q - entered.q - n);
}

/** The verdict follows from what was found, and what was found is so. */
export function expectTruthful(run: Run, result: RunResult, code: number | null, books: BooksAnswer): void {
  const said = result.verdict.reasons.join('\n');
  const byHand = brokenByHand(run.dir, books);
  expect(byHand, said).toEqual(expect.arrayContaining(idsOf(result, 'fail')));
  // A hold may have got stuck since the run read its books.
  expect(idsOf(result, 'fail'), said).toEqual(expect.arrayContaining(byHand.filter((id) => id !== 'holds_resolved')));
  expect(idsOf(result, 'unknown'), said).toEqual([]);
  expect(idsOf(result, 'pass')).toEqual(expect.arrayContaining(MONEY_AND_STOCK));
  expect(result.partial).toBeNull();
  expect(readdirSync(run.dir)).not.toContain('.reserve');
  expect(code).toBe(result.verdict.exitCode);
  const missed = result.cues.some(({ status }) => status !== 'done');
  const broken = idsOf(result, 'fail').length > 0;
  expect(code, said).toBe(broken ? EXIT.invariantViolated : missed ? EXIT.thresholdsFailed : EXIT.passed);
}
