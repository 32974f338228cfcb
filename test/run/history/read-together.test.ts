import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../sim/ledger/events.ts';
import { Replay } from '../../../sim/ledger/replay.ts';
import type { FileRead, HistoryFile } from '../../../sim/run/history/read-file.ts';
import { readTogether } from '../../../sim/run/history/read-together.ts';
import { bundleReader, Reader } from '../../../sim/run/history/reader.ts';
import { ANN, begin, end, hostEvents } from '../../ledger/events-rig.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flashcrowd-threads-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(shard: number, lines: readonly unknown[]): HistoryFile {
  const path = join(folder, `worker-${shard}.ndjson`);
  writeFileSync(path, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return { path, shard };
}

/** Ann, as each of several viewers. */
function anns(viewers: number): HistoryEvent[] {
  const text = JSON.stringify(ANN);
  return Array.from(
    { length: viewers },
    (_, i) => JSON.parse(text.replaceAll('ann', `ann-${i}`)) as HistoryEvent[],
  ).flat();
}

function writeThree(): HistoryFile[] {
  return [
    write(0, [begin(0, 3), ...anns(400), end(60_000)]),
    write(1, [begin(1, 3), { e: 'enter', at: 1, v: 'bob', r: 'main', q: 0 }, 'no event', ...ANN]),
    write(2, [begin(2, 3, 'another run'), ...ANN]),
  ];
}

/** All that it says, in plain values. */
function plain(read: readonly FileRead[]): unknown {
  const replay = new Replay();
  for (const event of [begin(-1, 3), ...hostEvents().slice(1)]) replay.add(event, -1);
  for (const { parts } of read) replay.take(parts);
  const { purchases, visits, ...rest } = replay.finish();
  const steps = purchases.map(({ id, viewerId, productId, steps }) => [
    [id, viewerId, productId],
    steps.map(({ kind, attempt, key, units, coupon, sentMs, told }) => [
      [kind, attempt, key, units, coupon, sentMs],
      told && [told.atMs, told.status, told.code, told.httpStatus, told.unsent, told.cartId, told.orderId],
      told && [told.paymentId, told.units, told.priceMinor, told.discountMinor, told.amountMinor],
    ]),
  ]);
  return { rest, steps, visits, problems: read.map(({ problems }) => problems) };
}

it('reads the same in threads as without', async () => {
  const files = writeThree();
  const here = plain(await readTogether(files, 'run', false));
  expect(plain(await readTogether(files, 'run', true))).toEqual(here);
  expect(here).toMatchObject({
    problems: [[], ['worker-1.ndjson:3 is no event'], [expect.stringContaining('another run')]],
  });
});

it('is what a thread hands over, too', async () => {
  const [file] = writeThree();
  const reader = new Reader(await bundleReader());
  const read = await reader.read(file, 'run');
  await reader.close();
  expect(read).not.toBeNull();
  expect(plain(read === null ? [] : [read])).toEqual(plain(await readTogether([file], 'run', false)));
});

it('says why a file cannot be read, though a thread came upon it', async () => {
  const files = [...writeThree(), write(3, [{ ...begin(3, 4), version: 2 }])];
  const reading = readTogether(files, 'run', true);
  await expect(reading).rejects.toMatchObject({
    code: 'HISTORY_UNREADABLE',
    message: expect.stringContaining('version 2'),
  });
});

it('gives nothing when the thread broke down, so that somebody else reads it', async () => {
  const reader = new Reader('throw new Error("no thread")');
  const file = { path: join(folder, 'worker-0.ndjson'), shard: 0 };
  expect(await reader.read(file, 'run')).toBeNull();
  expect(await reader.read(file, 'run')).toBeNull();
  await reader.close();
});
