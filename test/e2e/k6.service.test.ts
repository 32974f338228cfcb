import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needService } from '../need.ts';
import { TestRedis } from '../services/redis.ts';
import { readBooks } from './bad-day.ts';
import { Run, scenarioFile, serve } from './command.ts';
import { buildK6, GONE_AFTER_MS, K6Run, PlainK6, presentIn, THREE_THOUSAND } from './k6-run.ts';
import { survivors } from './processes.ts';
import { counterOf, expectComplete, expectSound, idsOf } from './result-shape.ts';
import { decided } from './shards.ts';

const k6 = needService('k6');
const redisProgram = needService('redis-server');

const SLOW_MACHINE = { atMostMs: 110_000 };
const EVENING = [scenarioFile('evening.yaml'), '--from', '20s'];
const THREE = ['--instances', '3', '--vus', '3'];

describe.skipIf(!k6 || !redisProgram)('three k6 against a shop on Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await TestRedis.start(redisProgram);
  });
  afterAll(() => redis.remove());

  // Lags are not compared: three k6, the shop and Redis share the cores of a small machine.
  it(
    'play an event of 3,000 viewers as one run does: the same joins, chats and orders',
    { timeout: 240_000 },
    async () => {
      const shop = await serve('--store', redis.url);
      const window = ['--from', '20s', '--for', '14s', '--target', shop.url, '--admin-token', shop.token];
      const fleet = K6Run.start(['run', THREE_THOUSAND, ...window, '--instances', '3'], SLOW_MACHINE);
      const played = await fleet.ended;
      expect(played.code, played.stdout + played.stderr).toBe(0);
      const one = Run.start(
        '../../fixtures/three-thousand.yaml',
        [...window, '--workers', '1', '--no-plan'],
        SLOW_MACHINE,
      );
      const { code, stdout } = await one.ended;
      expect(code, stdout).toBe(0);

      const result = fleet.result();
      expectSound(result);
      expectComplete(result);
      expect(decided(result)).toEqual(decided(one.result()));
      expect(idsOf(result, 'fail', 'unknown')).toEqual([]);
      expect(result.run.ramp.viewers + counterOf(result, 'viewers_joined')).toBeGreaterThan(3000);
      expect(counterOf(result, 'orders')).toBeGreaterThan(100);
      expect(counterOf(result, 'chat_sent')).toBeGreaterThan(0);
      expect(result.books[0].soldUnits).toBe(result.books[0].toldSoldUnits);
    },
  );

  it('are told by the ledger when it sold too much', async () => {
    const shop = await serve('--store', redis.url.replace('redis:', 'redis+naive:'));
    const target = ['--target', shop.url, '--admin-token', shop.token];
    const rush = [scenarioFile('rush.yaml'), '--from', '20s', '--for', '7s', '--scale', '3'];
    const fleet = K6Run.start(['run', ...rush, ...target, ...THREE], SLOW_MACHINE);
    const { code, stdout, stderr } = await fleet.ended;
    expect(code, stdout + stderr).toBe(120);
    const result = fleet.result();
    expectSound(result);
    expect(result.verdict.status).toBe('violated');
    expect(idsOf(result, 'fail')).toContain('no_oversell');
    const serum = (await readBooks(shop)).orders.filter(
      ({ product, status }) => product === 'serum' && status === 'paid',
    );
    const soldUnits = serum.reduce((sum, { units }) => sum + units, 0);
    const { stockedUnits } = result.books.find(({ productId }) => productId === 'serum')!;
    expect(soldUnits).toBeGreaterThan(stockedUnits);
    expect(counterOf(result, 'oversold_units')).toBe(soldUnits - stockedUnits);
  });
});

