import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Books } from '../../../sim/ledger/books.ts';
import { moneyBalances } from '../../../sim/ledger/checks/money-balances.ts';
import { noOversell } from '../../../sim/ledger/checks/no-oversell.ts';
import { stockConserved } from '../../../sim/ledger/checks/stock-conserved.ts';
import type { History } from '../../../sim/ledger/history.ts';
import type { HostCue, ShopOutcome, TargetPart } from '../../../sim/targets/target.ts';
import { historyOf, product } from '../../ledger/rig.ts';
import { needService } from '../../need.ts';
import { TestPostgres } from '../../services/postgres.ts';
import { needVendure, TestVendure } from '../../services/vendure.ts';
import { someone } from '../viewer.ts';
import { buy, play, showOf, vendure, viewers } from './walk.ts';

const isInstalled = needVendure();
const postgres = needService('postgres');

const SERUM = { id: 'serum', title: 'Glow serum', priceMinor: 1990, stock: 1 };
const STOCK = 20;

const historyWith = (stockUnits: number): History =>
  historyOf({ products: [product({ id: 'serum', priceMinor: 1990, stockUnits })] });
const last = (told: readonly ShopOutcome[]): ShopOutcome => told[told.length - 1];
const booksOf = async ({ books }: TargetPart): Promise<Books> => (await play(books!.audit())) as Books;
const paidUnits = ({ orders }: Books): number =>
  orders.reduce((sum, { status, units }) => (status === 'paid' ? sum + units : sum), 0);

