import { afterEach, describe, expect, it } from 'vitest';
import { needService } from '../need.ts';
import { TestPostgres } from '../services/postgres.ts';
import { TestRedis } from '../services/redis.ts';
import { brokenByHand, expectTruthful, ordersFlow, playAgainst, readBooks, toldMore, type Shop } from './bad-day.ts';
import { serve } from './command.ts';
import { childrenOf } from './processes.ts';

const redisProgram = needService('redis-server');
const postgresProgram = needService('postgres');

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

async function startRedis(): Promise<TestRedis> {
  const redis = await TestRedis.start(redisProgram);
  cleanUp.push(() => redis.remove());
  return redis;
}

async function pidOf({ url }: Shop): Promise<number> {
  return ((await (await fetch(`${url}/healthz`)).json()) as { pid: number }).pid;
}

const instancesOf = (pid: number): number[] =>
  childrenOf(pid).flatMap((child) => (child.commandLine.includes('instance-main') ? [child.pid] : []));

describe.skipIf(!redisProgram)('in the middle of a drop', () => {
  it('an instance is killed: its viewers come back, and nothing is called broken that is not', async () => {
    const redis = await startRedis();
    const shop = await serve('--instances', '2', '--store', redis.url);
    const before = instancesOf(shop.command.pid);
    const run = playAgainst(shop);
    await ordersFlow(shop);
    const killed = await pidOf(shop);
    expect(before).toContain(killed);
    process.kill(killed, 'SIGKILL');
    const { code } = await run.ended;
    const result = run.result();
    expect(result.metrics.reconnects).toMatchObject({ count: expect.any(Number) });
    expect(result.incidents.find(({ id }) => id === 'mass_disconnect')?.count).toBe(1);
    expect(instancesOf(shop.command.pid)).toHaveLength(2);
    expectTruthful(run, result, code, await readBooks(shop));
  });

  it('Redis is restarted: requests fail meanwhile, and money and stock are right in the end', async () => {
    const redis = await startRedis();
    const shop = await serve('--instances', '2', '--store', redis.url);
    const instances = instancesOf(shop.command.pid);
    const run = playAgainst(shop);
    await ordersFlow(shop);
    await redis.stop();
    await toldMore(run, 20, ({ h }) => h === 503);
    await redis.begin();
    await toldMore(run, 20, ({ o }) => o === 'ok');
    const { code } = await run.ended;
    const result = run.result();
    expect(result.incidents.find(({ id }) => id === 'server_errors')?.count).toBeGreaterThanOrEqual(20);
    expect(instancesOf(shop.command.pid)).toEqual(instances);
    expectTruthful(run, result, code, await readBooks(shop));
  });

  it.skipIf(!postgresProgram)('PostgreSQL is restarted: the same', async () => {
    const redis = await startRedis();
    const postgres = await TestPostgres.start(postgresProgram);
    cleanUp.push(() => postgres.remove());
    const shop = await serve('--instances', '2', '--store', postgres.url, '--bus', redis.url);
    const instances = instancesOf(shop.command.pid);
    const run = playAgainst(shop);
    await ordersFlow(shop);
    await postgres.stop();
    await toldMore(run, 20, ({ h }) => h === 503);
    await postgres.begin();
    await toldMore(run, 20, ({ o }) => o === 'ok');
    const { code } = await run.ended;
    const result = run.result();
    expect(result.incidents.find(({ id }) => id === 'server_errors')?.count).toBeGreaterThanOrEqual(20);
    expect(instancesOf(shop.command.pid)).toEqual(instances);
    // The bus was never away: chat has no excuse.
    expect(brokenByHand(run.dir, await readBooks(shop))).toEqual([]);
    expectTruthful(run, result, code, await readBooks(shop));
  });
});
