import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BookFiles, BookSettings, BooksRead } from '../../bin/audit/books.ts';
import { readBooks } from '../../bin/audit/books.ts';
import type { Audited } from '../../bin/audit/audit.ts';
import { readMapping } from '../../bin/audit/mapping.ts';
import { FlashcrowdError } from '../../sim/errors.ts';
import { HISTORY_FORMAT, HISTORY_VERSION, type HistoryEvent } from '../../sim/ledger/events.ts';

/** A run in which two buyers bought a mug of 5.00 each, and a third never heard how the payment went. */

/** Epoch ms of the window's start: 2026-11-27T20:00:00Z. */
export const BEGAN_EPOCH_MS = Date.UTC(2026, 10, 27, 20);

export interface AuditRig {
  readonly dir: string;
  /** The results folder. */
  readonly results: string;
  /** Writes a file into the folder of the test, and returns its path. */
  write(name: string, text: string): string;
  end(): void;
}

export function auditRig(history: Readonly<Record<string, readonly HistoryEvent[]>> = wholeHistory()): AuditRig {
  const dir = mkdtempSync(path.join(tmpdir(), 'flashcrowd-audit-'));
  const results = path.join(dir, 'results');
  mkdirSync(path.join(results, 'history'), { recursive: true });
  const write = (name: string, text: string): string => {
    const file = path.join(dir, name);
    writeFileSync(file, text);
    return file;
  };
  for (const [name, events] of Object.entries(history)) {
    write(`results/history/${name}.ndjson`, events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  }
  return { dir, results, write, end: () => rmSync(dir, { recursive: true }) };
}

export function wholeHistory(): { host: HistoryEvent[]; 'worker-0': HistoryEvent[] } {
  const host: HistoryEvent[] = [
    begin(-1),
    {
      e: 'show',
      show: {
        currency: 'EUR',
        holdMs: 30_000,
        roomIds: ['main'],
        products: [
          {
            id: 'mug',
            title: 'Mug',
            priceMinor: 500,
            stockUnits: 10,
            isOpen: true,
            offeredUnits: null,
            perBuyer: null,
            dropped: false,
            coupon: null,
          },
        ],
      },
      target: { name: 'shop', chatNumbers: 'sequence', chatDelivery: 'all' },
    },
    { e: 'go', epochOffsetMs: BEGAN_EPOCH_MS },
    { e: 'end', at: 60_000 },
  ];
  const worker: HistoryEvent[] = [
    begin(0),
    ...bought('fans-1', 'A1', 1000),
    ...bought('fans-2', 'A2', 2000),
    ...bought('fans-3', 'A3', 3000, 'unknown'),
    { e: 'end', at: 60_000 },
  ];
  return { host, 'worker-0': worker };
}

function begin(shard: number): HistoryEvent {
  return { e: 'begin', format: HISTORY_FORMAT, version: HISTORY_VERSION, runId: 'run-1', shard, shards: 1, fromMs: 0 };
}

export function bought(v: string, order: string, atMs: number, paid: 'ok' | 'unknown' = 'ok'): HistoryEvent[] {
  const p = `${v}/1`;
  const answer = { a: 0, o: 'ok', c: 'ok', h: 201 } as const;
  const pay = paid === 'ok' ? { ...answer, pay: `P-${order}`, amount: 500 } : { a: 0, o: paid, c: 'timeout' };
  return [
    { e: 'sent', at: atMs, v, p, s: 'cart', a: 0, x: 'mug', k: `${p}/cart`, u: 1 },
    { e: 'told', at: atMs + 50, p, s: 'cart', ...answer, cart: `C-${order}`, u: 1, price: 500, off: 0 },
    { e: 'sent', at: atMs + 100, v, p, s: 'checkout', a: 0, x: 'mug', k: `${p}/checkout` },
    { e: 'told', at: atMs + 150, p, s: 'checkout', ...answer, order, u: 1, amount: 500 },
    { e: 'sent', at: atMs + 200, v, p, s: 'pay', a: 0, x: 'mug', k: `${p}/pay` },
    { e: 'told', at: atMs + 250, p, s: 'pay', ...pay, ...(paid === 'ok' ? { order } : {}) },
  ];
}

/** What the shop exports when all is well: the payment of fans-3 went through. */
export const ORDERS = `order_id,buyer,product,units,amount,status,created_at
A1,fans-1,mug,1,500,paid,2026-11-27T20:00:01Z
A2,fans-2,mug,1,500,paid,2026-11-27T20:00:02Z
A3,fans-3,mug,1,500,paid,2026-11-27T20:00:03Z
`;
export const STOCK = `product,stocked,left,sold,held
mug,10,7,3,0
`;
export const PAYMENTS = `payment_id,order_id,amount,status
P-A1,A1,500,captured
P-A2,A2,500,captured
P-A3,A3,500,captured
`;

/** The options of an audit that nobody gave. */
export const DEFAULTS = { map: [], status: [], money: 'minor', waive: [] } as const;

/** Of each invariant, by its id. */
export function statuses({ result }: Audited): Record<string, string> {
  return Object.fromEntries(result.invariants.map(({ id, status }) => [id, status]));
}

interface Reading {
  readonly map?: readonly string[];
  readonly mapFile?: string;
  readonly status?: readonly string[];
  readonly majorDigits?: number;
  readonly onProgress?: BookSettings['onProgress'];
}

/** Reads books as the command does. */
export async function booksOf(files: BookFiles, reading: Reading = {}): Promise<BooksRead> {
  const { map = [], mapFile, status = [], majorDigits = null, onProgress = () => {} } = reading;
  const mapping = await readMapping(map, mapFile, status);
  return readBooks(files, { mapping, majorDigits, exclusive: false, exportedAtEpochMs: null, onProgress });
}

/** The error that this ends in. */
export async function errorOf(attempt: Promise<unknown>): Promise<FlashcrowdError> {
  const error: unknown = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof FlashcrowdError) return error;
  throw new Error(`expected a FlashcrowdError, and got ${String(error)}`);
}