describe.skipIf(!k6)('what was built for k6', () => {
  it('plays with a plain k6, which gives the cues and judges its own thresholds', async () => {
    const play = async (...args: string[]) => {
      const shop = await serve();
      const dir = await buildK6(...EVENING, '--for', '5s', '--vus', '3', '--target', shop.url, ...args);
      const plain = PlainK6.start(k6, dir, { FLASHCROWD_ADMIN_TOKEN: shop.token });
      return { ended: await plain.ended, plain, books: await readBooks(shop), present: presentIn(dir) };
    };
    const [passes, fails] = await Promise.all([
      play('--set', 'thresholds.chat_received=count>0'),
      play('--set', 'thresholds.chat_received=count<1'),
    ]);
    expect(passes.ended.code, passes.ended.stderr).toBe(0);
    expect(fails.ended.code, fails.ended.stderr).toBe(99);
    expect(passes.ended.stderr).toBe('');
    const { metrics } = passes.plain.summary();
    const [room] = passes.books.rooms;
    // The pin that stands at 20 s, and those of 20, 22 and 24 s: each is given by one VU of the three.
    expect(room.cues).toBe(4);
    expect(metrics.cue_lag['max']).toBeGreaterThan(0);
    expect(room.messages).toBeGreaterThan(0);
    // All are there from the first to the last.
    expect(passes.present).toBeGreaterThan(40);
    expect(metrics.chat_sent.count).toBe(room.messages);
    expect(metrics.chat_received.count).toBe(passes.present * room.messages);
    expect(metrics.chat_delivery).toMatchObject({ value: 1, fails: 0 });
    const paid = passes.books.orders.filter(({ status }) => status === 'paid');
    expect(paid.length).toBeGreaterThan(0);
    expect(metrics.orders.count).toBe(paid.length);
  });

  it('is not played for a coordinator with another token: k6 says so and ends', async () => {
    const shop = await serve();
    const dir = await buildK6(...EVENING, '--for', '5s', '--target', shop.url);
    const tokens = { FLASHCROWD_ADMIN_TOKEN: shop.token, FLASHCROWD_COORDINATOR_TOKEN: 'the-right-token' };
    const lead = K6Run.start(['coordinate', dir, '--listen', '127.0.0.1:0'], { env: tokens });
    const [, port] = await lead.printed(/waiting for 1 VUs at 127\.0\.0\.1:(\d+)/);
    const plain = PlainK6.start(k6, dir, {
      FLASHCROWD_COORDINATOR: `http://127.0.0.1:${port}`,
      FLASHCROWD_COORDINATOR_TOKEN: 'the-wrong-token',
    });
    const { code, stderr } = await plain.ended;
    expect(code, stderr).toBe(108);
    expect(stderr).toContain('401 the token is not the one');
    lead.child.kill('SIGINT');
    expect((await lead.ended).code).toBe(105);
  });
});

describe.skipIf(!k6)('a fleet of k6', () => {
  it('of which one is killed ends; the result is partial, and says which', async () => {
    const fleet = K6Run.start(['run', ...EVENING, '--for', '60s', ...THREE]);
    await fleet.printed(/0:00:24 cue pin/);
    const processes = fleet.processes();
    expect(processes).toHaveLength(3);
    process.kill(processes[1].pid, 'SIGKILL');
    const killedMs = fleet.elapsedMs();
    const { code, stdout } = await fleet.ended;
    expect(code, stdout).toBe(121);
    expect(fleet.elapsedMs() - killedMs).toBeLessThan(25_000);
    const result = fleet.result();
    expectSound(result);
    expect(result.verdict.status).toBe('invalid');
    expect(result.partial?.reason).toMatch(/^worker \d died \(k6 ended \(SIGKILL\); see .*k6-2\.log\)$/);
    expect(result.health.workers.filter(({ ended }) => ended === 'ok')).toHaveLength(2);
    expect(idsOf(result, 'fail')).toEqual([]);
    expect(counterOf(result, 'orders')).toBeGreaterThan(0);
    expect(await survivors(processes.map(({ pid }) => pid))).toEqual([]);
  });

  it('whose coordinator is killed ends by itself', async () => {
    const fleet = K6Run.start(['run', ...EVENING, '--for', '60s', ...THREE]);
    await fleet.printed(/0:00:22 cue pin/);
    const pids = fleet.processes().map(({ pid }) => pid);
    expect(pids).toHaveLength(3);
    fleet.child.kill('SIGKILL');
    await fleet.ended;
    await expect.poll(() => survivors(pids), { timeout: GONE_AFTER_MS + 20_000 }).toEqual([]);
    const log = readFileSync(path.join(fleet.dir, 'k6-1.log'), 'utf8');
    expect(log).toContain('does not answer');
  });

  it('ends in order at Ctrl-C, with a partial result', async () => {
    const fleet = K6Run.start(['run', ...EVENING, '--for', '60s', ...THREE]);
    await fleet.printed(/0:00:24 cue pin/);
    const pids = fleet.processes().map(({ pid }) => pid);
    expect(pids).toHaveLength(3);
    fleet.child.kill('SIGINT');
    const { code, stdout, stderr } = await fleet.ended;
    expect(code, stderr).toBe(105);
    expect(stdout).toContain('INTERRUPTED');
    const result = fleet.result();
    expectSound(result);
    expect(result.partial?.reason).toBe('it was stopped by a signal');
    expect(idsOf(result, 'fail', 'unknown')).toEqual([]);
    expect(result.health.workers.map(({ ended }) => ended)).toEqual(['ok', 'ok', 'ok']);
    expect(counterOf(result, 'orders')).toBeGreaterThan(0);
    expect(await survivors(pids)).toEqual([]);
  });

  it('that cannot even start does not keep its coordinator waiting', async () => {
    const fleet = K6Run.start(['run', ...EVENING, '--for', '5s', '--instances', '2', '--', '--no-such-flag']);
    const { code, stdout } = await fleet.ended;
    expect(code, stdout).toBe(121);
    expect(fleet.elapsedMs()).toBeLessThan(40_000);
    expect(fleet.result().partial?.reason).toMatch(/k6 ended \(exit code \d+\); see .*k6-[12]\.log/);
  });
});