describe.skipIf(!isInstalled)('Vendure on sql.js', () => {
  let server: TestVendure;
  let part: TargetPart;
  const give = (cue: Pick<HostCue, 'kind'> & { units?: number }) =>
    play(part.host!.cue({ id: 'c', roomId: 'main', productId: 'serum', ...cue } as HostCue));

  beforeAll(async () => {
    const coupon = { code: 'GLOW10', percentOff: 10 };
    server = await TestVendure.start({ products: [{ ...SERUM, coupon }], shippingMinor: 490 });
    part = vendure({ url: server.url, admin: server.admin, manageStock: true, exclusive: true });
    await play(part.host!.setup(showOf(STOCK, false)));
  });
  afterAll(() => server?.stop());

  it('is well', async () => {
    const { origin, path, method, headers, body } = part.health!;
    expect((await fetch(`${origin}${path}`, { method, headers, body })).status).toBe(200);
  });

  it('opens the product with the drop, and sells to guests with a coupon', async () => {
    expect(last(await buy(part, someone({ id: 'early' })))).toEqual({ status: 'rejected', code: 'not_open' });
    await give({ kind: 'drop' });
    const told = await buy(part, someone({ id: 'Fan.1' }), { units: 2, coupon: 'GLOW10' });
    expect(told).toMatchObject([
      { priceMinor: 1990 },
      { units: 2, priceMinor: 1990, discountMinor: 398 },
      { amountMinor: 3582 },
      { status: 'ok', amountMinor: 3582 },
    ]);
    const { orders, payments } = await booksOf(part);
    expect(orders).toMatchObject([
      { id: last(told).orderId, buyerId: 'Fan.1', units: 2, amountMinor: 3582, status: 'paid' },
    ]);
    expect(payments).toMatchObject([{ id: last(told).paymentId, amountMinor: 3582, status: 'captured' }]);
  });

  it('declines a card, and takes another for the same order', async () => {
    const buyer = someone({ id: 'short-of-money' });
    const told = await buy(part, buyer, { card: 'declined' });
    expect(last(told)).toEqual({ status: 'rejected', code: 'card_declined' });
    const again = { kind: 'pay', productId: 'serum', idempotencyKey: 'second', card: 'good' } as const;
    expect(await play(part.shop!.step(again, buyer))).toMatchObject({ status: 'ok', orderId: told[2].orderId });
  });

  it('buys once what is asked for twice', async () => {
    const buyer = someone({ id: 'impatient' });
    const step = { productId: 'serum', idempotencyKey: 'k' };
    for (const intent of [
      { kind: 'cart', units: 1, ...step } as const,
      { kind: 'checkout', ...step } as const,
      { kind: 'pay', card: 'good', ...step } as const,
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one step after the other
      const first = await play(part.shop!.step(intent, buyer));
      expect(first.status).toBe('ok');
      // oxlint-disable-next-line no-await-in-loop
      expect(await play(part.shop!.step(intent, buyer))).toEqual(first);
    }
    const { orders, payments } = await booksOf(part);
    const [order, ...others] = orders.filter(({ buyerId }) => buyerId === 'impatient');
    expect([order.units, others, payments?.filter(({ orderId }) => orderId === order.id).length]).toEqual([1, [], 1]);
  });

  it('does not buy along what the purchase before had left in the cart', async () => {
    const buyer = someone({ id: 'twice' });
    await buy(part, buyer, { card: 'declined' });
    const again = { kind: 'cart', productId: 'serum', units: 1, idempotencyKey: 'later' } as const;
    expect(await play(part.shop!.step(again, buyer))).toMatchObject({ status: 'ok', units: 1 });
  });

  it('sells what is left, and then says that it is sold out, until more is there', async () => {
    expect(last(await buy(part, someone({ id: 'greedy' }), { units: 99 }))).toMatchObject({ status: 'ok', units: 16 });
    expect(last(await buy(part, someone({ id: 'late' })))).toEqual({ status: 'rejected', code: 'sold_out' });
    await give({ kind: 'restock', units: 1 });
    expect(last(await buy(part, someone({ id: 'lucky' })))).toMatchObject({ status: 'ok' });
    await give({ kind: 'close' });
    expect(last(await buy(part, someone({ id: 'latest' })))).toEqual({ status: 'rejected', code: 'not_open' });
  });

  it('has books that add up', async () => {
    const books = await booksOf(part);
    expect(books.products).toEqual([{ id: 'serum', stockedUnits: 21, soldUnits: 21, leftUnits: 0, heldUnits: 0 }]);
    expect(books.movements?.reduce((sum, { units }) => sum + units, 0)).toBe(0);
    expect(moneyBalances.check(historyWith(STOCK), books)?.status).toBe('pass');
  });

  it('shows nobody its books who may not see them', async () => {
    const stranger = vendure({ url: server.url, admin: { username: 'superadmin', password: 'guess' } });
    await expect(booksOf(stranger)).rejects.toThrow(/does not let superadmin in/);
  });

  it('is stocked anew for the next run, besides what was sold before', async () => {
    const soon = vendure({ url: server.url, admin: server.admin, manageStock: true });
    await play(soon.host!.setup(showOf(3)));
    expect(await booksOf(soon)).toMatchObject({ products: [{ stockedUnits: 3, soldUnits: 0, leftUnits: 3 }] });
  });
});

describe.skipIf(!isInstalled || !postgres)('Vendure on PostgreSQL', () => {
  const FEW = 10;
  const history = historyWith(FEW);

  /** What a crowd of three for each unit leaves in the books, eight at a time. */
  async function rush(lock: boolean): Promise<{ books: Books; told: readonly ShopOutcome[] }> {
    const database = await TestPostgres.start(postgres);
    const server = await TestVendure.start({ products: [SERUM], database: database.url, lock });
    try {
      const part = vendure({
        url: server.url,
        admin: server.admin,
        manageStock: true,
        exclusive: true,
        arrange: 'pay',
      });
      await play(part.host!.setup(showOf(FEW)));
      const waiting = viewers(3 * FEW);
      const told: ShopOutcome[] = [];
      const till = async (): Promise<void> => {
        for (let buyer = waiting.pop(); buyer !== undefined; buyer = waiting.pop()) {
          // oxlint-disable-next-line no-await-in-loop -- a till serves one after the other
          told.push(last(await buy(part, buyer)));
        }
      };
      await Promise.all(Array.from({ length: 8 }, till));
      return { books: await booksOf(part), told };
    } finally {
      await server.stop();
      await database.remove();
    }
  }

  it('sells more than it has, and the books show it, though its own counters do not', async () => {
    const { books, told } = await rush(false);
    const sold = paidUnits(books);
    expect(sold).toBeGreaterThan(FEW);
    expect(told.filter(({ status }) => status === 'ok')).toHaveLength(sold);
    expect(books.products?.[0].soldUnits).toBeLessThan(sold);
    expect(noOversell.check(history, books)).toMatchObject({ status: 'fail', violations: sold - FEW });
    expect(stockConserved.check(history, books)?.status).toBe('fail');
    expect(moneyBalances.check(history, books)?.status).toBe('pass');
  });

  it('sells exactly what it has with the row lock', async () => {
    const { books, told } = await rush(true);
    expect(paidUnits(books)).toBe(FEW);
    expect(new Set(told.map(({ code }) => code))).toEqual(new Set(['ok', 'sold_out']));
    for (const checker of [noOversell, stockConserved, moneyBalances]) {
      expect(checker.check(history, books)?.status).toBe('pass');
    }
  });
});
