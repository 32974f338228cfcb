import { describe, expect, it } from 'vitest';
import { checkShard, shardPlace } from '../../../bin/run/shard-options.ts';
import type { FlashcrowdError } from '../../../sim/errors.ts';
import { earliestStartMs, leadMs, sharedRunId } from '../../../sim/run/shards/place.ts';
import { compiled } from '../../crowd/help.ts';

const CROWD = compiled({
  name: 'crowd',
  duration: '2m',
  personas: { fan: { dwell: '1h' } },
  audience: { waiting: { kind: 'steady', to: '10s', size: 24_000 } },
  products: {},
});
const ARRIVING = { compiled: CROWD, fromMs: 60_000, joinsPerSec: null };
const NOW_MS = Date.parse('2026-11-27T12:00:00Z');

function problemsOf(
  ...[options, arriving]: [Parameters<typeof checkShard>[0], Partial<Parameters<typeof checkShard>[1]>?]
): string[] {
  try {
    checkShard(options, { ...ARRIVING, isEmbedded: false, ...arriving }, NOW_MS);
    return [];
  } catch (error) {
    return (error as FlashcrowdError).problems.map(({ path, message, expected }) => `${path} ${message}: ${expected}`);
  }
}

describe('the place of a shard', () => {
  it('is said as a number of how many', () => {
    expect(shardPlace('3/40')).toEqual({ index: 2, of: 40 });
    expect(shardPlace('1/1')).toEqual({ index: 0, of: 1 });
    for (const text of ['0/3', '4/3', '3', '1/0', 'a/b', '-1/3', '1/100000'])
      expect(() => shardPlace(text), text).toThrow('such as 3/40');
  });

  it('says how long its viewers need to connect', () => {
    const viewers = CROWD.audience[Math.floor(60_000 / CROWD.audienceStepMs)];
    const lead = (of: number, joinsPerSec: number | null = null): number =>
      leadMs({ ...ARRIVING, joinsPerSec }, { index: 0, of }) - 10_000;
    expect(lead(1)).toBeCloseTo((viewers / 200) * 1000, -1);
    expect(lead(40)).toBeCloseTo((viewers / 40 / 200) * 1000, -1);
    // A limit on joins is shared by the shards: more of them are not faster.
    expect(lead(40, 1000)).toBeCloseTo(viewers, -1);
    expect(lead(10, 1000)).toBeCloseTo(viewers, -1);
  });

  it('gives all shards of a run one id, and another run another', () => {
    const id = sharedRunId('drop', '1', NOW_MS, 40);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(sharedRunId('drop', '1', NOW_MS, 40)).toBe(id);
    const others = [
      sharedRunId('drop', '2', NOW_MS, 40),
      sharedRunId('drop', '1', NOW_MS + 1, 40),
      sharedRunId('drop', '1', NOW_MS, 41),
      sharedRunId('other', '1', NOW_MS, 40),
    ];
    expect(new Set([id, ...others]).size).toBe(5);
  });
});

describe('a shard', () => {
  const shard = { index: 0, of: 40 };
  const earliestMs = earliestStartMs(ARRIVING, shard, NOW_MS);

  it('needs a moment, and a backend that all shards reach', () => {
    expect(problemsOf({ shard }, { isEmbedded: true })).toEqual([
      '--start-at is missing: the moment at which all shards begin',
      '--target each shard would start a shop of its own: one that all shards reach: `flashcrowd serve`, or yours',
    ]);
    expect(problemsOf({ shard, startAt: earliestMs })).toEqual([]);
    expect(problemsOf({})).toEqual([]);
  });

  it('whose moment is too near is told the earliest', () => {
    const earliest = new Date(Math.ceil(earliestMs / 1000) * 1000).toISOString();
    expect(problemsOf({ shard, startAt: NOW_MS - 1 })).toEqual([`--start-at lies in the past: ${earliest} or later`]);
    expect(problemsOf({ shard, startAt: earliestMs - 1 })[0]).toMatch(
      /is too near: the viewers need \d+ seconds to connect/,
    );
    expect(problemsOf({ startAt: NOW_MS + 20_000 })[0]).toContain('is too near');
  });
});
