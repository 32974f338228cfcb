import { afterEach, describe, expect, it } from 'vitest';
import { needService } from '../need.ts';
import { TestPostgres } from '../services/postgres.ts';
import { TestRedis } from '../services/redis.ts';
import { StallingProxy } from '../services/stalling-proxy.ts';
import { range, TestViewer } from '../stub/helpers.ts';
import { chatLost, expectTruthful, ordersFlow, playAgainst, readBooks, toldMore, type Shop } from './bad-day.ts';
import { serve } from './command.ts';
import { childrenOf } from './processes.ts';
import { idsOf } from './result-shape.ts';

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
    expect(chatLost(run.dir)).toBe(0);
    expectTruthful(run, result, code, await readBooks(shop));
  });

  it('an instance is cut off from Redis for 5 s: the verdict names what its viewers lost, and nothing else', async () => {
    const redis = await startRedis();
    const proxy = await StallingProxy.before(Number(new URL(redis.url).port));
    cleanUp.push(() => proxy.close());
    const cut = await serve('--store', `redis://127.0.0.1:${proxy.port}`, '--admin-token', 'secret');
    const other = await serve('--store', redis.url, '--admin-token', 'secret');
    const run = playAgainst(cut);
    await run.printed(/ running /);
    const [witness, talker] = [await viewerOf(cut, 'witness'), await viewerOf(other, 'talker')];
    await ordersFlow(cut);
    await whileCut(proxy, talker, witness);
    await toldMore(run, 20, ({ o }) => o === 'ok');
    const { code } = await run.ended;
    const result = run.result();
    expect(result.incidents.find(({ id }) => id === 'server_errors')?.count).toBeGreaterThan(0);
    // A viewer of the test's own, in the same room of the same instance, says what there was to hear.
    const { lastSeq } = (await readBooks(cut)).rooms[0];
    const heard = new Set(numbersOf(witness));
    const missed = range(Math.min(...heard), lastSeq).filter((seq) => !heard.has(seq));
    expect(idsOf(result, 'fail').includes('chat_delivered'), `missed ${missed.join(', ')}`).toBe(missed.length > 0);
    expectTruthful(run, result, code, await readBooks(cut));
  });

  it('an instance is cut off from its viewers for 5 s: what it did behind the cut is not held against it', async () => {
    const redis = await startRedis();
    const shop = await serve('--store', redis.url, '--admin-token', 'secret');
    const proxy = await StallingProxy.before(Number(new URL(shop.url).port));
    cleanUp.push(() => proxy.close());
    const run = playAgainst({ url: `http://127.0.0.1:${proxy.port}`, token: 'secret' });
    await ordersFlow(shop);
    proxy.stall();
    // Buyers give up waiting after three seconds, and nobody knows what became of what they asked for.
    await toldMore(run, 20, ({ c }) => c === 'timeout');
    // The delay is the matter of this test.
    await new Promise((resolve) => setTimeout(resolve, CUT_MS - BUYERS_WAIT_MS));
    proxy.resume();
    await toldMore(run, 20, ({ o }) => o === 'ok');
    const { code } = await run.ended;
    const result = run.result();
    expect(result.partial).toBeNull();
    expectTruthful(run, result, code, await readBooks(shop));
  });
});

const CUT_MS = 5000;
/** As `timeout` of the event says. */
const BUYERS_WAIT_MS = 3000;

/** The other instance goes on: its viewer says something a few times, and whoever is cut off hears nothing of it. */
async function whileCut(proxy: StallingProxy, talker: TestViewer, witness: TestViewer): Promise<void> {
  proxy.stall();
  const texts = range(1, 10).map((ref) => `while cut ${ref}`);
  texts.forEach((text, i) => talker.chat(i + 1, text));
  for (const [i] of texts.entries()) expect((await talker.next('ack', ({ ref }) => ref === i + 1)).ok).toBe(true);
  // The delay is the matter of this test.
  await new Promise((resolve) => setTimeout(resolve, CUT_MS));
  const heard = (viewer: TestViewer): unknown[] => viewer.chatsSoFar().filter(({ text }) => texts.includes(text));
  expect(heard(talker)).toHaveLength(texts.length);
  expect(heard(witness)).toEqual([]);
  proxy.resume();
}

async function viewerOf({ url }: Shop, id: string): Promise<TestViewer> {
  const viewer = new TestViewer(`${url.replace('http', 'ws')}/rooms/main/ws?viewer=${id}&name=${id}`);
  cleanUp.push(() => viewer.ws.terminate());
  await viewer.next('welcome');
  return viewer;
}

const numbersOf = (viewer: TestViewer): number[] => viewer.chatsSoFar().map(({ seq }) => seq);
