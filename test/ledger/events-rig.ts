import { HISTORY_FORMAT, HISTORY_VERSION, type HistoryEvent } from '../../sim/ledger/events.ts';
import { EPOCH_OFFSET_MS, historyOf } from './rig.ts';

export function begin(shard: number, shards = 2, runId = 'run'): HistoryEvent {
  return { e: 'begin', format: HISTORY_FORMAT, version: HISTORY_VERSION, runId, shard, shards, fromMs: 500 };
}

/** The coordinator's file of a run from 0.5 to 60 s. */
export function hostEvents(...more: HistoryEvent[]): HistoryEvent[] {
  const { show, target } = historyOf();
  const first: HistoryEvent[] = [begin(-1), { e: 'show', show, target }, { e: 'go', epochOffsetMs: EPOCH_OFFSET_MS }];
  return [...first, ...more, end(60_000)];
}

export function end(at: number, lost?: number): HistoryEvent {
  return lost === undefined ? { e: 'end', at } : { e: 'end', at, lost };
}

/** Ann is in from 1 s to 30 s, and buys. */
export const ANN: readonly HistoryEvent[] = [
  { e: 'enter', at: 1000, v: 'ann', r: 'main', q: 10 },
  { e: 'chat', at: 1500, v: 'ann', ref: 1 },
  { e: 'sent', at: 2000.1, v: 'ann', p: 'ann/1', s: 'view', a: 0, x: 'mug' },
  { e: 'told', at: 2030.2, p: 'ann/1', s: 'view', a: 0, o: 'ok', c: 'ok', h: 200, price: 500 },
  { e: 'sent', at: 3000, v: 'ann', p: 'ann/1', s: 'cart', a: 0, x: 'mug', k: 'run/ann/1/cart', u: 1, cp: 'TEN' },
  {
    e: 'told',
    at: 3030,
    p: 'ann/1',
    s: 'cart',
    a: 0,
    o: 'ok',
    c: 'ok',
    h: 201,
    cart: 'c-1',
    u: 1,
    price: 500,
    off: 0,
  },
  { e: 'sent', at: 4000, v: 'ann', p: 'ann/1', s: 'pay', a: 0, x: 'mug', k: 'odd key' },
  { e: 'sent', at: 4001, v: 'ann', p: 'ann/1', s: 'pay', a: -1, x: 'mug', k: 'odd key' },
  { e: 'told', at: 4100, p: 'ann/1', s: 'pay', a: -1, o: 'unknown', c: 'unreachable', un: 1 },
  { e: 'leave', at: 30_000, v: 'ann', r: 'main', h: 'left', q: 110, n: 99, m: [[20, 20]], c: ['drop'], l: 0 },
];
