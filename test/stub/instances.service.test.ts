import { get } from 'node:http';
import { json } from 'node:stream/consumers';
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { nowMs } from '../../server-stub/clock.ts';
import { startStub, type StubOptions } from '../../server-stub/index.ts';
import { createStore } from '../../server-stub/stores/create.ts';
import { childrenOf, survivors } from '../e2e/processes.ts';
import { needService } from '../need.ts';
import { TestPostgres } from '../services/postgres.ts';
import { TestRedis } from '../services/redis.ts';
import { range, Rig, SHOW, type TestViewer } from './helpers.ts';

const redisProgram = needService('redis-server');
const postgresProgram = needService('postgres');
const SOON = { timeout: 15_000 };
const QUICK = { coalesceMs: 0, countEveryMs: 20, likesEveryMs: 20, stockEveryMs: 10 };

/** Over a connection of its own, so that the kernel chooses the instance anew; null when that is the one that has just died. */
async function health(rig: Rig): Promise<{ viewers: number; pid: number } | null> {
  return new Promise((resolve) => {
    const asked = get(`${rig.stub.url}/healthz`, { agent: false }, (response) =>
      resolve(json(response) as Promise<{ viewers: number; pid: number }>),
    );
    asked.on('error', () => resolve(null));
  });
}

