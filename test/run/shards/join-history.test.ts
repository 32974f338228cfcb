import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinHistories, type ShardHistory } from '../../../sim/run/shards/join-history.ts';
import { temporaryFolder } from './rig.ts';

type Events = readonly object[];

function shardOf(
  index: number,
  host: Events | null,
  worker: Events | null,
  due: ShardHistory['due'] = null,
): ShardHistory {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'history'));
  const write = (name: string, events: Events): void =>
    writeFileSync(path.join(folder, 'history', name), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  if (host) write('host.ndjson', host);
  if (worker) write(`worker-${index}.ndjson`, worker);
  return { folder, isFirst: index === 0, workers: [index], due };
}

const eventsOf = (folder: string, name: string): unknown[] =>
  readFileSync(path.join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

const END = { e: 'end', at: 1 };

describe('histories of shards', () => {
  it('become one: every worker, and the host of the first with what befell the others', async () => {
    const died = { e: 'died', shard: 1, how: 'killed by SIGKILL' };
    const invalid = { e: 'invalid', fromMs: 1, untilMs: 2 };
    const show = { e: 'show' };
    const shards = [
      shardOf(0, [{ e: 'begin' }, show, { e: 'go' }, { e: 'cue' }, END], [{ e: 'begin' }, END]),
      shardOf(1, [{ e: 'begin' }, show, { e: 'go' }, died, END], [{ e: 'begin' }]),
      shardOf(2, [{ e: 'begin' }, show, { e: 'go' }, invalid, END], null),
    ];
    const into = temporaryFolder();
    expect(await joinHistories(shards, into)).toEqual(new Map());
    expect(readdirSync(into).toSorted()).toEqual(['host.ndjson', 'worker-0.ndjson', 'worker-1.ndjson']);
    expect(eventsOf(into, 'host.ndjson')).toEqual([
      { e: 'begin' },
      show,
      { e: 'go' },
      { e: 'cue' },
      died,
      invalid,
      END,
    ]);
    // No second copy of what may be gigabytes.
    expect(statSync(path.join(into, 'worker-0.ndjson')).nlink).toBe(2);
  });

  it('say what was due to viewers who could not know of it', async () => {
    const leave = { e: 'leave', at: 5, v: 'a', r: 'main', h: 'end', q: 9, n: 8, m: [[4, 4]], c: [] };
    const other = { ...leave, r: 'second', q: 3, n: 3, m: undefined };
    const gone = { ...leave, h: 'left' };
    const tail = { ...leave, v: 'b', m: [[8, 9]], n: 7 };
    const shard = shardOf(1, [END], [leave, other, gone, tail, END], { main: 12, second: 3 });
    const before = readFileSync(path.join(shard.folder, 'history', 'worker-1.ndjson'), 'utf8');
    const into = temporaryFolder();
    expect(await joinHistories([shard], into)).toEqual(new Map([['main', 6]]));
    expect(eventsOf(into, 'worker-1.ndjson')).toEqual([
      {
        ...leave,
        q: 12,
        m: [
          [4, 4],
          [10, 12],
        ],
      },
      JSON.parse(JSON.stringify(other)),
      gone,
      { ...tail, q: 12, m: [[8, 12]] },
      END,
    ]);
    // The recording of the shard itself stays as it was.
    expect(readFileSync(path.join(shard.folder, 'history', 'worker-1.ndjson'), 'utf8')).toBe(before);
    expect(readdirSync(into)).toEqual(['worker-1.ndjson']);
  });
});
