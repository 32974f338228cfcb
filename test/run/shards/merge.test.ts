import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { warmStart } from '../../../sim/plan/warm-start.ts';
import { FlashcrowdError } from '../../../sim/errors.ts';
import type { RunResult } from '../../../sim/result.ts';
import { mergeShards, openRecordings } from '../../../sim/run/shards/merge.ts';
import { recordShard, temporaryFolder } from './rig.ts';

async function merged(folders: readonly string[]): Promise<RunResult> {
  const historyFolder = path.join(temporaryFolder(), 'history');
  mkdirSync(historyFolder);
  const readers = await openRecordings(folders);
  return mergeShards(readers, { historyFolder, version: '0.1.0', warmStart, planWindow: async () => null });
}

async function problemsOf(folders: readonly string[]): Promise<string[]> {
  const error = await openRecordings(folders).catch((thrown: unknown) => thrown);
  if (!(error instanceof FlashcrowdError)) throw new Error('nothing was refused');
  expect(error.code).toBe('SHARDS_DIFFER');
  return error.problems.map(({ path: where, message, expected = '' }) => `${where}: ${message} ${expected}`);
}

const countOf = (result: RunResult, name: string): number | null => {
  const metric = result.metrics[name];
  return metric !== undefined && 'count' in metric ? metric.count : null;
};

describe('merged shards', () => {
  it('add up: counters, percentiles of every second, digests, viewers', async () => {
    const result = await merged([recordShard(3), recordShard(1), recordShard(2)]);
    expect(result.run).toMatchObject({ shards: 3, workers: 3, ramp: { viewers: 30, failed: 0 } });
    expect(countOf(result, 'orders')).toBe(15);
    expect(result.series.rows.orders).toEqual([3, 3, 3, 3, 3]);
    expect(result.series.rows.viewers).toEqual([30, 30, 30, 30, 30]);
    expect(result.series.rows.chatLagMaxMs).toEqual([30, 30, 30, 30, 30]);
    expect(result.series.rows.chatLagP50Ms.every((lag) => lag !== null && Math.abs(lag - 20) < 0.2)).toBe(true);
    expect(result.digests).toMatchObject({ selfInitiated: '0000000300000006', selfCount: 9 });
    expect(result.health.workers.map(({ pid, ended }) => [pid, ended])).toEqual([
      [101, 'ok'],
      [102, 'ok'],
      [103, 'ok'],
    ]);
    expect(result.partial).toBeNull();
  });

  it('of which one is missing are partial, and do not pass', async () => {
    const result = await merged([recordShard(1), recordShard(3)]);
    expect(result.partial?.reason).toBe('shard 2 is missing');
    expect(result.verdict).toMatchObject({ status: 'invalid', exitCode: 121 });
    expect(result.verdict.reasons[0]).toBe('Not all of the crowd was played: shard 2 is missing.');
    expect(result.thresholds.map(({ status }) => status)).toEqual(['unknown', 'unknown']);
    expect(countOf(result, 'orders')).toBe(10);
    expect(result.series.rows.viewers).toEqual([20, 20, 20, 20, 20]);
    expect(result.health.workers[1].ended).toBe('its shard is missing');
  });

  it('of which one breaks off count what it had measured', async () => {
    const result = await merged([recordShard(1), recordShard(2, { seconds: 2 }), recordShard(3)]);
    expect(result.partial).toEqual({ reason: 'the recording of shard 2: it breaks off', atMs: 12_000 });
    expect(result.verdict.exitCode).toBe(121);
    expect(result.series.rows.viewers).toEqual([30, 30, 20, 20, 20]);
    expect(countOf(result, 'orders')).toBe(12);
  });

  it('that do not belong together are refused, with all that differs at once', async () => {
    const first = recordShard(1);
    const other = recordShard(2, { header: { seed: '7', scale: 0.5, workers: 2, runId: 'fedcba543210' } });
    const twice = recordShard(1);
    const problems = await problemsOf([first, other, twice]);
    expect(problems).toEqual([
      `run: fedcba543210 abcdef012345, as in ${first}`,
      `seed: 7 1, as in ${first}`,
      `--scale: 0.5 1, as in ${first}`,
      `--workers: 2 1, as in ${first}`,
      `--shard: is shard 1, and so is ${first} `,
    ]);
  });

  it('whose scenario was changed for one of them are refused', async () => {
    const first = recordShard(1);
    const changed = recordShard(2);
    const file = path.join(changed, 'recording.ndjson');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('"priceMinor":500', '"priceMinor":600').replace('"dwell":', '"dwelt":'),
    );
    expect(await problemsOf([first, changed])).toEqual([`scenario: says something else than in ${first} `]);
  });
});

describe('what a shard could not know', () => {
  const begin = (shard: number): object => ({
    e: 'begin',
    format: 'flashcrowd/history',
    version: 1,
    runId: 'abcdef012345',
    shard,
    shards: 3,
    fromMs: 10_000,
  });
  const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

  it('is due to its viewers all the same: chat at the end that only others heard', async () => {
    const [ahead, behind, third] = [
      recordShard(1, { lastSeq: 12 }),
      recordShard(2, { lastSeq: 9 }),
      recordShard(3, { lastSeq: 12 }),
    ];
    const leave = { e: 'leave', at: 15_000, r: 'main', h: 'end', c: [] };
    appendFileSync(
      path.join(behind, 'history', 'worker-1.ndjson'),
      lines(
        begin(1),
        { e: 'enter', at: 10_000, v: 'a', r: 'main', q: 0 },
        { e: 'enter', at: 10_000, v: 'b', r: 'main', q: 0 },
        { ...leave, v: 'a', q: 9, n: 9 },
        // The last three came to this one after the others had been counted.
        { ...leave, v: 'b', q: 12, n: 12 },
        { e: 'end', at: 15_000 },
      ),
    );
    const result = await merged([ahead, behind, third]);
    expect(result.metrics.chat_delivery).toMatchObject({ passes: 0, total: 3 });
    expect(result.notes.join('\n')).toContain(
      '3 messages that their viewers should have received are counted as missed',
    );
  });
});
