import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryEvent } from '../../../sim/ledger/events.ts';
import { readHistory } from '../../../sim/run/history/read.ts';
import { ANN, begin, end, hostEvents } from '../../ledger/events-rig.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flashcrowd-history-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linesOf = (events: readonly unknown[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

function write(file: string, content: readonly unknown[] | string): void {
  writeFileSync(join(folder, file), typeof content === 'string' ? content : linesOf(content));
}

function writeAll(): void {
  write('host.ndjson', hostEvents());
  write('worker-0.ndjson', [begin(0), ...ANN, end(60_000)]);
  write('worker-1.ndjson', [begin(1), end(60_000)]);
}

describe('a history on disk', () => {
  it('is read from all its files', async () => {
    writeAll();
    write('notes.txt', 'not ours');
    const { history, problems } = await readHistory(folder);
    expect(problems).toEqual([]);
    expect(history.gaps).toEqual([]);
    expect(history.purchases.map(({ id, steps }) => [id, steps.length])).toEqual([['ann/1', 4]]);
    expect(history.visits.map(({ end }) => end?.received)).toEqual([99]);
  });

  it('of a killed worker may end in the middle of a line', async () => {
    writeAll();
    const whole = linesOf([begin(0), ...ANN]);
    write('worker-0.ndjson', whole.slice(0, -40));
    const { history, problems } = await readHistory(folder);
    expect(problems).toEqual([]);
    expect(history.gaps).toMatchObject([{ shard: 0, fromMs: 4100, why: 'its history breaks off' }]);
    expect(history.visits.map(({ end }) => end)).toEqual([null]);
  });

  it('may hold lines that nobody can read: problems with file and line, and a gap', async () => {
    writeAll();
    const [first, ...others] = linesOf([begin(0), ...ANN, end(60_000)]).split(/(?<=\n)/);
    const damaged = [
      first,
      others[0],
      '{"e":"sent","at":17\n',
      '42\n',
      others[1],
      '{"e":"leave"}\n',
      ...others.slice(2),
    ];
    write('worker-0.ndjson', damaged.join(''));
    const { history, problems } = await readHistory(folder);
    expect(problems).toEqual(['worker-0.ndjson:3 is no event', 'worker-0.ndjson:4 is no event']);
    expect(history.gaps).toEqual([{ shard: 0, shards: 2, fromMs: 1000, why: 'line 3 of worker-0.ndjson is no event' }]);
    expect(history.purchases[0].steps).toHaveLength(4);
  });

  it('may hold a line without an end', async () => {
    writeAll();
    const more = linesOf([...ANN, end(60_000)]);
    write('worker-0.ndjson', `${linesOf([begin(0)])}${'x'.repeat(700_000)}\n${more}`);
    const { history, problems } = await readHistory(folder);
    expect(problems).toEqual(['worker-0.ndjson:2 is too long for an event']);
    expect(history.purchases[0].steps).toHaveLength(4);
  });

  it('is read whole when it is longer than a block, letters beyond ASCII and backslashes included', async () => {
    writeAll();
    const odd = ['ünal', 'quo"te', 'plain'];
    const sent = Array.from({ length: 9000 }, (_, i): HistoryEvent => {
      const v = odd[Math.floor(i / 3000)];
      return { e: 'sent', at: i / 10, v, p: `${v}/${i}`, s: 'cart', a: 0, x: 'mug', k: `run/${v}/${i}/cart`, u: 1 };
    });
    write('worker-1.ndjson', [begin(1), ...sent, end(60_000)]);
    const { history, problems } = await readHistory(folder);
    expect(problems).toEqual([]);
    const read = history.purchases
      .slice(1)
      .map(({ id, viewerId, steps }) => [id, viewerId, steps[0].key, steps[0].sentMs]);
    expect(read).toEqual(sent.map((event) => (event.e === 'sent' ? [event.p, event.v, event.k, event.at] : [])));
  });

  it('leaves out files of another run or format, and says so', async () => {
    writeAll();
    write('worker-0.ndjson', [begin(0, 2, 'older'), ...ANN, end(60_000)]);
    write('worker-1.ndjson', [{ e: 'enter', at: 1, v: 'ann', r: 'main', q: 0 }]);
    const { history, problems } = await readHistory(folder);
    expect(problems).toEqual([
      'worker-0.ndjson is of another run, older',
      'worker-1.ndjson does not begin like a history of flashcrowd',
    ]);
    expect(history.purchases).toEqual([]);
    expect(history.gaps.map(({ shard }) => shard)).toEqual([0, 1]);
  });
});

describe('no history', () => {
  const reading = (path = folder): Promise<unknown> => readHistory(path);
  const unreadable = (message: RegExp): object => ({
    code: 'HISTORY_UNREADABLE',
    exitCode: 104,
    message: expect.stringMatching(message),
  });

  it('is a folder that is not there, or has no file of the coordinator', async () => {
    await expect(reading(join(folder, 'nowhere'))).rejects.toMatchObject(unreadable(/there is no history/));
    write('worker-0.ndjson', [begin(0)]);
    await expect(reading()).rejects.toMatchObject(unreadable(/host\.ndjson is missing/));
  });

  it('is another format or a newer version', async () => {
    write('host.ndjson', [{ e: 'begin', format: 'other', version: 1 }]);
    await expect(reading()).rejects.toMatchObject(unreadable(/does not begin like/));
    write('host.ndjson', [{ ...begin(-1), version: 2 }]);
    await expect(reading()).rejects.toMatchObject(unreadable(/is of version 2, this flashcrowd reads up to 1/));
    write('host.ndjson', hostEvents());
    write('worker-0.ndjson', [{ ...begin(0), version: 2 }]);
    await expect(reading()).rejects.toMatchObject(unreadable(/worker-0\.ndjson is of version 2/));
  });

  it('is a run that never began', async () => {
    write('host.ndjson', '');
    await expect(reading()).rejects.toMatchObject(unreadable(/before its window began/));
    write('host.ndjson', hostEvents().slice(0, 2));
    await expect(reading()).rejects.toMatchObject(unreadable(/before its window began/));
  });
});