describe.skipIf(!redisProgram)('instances', () => {
  let redis: TestRedis;
  const cleanUp: (() => unknown)[] = [];
  beforeAll(async () => {
    redis = await TestRedis.start(redisProgram);
  });
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo();
  });
  afterAll(() => redis.remove());

  async function start(options: StubOptions = {}): Promise<Rig> {
    const rig = await Rig.start({ store: redis.url, ...QUICK, ...options });
    cleanUp.push(() => rig.close());
    return rig;
  }
  /** Two instances of this process, each on a port of its own. */
  async function two(options: StubOptions = {}): Promise<[Rig, Rig]> {
    return [await start(options), await start(options)];
  }
  const levelOf = async (rig: Rig) => (await rig.request('GET', '/products/serum')).body.left;

  test('chat of viewers anywhere reaches all, under the same numbers, in the same order', async () => {
    const [a, b] = await two({ chatPerViewer: { messages: 1000, perMs: 1 } });
    const [inA, inB] = await Promise.all([a.viewer('a'), b.viewer('b')]);
    for (const ref of range(1, 100)) {
      inA.chat(ref, `a ${ref}`);
      inB.chat(ref, `b ${ref}`);
    }
    const [heardInA, heardInB] = await Promise.all([inA.chats(200), inB.chats(200)]);
    expect(heardInA).toEqual(heardInB);
    expect(heardInA.map(({ seq }) => seq)).toEqual(range(1, 200));
    expect((await inB.next('ack', ({ ref }) => ref === 100)).ok).toBe(true);
    expect((await a.books()).rooms[0]).toMatchObject({ messages: 200, lastSeq: 200 });
    expect((await b.books()).rooms[0]).toMatchObject({ messages: 200, lastSeq: 200 });
  });

  test('cues, stock, likes and counts reach the viewers of all instances', async () => {
    const [a, b] = await two();
    const [inA, inB] = await Promise.all([a.viewer('a'), b.viewer('b')]);
    for (const viewer of [inA, inB]) await viewer.next('count', ({ viewers }) => viewers === 2);
    await a.cue({ id: 'd', kind: 'drop', product: 'mask', units: 2 });
    expect(await inB.next('cue')).toMatchObject({ id: 'd', units: 2 });
    await b.request('POST', '/carts', { viewer: 'a', product: 'mask', units: 2 });
    for (const viewer of [inA, inB]) {
      await viewer.next('stock', ({ product, left }) => product === 'mask' && left === 0);
    }
    inA.send({ t: 'like', n: 3 });
    inB.send({ t: 'like', n: 4 });
    for (const viewer of [inA, inB]) await viewer.next('likes', ({ total }) => total === 7);
    expect((await b.cue({ id: 'd', kind: 'drop', product: 'mask', units: 2 })).status).toBe(200);
    expect((await b.books()).rooms[0]).toMatchObject({ cues: 1, likes: 7, peakViewers: 2 });
    inA.ws.close();
    inB.frames.length = 0;
    await inB.next('count', ({ viewers }) => viewers === 1);
  });

  test('a show is everywhere when the host is told that it is on', async () => {
    const [a, b] = await two();
    const inB = await b.viewer('b');
    expect((await a.admin('PUT', '/admin/show', SHOW)).status).toBe(409);
    await a.setShow({ ...SHOW, rooms: ['other'] });
    expect((await inB.closed).code).toBe(1001);
    // No waiting in between: the room must be open.
    const again = await b.viewer('b', 'other');
    expect(again.frames[0]).toMatchObject({ t: 'welcome', room: 'other', seq: 0 });
  });

  test('200 buyers at two instances buy exactly the stock, and the books of both agree', async () => {
    const [a, b] = await two();
    const product = { id: 'serum', title: 'Serum', priceMinor: 100, stock: 50, perBuyer: 1 };
    await a.setShow({ ...SHOW, products: [product] });
    const buy = (i: number) => [a, b][i % 2].request('POST', '/carts', { viewer: `v${i}`, product: 'serum', units: 1 });
    const statuses = (await Promise.all(range(1, 200).map(buy))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(50);
    const [ofA, ofB] = await Promise.all([a.books(), b.books()]);
    expect(ofA.products).toEqual([{ id: 'serum', stocked: 50, sold: 0, held: 50, left: 0 }]);
    expect({ ...ofA, at: 0 }).toEqual({ ...ofB, at: 0 });
  });

  test('an instance that comes late knows the rooms, the numbers, the cues that stand and the stock', async () => {
    const early = await start();
    const talker = await early.viewer('talker');
    for (const ref of range(1, 5)) talker.chat(ref);
    await talker.chats(5);
    await early.cue({ id: 'p', kind: 'pin', product: 'serum' });
    await early.cue({ id: 'd', kind: 'drop', product: 'mask', units: 2 });
    await early.cue({ id: 'd2', kind: 'drop', product: 'serum', units: 1 });
    await early.request('POST', '/carts', { viewer: 'a', product: 'serum', units: 1 });
    const late = await startStub({ store: redis.url, ...QUICK, adminToken: early.stub.adminToken });
    cleanUp.push(() => late.close());
    const viewer = await early.viewer('late', 'main', late);
    expect(viewer.frames[0]).toMatchObject({ seq: 5, viewers: expect.any(Number) });
    expect((viewer.frames[0] as { cues: { id: string }[] }).cues.map(({ id }) => id)).toEqual(['p', 'd']);
    talker.chat(6);
    expect(await viewer.chats(1)).toMatchObject([{ seq: 6, text: 'message 6' }]);
    // Its count is told now and then.
    const room = async () => (await early.books()).rooms[0];
    await expect.poll(room, SOON).toMatchObject({ cues: 3, lastSeq: 6, peakViewers: 2 });
  });

  test('one URL for two processes; one that is killed takes its viewers along, and another comes in its place', async () => {
    const rig = await start({ instances: 2 });
    const instances = (): number[] =>
      childrenOf(process.pid).flatMap((child) => (child.commandLine.includes('instance-main') ? [child.pid] : []));
    const before = instances();
    expect(before).toHaveLength(2);
    // All users of the machine can read a command line.
    const said = childrenOf(process.pid).map(({ commandLine }) => commandLine);
    expect(said.join(' ')).not.toContain(rig.stub.adminToken);
    expect(said.join(' ')).not.toContain('redis://');
    const viewers = await Promise.all(range(1, 40).map((i) => rig.viewer(`v${i}`)));
    const paid = await rig.request('POST', '/carts', { viewer: 'a', product: 'serum', units: 2 });
    expect(paid.status).toBe(201);
    viewers[0].chat(1);
    for (const viewer of viewers) await viewer.chats(1);
    process.kill(before[0], 'SIGKILL');
    const alive = (): TestViewer[] => viewers.filter(({ ws }) => ws.readyState === ws.OPEN);
    const known = async (): Promise<number> => (await health(rig))?.viewers ?? viewers.length;
    // The other one forgets those who are gone after a while, but not before they are.
    await expect.poll(known, SOON).toBeLessThan(viewers.length);
    await expect.poll(async () => (await known()) - alive().length, SOON).toBe(0);
    const left = alive();
    expect(left.length).toBeGreaterThan(0);
    left[0].chat(2);
    for (const viewer of left) await viewer.chats(2);
    await expect.poll(() => instances().filter((pid) => !before.includes(pid)).length, SOON).toBe(1);
    const [fresh] = instances().filter((pid) => !before.includes(pid));
    await expect.poll(async () => (await health(rig))?.pid, SOON).toBe(fresh);
    expect((await rig.books()).reservations).toMatchObject([{ viewer: 'a', units: 2, status: 'held' }]);
    const more = await Promise.all(range(41, 80).map((i) => rig.viewer(`v${i}`)));
    left[0].chat(3);
    for (const viewer of more) expect((await viewer.chats(1))[0].seq).toBe(3);
    const all = instances();
    await rig.close();
    expect(await survivors(all)).toEqual([]);
  });

  test('whoever loses Redis for a while misses chat, but no cue and no stock', async () => {
    const own = await TestRedis.start(redisProgram);
    cleanUp.push(() => own.remove());
    const rig = await start({ store: own.url });
    const viewer = await rig.viewer('a');
    await own.stop();
    await own.begin();
    // Back as soon as the store is; the subscription may come a moment later.
    await expect.poll(async () => (await rig.cue({ id: 'p', kind: 'pin', product: 'serum' })).status, SOON).toBe(202);
    await viewer.next('cue', ({ id }) => id === 'p');
    await rig.request('POST', '/carts', { viewer: 'a', product: 'serum', units: 1 });
    await viewer.next('stock', ({ left }) => left === 4);
    expect(await levelOf(rig)).toBe(4);
  });

  test('chat that was missed is a gap; nothing comes twice or in another order, and the room goes on', async () => {
    const [a, b] = await two({ chatPerViewer: { messages: 10_000, perMs: 1 } });
    const [inA, inB] = await Promise.all([a.viewer('a'), b.viewer('b')]);
    const client = await createClient({ url: redis.url, RESP: 2 }).connect();
    cleanUp.push(() => client.destroy());
    let ref = 0;
    for (const round of range(1, 5)) {
      await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
      for (const _ of range(1, 50)) inA.chat(++ref);
      await inA.next('ack', (ack) => ack.ref === ref);
      await a.cue({ id: `c${round}`, kind: 'call', text: 'hi' });
      // It arrives, whatever was lost: the subscription is back then.
      for (const viewer of [inA, inB]) await viewer.next('cue', ({ id }) => id === `c${round}`);
    }
    inA.chat(++ref, 'last');
    for (const viewer of [inA, inB]) {
      await expect.poll(() => viewer.chatsSoFar().at(-1)?.text, SOON).toBe('last');
      const numbers = viewer.chatsSoFar().map(({ seq }) => seq);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((x, y) => x - y));
      expect(numbers.at(-1)).toBe(251);
      expect(viewer.frames.filter(({ t }) => t === 'cue')).toHaveLength(5);
    }
    expect((await b.books()).rooms[0]).toMatchObject({ messages: 251, cues: 5 });
  });

  test.each([
    [{ instances: 2 }, /memory store belongs to one process/],
    [{ instances: 2, store: 'postgres://a@127.0.0.1/b' }, /use the bus redis/],
    [{ instances: 2, store: 'redis://127.0.0.1', processes: 2 }, /`processes` of 1/],
    [{ instances: 0 }, /instances must be/],
    [{ store: 'mysql://x' }, /there are: memory, redis:\/\/.*postgres\+naive/],
    [{ bus: 'kafka://x' }, /no bus/],
  ])('%j is refused, and the refusal says what to use', async (options, message) => {
    await expect(startStub(options)).rejects.toThrow(message);
  });

  describe.skipIf(!postgresProgram)('with the store in postgres', () => {
    let postgres: TestPostgres;
    beforeAll(async () => {
      postgres = await TestPostgres.start(postgresProgram);
    });
    afterAll(() => postgres.remove());

    test('stock that one instance sells is told by the other, and holds that end are swept by both', async () => {
      const [a, b] = await two({ store: postgres.url, bus: redis.url });
      await a.setShow({ ...SHOW, holdMs: 300 });
      const viewer = await b.viewer('b');
      await a.request('POST', '/carts', { viewer: 'a', product: 'serum', units: 2 });
      await viewer.next('stock', ({ left }) => left === 3);
      viewer.frames.length = 0;
      await viewer.next('stock', ({ left }) => left === 5);
      const released = (await b.books()).movements.filter(({ kind }) => kind === 'release');
      expect(released).toMatchObject([{ product: 'serum', units: 2 }]);
    });

    test('many holds that end at once are given back once each, by whichever instance', async () => {
      const stores = await Promise.all(range(1, 3).map(() => createStore(postgres.url, nowMs)));
      cleanUp.push(() => Promise.all(stores.map((store) => store.close())));
      const product = { id: 'serum', title: 'Serum', priceMinor: 100, stock: 500, perBuyer: null };
      await stores[0].setShow({ ...SHOW, holdMs: 1500, products: [product] });
      // In waves, as more at once than the database can take in time would be told so.
      for (const wave of range(1, 9)) {
        const buy = (i: number) => stores[i % 3].reserve({ viewer: `v${wave}-${i % 20}`, product: 'serum', units: 1 });
        await Promise.all(range(1, 50).map(buy));
      }
      await expect
        .poll(async () => {
          await Promise.all(stores.map((store) => store.releaseExpired()));
          return (await stores[0].books()).products[0].left;
        }, SOON)
        .toBe(500);
      const { movements, products } = await stores[1].books();
      expect(products).toEqual([{ id: 'serum', stocked: 500, sold: 0, held: 0, left: 500 }]);
      expect(movements.filter(({ kind }) => kind === 'release')).toHaveLength(450);
    });
  });
});
