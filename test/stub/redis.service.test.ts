import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { nowMs } from '../../server-stub/clock.ts';
import { createStore } from '../../server-stub/stores/create.ts';
import { Unavailable } from '../../server-stub/unavailable.ts';
import { storeContract } from '../contracts/store.ts';
import { needService } from '../need.ts';
import { TestRedis } from '../services/redis.ts';
import { Rig } from './helpers.ts';
import { losesPayment, oneSerum } from './lost-payment.ts';
import { expectAway, survivesOutage } from './outage.ts';
import { unitsOversold } from './oversell.ts';

const program = needService('redis-server');

describe.skipIf(!program)('redis', () => {
  let redis: TestRedis;
  const naive = () => redis.url.replace('redis:', 'redis+naive:');
  const cleanUp: (() => unknown)[] = [];
  beforeAll(async () => {
    redis = await TestRedis.start(program);
  });
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo();
  });
  afterAll(() => redis.remove());

  const stoppedClock = true;
  storeContract('redis', (now) => createStore(redis.url, now, { stoppedClock }));
  storeContract('redis+naive', (now) => createStore(naive(), now, { stoppedClock }), { races: true, histories: 8 });

  async function two(url: string) {
    const stores = await Promise.all([createStore(url, nowMs), createStore(url, nowMs)]);
    cleanUp.push(() => Promise.all(stores.map((store) => store.close())));
    return stores;
  }
  async function rigOn(shop: TestRedis) {
    const rig = await Rig.start({ store: shop.url, coalesceMs: 0, countEveryMs: 20 });
    cleanUp.push(() => rig.close());
    return rig;
  }

  test('the naive store oversells when buyers come at once, the other does not', async () => {
    expect(await unitsOversold(await two(naive()))).toBeGreaterThan(0);
    expect(await unitsOversold(await two(redis.url), 5)).toBe(0);
  });

  test('what Redis does late is dated late, and expires late', async () => {
    const own = await TestRedis.start(program);
    cleanUp.push(() => own.remove());
    const [store] = await two(own.url);
    await store.setShow(oneSerum(60_000));
    // Redis knows the script then: one that it must be told of first is given up meanwhile.
    await store.reserve({ viewer: 'a', product: 'none', units: 1 });
    own.pause();
    await expect(store.reserve({ viewer: 'a', product: 'serum', units: 1 })).rejects.toThrow(Unavailable);
    // The clocks are known as well as the fastest request went there.
    const resumedAtMs = nowMs() - 50;
    own.resume();
    await expect.poll(async () => (await store.books()).reservations.length, { timeout: 10_000 }).toBe(1);
    const { movements, reservations, at } = await store.books();
    const [movement] = movements.filter(({ kind }) => kind === 'reserve');
    expect(movement.at).toBeGreaterThanOrEqual(resumedAtMs);
    expect(movement.at).toBeLessThanOrEqual(at);
    expect(reservations[0].expiresAt).toBeGreaterThanOrEqual(resumedAtMs + 60_000);
  });

  test('an order whose payment never comes back is free again after the lease', () =>
    losesPayment((now, options) => createStore(redis.url, now, { ...options, stoppedClock: true })));

  test('two shops with prefixes of their own do not meet', async () => {
    const [one] = await two(`${redis.url}?prefix={one}:`);
    const [other] = await two(`${redis.url}?prefix={other}:`);
    const show = oneSerum(1000);
    await one.setShow(show);
    await other.setShow({ ...show, products: [] });
    expect((await one.product('serum')).ok).toBe(true);
    expect((await other.product('serum')).ok).toBe(false);
  });

  test('times keep their fractions', async () => {
    const [store] = await two(redis.url);
    await store.setShow(oneSerum(0.25 + 60_000));
    const before = nowMs();
    const cart = await store.reserve({ viewer: 'a', product: 'serum', units: 1 });
    expect(cart.ok && cart.value.expiresAt - 60_000.25).toBeGreaterThanOrEqual(before);
    expect(cart.ok && cart.value.expiresAt - 60_000.25).toBeLessThanOrEqual(nowMs());
    const { reservations, at } = await store.books();
    expect(reservations[0].expiresAt).toBe(cart.ok && cart.value.expiresAt);
    expect(at).toBeGreaterThan(before);
  });

  test('a server that is away is told as 503, and what it kept is there when it is back', async () => {
    const own = await TestRedis.start(program);
    cleanUp.push(() => own.remove());
    await survivesOutage(
      await rigOn(own),
      () => own.stop('SIGKILL'),
      () => own.begin(),
    );
  });

  test('a server that hangs is told as 503, too', async () => {
    const own = await TestRedis.start(program);
    cleanUp.push(() => own.remove());
    const rig = await rigOn(own);
    own.pause();
    await expectAway(rig);
    own.resume();
    await expect.poll(async () => (await rig.request('GET', '/products/serum')).status, { timeout: 10_000 }).toBe(200);
  });

  test('without a server the stub does not start, and says so', async () => {
    const own = await TestRedis.start(program);
    await own.stop();
    await expect(Rig.start({ store: own.url })).rejects.toThrow(/Redis at 127\.0\.0\.1/);
    await own.remove();
  });

  test('while the bus is away chat is refused as unavailable; then it goes on where it was', async () => {
    const own = await TestRedis.start(program);
    cleanUp.push(() => own.remove());
    const rig = await rigOn(own);
    const viewer = await rig.viewer('a');
    viewer.chat(1);
    expect(await viewer.next('ack', ({ ref }) => ref === 1)).toMatchObject({ ok: true });
    await own.stop();
    viewer.chat(2);
    expect(await viewer.next('ack', ({ ref }) => ref === 2)).toMatchObject({ ok: false, code: 'unavailable' });
    await own.begin();
    let ref = 2;
    const chat = async () => {
      const mine = ++ref;
      viewer.chat(mine, 'back');
      return (await viewer.next('ack', (ack) => ack.ref === mine)).ok;
    };
    await expect.poll(chat, { timeout: 10_000, interval: 200 }).toBe(true);
    // What was said before the subscription was back is a gap; what follows is not.
    await expect.poll(() => viewer.chatsSoFar().at(-1)?.text, { timeout: 10_000 }).toBe('back');
    const { lastSeq } = (await rig.books()).rooms[0];
    expect(viewer.chatsSoFar().at(-1)?.seq).toBe(lastSeq);
    expect(lastSeq).toBeGreaterThan(1);
  });
});
