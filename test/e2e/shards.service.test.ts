import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needService } from '../need.ts';
import { TestRedis } from '../services/redis.ts';
import { Run, serve } from './command.ts';
import { counterOf, expectComplete, expectSound, idsOf } from './result-shape.ts';
import { decided, merge, startShards, type ShardsPlayed } from './shards.ts';

const redisProgram = needService('redis-server');

const EVENT: ShardsPlayed = { leadMs: 20_000, args: ['--from', '20s', '--for', '14s'] };
/** Four times the crowd and the batch: forty units for some 700 viewers. */
const RUSH: ShardsPlayed = {
  leadMs: 17_000,
  args: [
    '--from',
    '20s',
    '--for',
    '10s',
    '--scale',
    '4',
    '--set',
    'personas.fan.timeout=3s',
    '--set',
    'personas.guest.timeout=3s',
  ],
};

describe.skipIf(!redisProgram)('three shards against a shop on Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await TestRedis.start(redisProgram);
  });
  afterAll(() => redis.remove());

  it(
    'play an event of 3,000 viewers as one run does: the same joins, chats and orders',
    { timeout: 240_000 },
    async () => {
      const shop = await serve('--store', redis.url);
      const shards = startShards('../../fixtures/three-thousand.yaml', shop, EVENT);
      for (const { ended } of shards) {
        const { code, stdout, stderr } = await ended;
        expect(code, stdout + stderr).toBe(0);
      }
      const { code, stdout, result } = await merge(shards);
      expect(code, stdout).toBe(0);
      expectSound(result);
      expectComplete(result);
      expect(idsOf(result, 'fail', 'unknown')).toEqual([]);
      expect(result.run.ramp.viewers + counterOf(result, 'viewers_joined')).toBeGreaterThan(3000);

      const one = Run.start(
        '../../fixtures/three-thousand.yaml',
        [...EVENT.args, '--target', shop.url, '--admin-token', shop.token, '--no-plan'],
        { atMostMs: 120_000 },
      );
      const ended = await one.ended;
      expect(ended.code, ended.stdout).toBe(0);
      expect(decided(result)).toEqual(decided(one.result()));
      expect(counterOf(result, 'orders')).toBeGreaterThan(50);
    },
  );

  it('are told by the merge when it sold too much', { timeout: 180_000 }, async () => {
    const shop = await serve('--store', redis.url.replace('redis:', 'redis+naive:'));
    const shards = startShards('rush.yaml', shop, RUSH);
    for (const { ended } of shards) {
      const { code, stdout, stderr } = await ended;
      expect(code, stdout + stderr).toBe(0);
    }
    const { code, stdout, result } = await merge(shards);
    expect(code, stdout).toBe(120);
    expectSound(result);
    expect(idsOf(result, 'fail')).toContain('no_oversell');
    expect(counterOf(result, 'oversold_units')).toBeGreaterThan(0);
  });
});
