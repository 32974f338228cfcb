import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { nowMs } from '../../server-stub/clock.ts';
import { createStore } from '../../server-stub/stores/create.ts';
import { storeContract } from '../contracts/store.ts';
import { needService } from '../need.ts';
import { TestPostgres } from '../services/postgres.ts';
import { range, Rig } from './helpers.ts';
import { losesPayment, oneSerum } from './lost-payment.ts';
import { survivesOutage } from './outage.ts';
import { unitsOversold } from './oversell.ts';

const program = needService('postgres');
/** Every step of a history asks for the books, which are five statements here. */
const FEW = { histories: 6 };

describe.skipIf(!program)('postgres', () => {
  let postgres: TestPostgres;
  const variant = (name: string) => postgres.url.replace('postgres:', `postgres+${name}:`);
  const cleanUp: (() => unknown)[] = [];
  beforeAll(async () => {
    postgres = await TestPostgres.start(program);
  });
  afterEach(async () => {
    for (const undo of cleanUp.splice(0).reverse()) await undo();
  });
  afterAll(() => postgres.remove());

  storeContract('postgres', (now) => createStore(postgres.url, now), FEW);
  storeContract('postgres+lock', (now) => createStore(variant('lock'), now), FEW);
  storeContract('postgres+naive', (now) => createStore(variant('naive'), now), { ...FEW, races: true });

  async function two(url: string) {
    const stores = await Promise.all([createStore(url, nowMs), createStore(url, nowMs)]);
    cleanUp.push(() => Promise.all(stores.map((store) => store.close())));
    return stores;
  }

  test('the naive store oversells when buyers come at once, the others do not', async () => {
    expect(await unitsOversold(await two(variant('naive')))).toBeGreaterThan(0);
    expect(await unitsOversold(await two(variant('lock')), 5)).toBe(0);
    expect(await unitsOversold(await two(postgres.url), 5)).toBe(0);
  });

  /** Does `work` while another session has the serum's row locked. @returns when the lock was let go. */
  async function behindALock(work: () => Promise<unknown>): Promise<number> {
    const [other, watcher] = [new Client(postgres.url), new Client(postgres.url)];
    cleanUp.push(() => Promise.all([other.end(), watcher.end()]));
    await Promise.all([other.connect(), watcher.connect()]);
    await other.query('BEGIN');
    await other.query(`SELECT * FROM flashcrowd.products WHERE id = 'serum' FOR UPDATE`);
    const done = work();
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
    await expect.poll(async () => (await watcher.query(waiting)).rowCount, { timeout: 10_000, interval: 5 }).toBe(1);
    const freeAtMs = nowMs();
    await other.query('COMMIT');
    await done;
    return freeAtMs;
  }

  test.each(['', 'lock', 'naive'])('what waited for a locked shelf is dated when it was done: %s', async (name) => {
    const [store] = await two(name === '' ? postgres.url : variant(name));
    await store.setShow(oneSerum(60_000));
    const freeAtMs = await behindALock(() => store.reserve({ viewer: 'a', product: 'serum', units: 1 }));
    const restockedAtMs = await behindALock(() =>
      store.applyCue({ id: 'r', room: 'main', kind: 'restock', product: 'serum', units: 5 }),
    );
    const { movements, reservations, at } = await store.books();
    expect(movements.map(({ kind }) => kind)).toEqual(['initial', 'reserve', 'restock']);
    expect(movements[1].at).toBeGreaterThanOrEqual(freeAtMs);
    expect(reservations[0].expiresAt).toBe(movements[1].at + 60_000);
    expect(movements[2].at).toBeGreaterThanOrEqual(restockedAtMs);
    expect(movements[2].at).toBeLessThanOrEqual(at);
  });

  test('an order whose payment never comes back is free again after the lease', () =>
    losesPayment((now, options) => createStore(postgres.url, now, options)));

  test.each(['', 'lock', 'naive'])('requests of one buyer at once do not pass the limit: %s', async (name) => {
    const stores = await two(name === '' ? postgres.url : variant(name));
    await stores[0].setShow({
      rooms: ['main'],
      currency: 'USD',
      holdMs: 60_000,
      products: [{ id: 'serum', title: 'Serum', priceMinor: 100, stock: 100, perBuyer: 3 }],
    });
    const carts = await Promise.all(
      range(1, 20).map((i) => stores[i % 2].reserve({ viewer: 'a', product: 'serum', units: 1 })),
    );
    expect(carts.filter(({ ok }) => ok)).toHaveLength(3);
  });

  test('twins with one key make one cart, also at two instances', async () => {
    const stores = await two(postgres.url);
    await stores[0].setShow({
      rooms: ['main'],
      currency: 'USD',
      holdMs: 60_000,
      products: [{ id: 'serum', title: 'Serum', priceMinor: 100, stock: 100, perBuyer: null }],
    });
    const request = { viewer: 'a', product: 'serum', units: 1, key: 'k' };
    const carts = await Promise.all(range(1, 10).map((i) => stores[i % 2].reserve(request)));
    expect(new Set(carts.map((cart) => JSON.stringify(cart))).size).toBe(1);
    expect((await stores[0].books()).products).toMatchObject([{ held: 1, left: 99 }]);
  });

  test('instances that start at once create the tables once, in the schema that was asked for', async () => {
    const stores = await two(`${postgres.url}?schema=other_shop`);
    const show = { rooms: ['main'], currency: 'EUR', holdMs: 1000, products: [] };
    await stores[0].setShow(show);
    expect((await stores[1].books()).currency).toBe('EUR');
    const [plain] = await two(postgres.url);
    await plain.setShow({ ...show, currency: 'USD' });
    expect((await stores[1].books()).currency).toBe('EUR');
    await expect(createStore(`${postgres.url}?schema=Not%20One`, nowMs)).rejects.toThrow(RangeError);
  });

  test.each(['SIGINT', 'SIGQUIT'] as const)(
    'a server that is away (%s) is told as 503; then all is there',
    async (signal) => {
      const own = await TestPostgres.start(program);
      cleanUp.push(() => own.remove());
      const rig = await Rig.start({ store: own.url });
      cleanUp.push(() => rig.close());
      await survivesOutage(
        rig,
        () => own.stop(signal),
        () => own.begin(),
      );
    },
  );
});
