/** What every `Store` must do. `makeStore` gets the clock (epoch ms) and returns an empty store. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CueRequest, ShowRequest } from '../../server-stub/protocol.ts';
import type { PaymentStart, Result, StockLevel, Store } from '../../server-stub/store.ts';
import { balanceProblems, randomWalk } from './store-walk.ts';

export type MakeStore = (now: () => number) => Promise<Store>;

const HOLD_MS = 1000;
const SHOW: ShowRequest = {
  rooms: ['main'],
  currency: 'USD',
  holdMs: HOLD_MS,
  products: [
    { id: 'serum', title: 'Serum', priceMinor: 2900, stock: 50, perBuyer: 2 },
    { id: 'mask', title: 'Mask', priceMinor: 1500, stock: 10, perBuyer: null, open: false },
    {
      id: 'balm',
      title: 'Balm',
      priceMinor: 333,
      stock: 5,
      perBuyer: null,
      coupon: { code: 'LIVE15', percentOff: 15 },
    },
  ],
};

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`refused: ${result.error}: ${result.message}`);
  return result.value;
}

function errorOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.error;
}

export interface ContractOptions {
  /** The store reads stock and writes it back later, on purpose: it is right only as long as one buyer comes after the other. */
  readonly races?: boolean;
  /** How many random histories are played. Default 40. */
  readonly histories?: number;
}

export function storeContract(
  name: string,
  makeStore: MakeStore,
  { races = false, histories = 40 }: ContractOptions = {},
): void {
  describe(`store: ${name}`, () => {
    let nowMs = 0;
    let store: Store;
    let keys = 0;

    beforeEach(async () => {
      nowMs = 1_000_000;
      keys = 0;
      store = await makeStore(() => nowMs);
      await store.setShow(SHOW);
    });
    afterEach(() => store.close());

    const reserve = (viewer: string, units = 1, product = 'serum', key?: string) =>
      store.reserve({ viewer, product, units, key });
    const cue = (patch: Partial<CueRequest> & Pick<CueRequest, 'kind'>) =>
      store.applyCue({ id: `cue-${keys++}`, room: 'main', product: 'mask', ...patch });
    const begin = (viewer: string, order: string, card = 'tok_good', key = `key-${keys++}`) =>
      store.beginPayment({ viewer, order, card, key });
    const leftOf = async (product: string) => value(await store.product(product)).left;

    async function order(viewer: string, units = 1, product = 'serum'): Promise<string> {
      const { cart } = value(await reserve(viewer, units, product));
      return value(await store.checkout({ viewer, cart })).order;
    }
    function attemptOf(start: PaymentStart) {
      if (start.state !== 'charge') throw new Error(`not let through: ${errorOf(start.result)}`);
      return start.attempt;
    }
    async function paidOrder(viewer: string, units = 1, product = 'serum'): Promise<string> {
      const id = await order(viewer, units, product);
      value(await store.settlePayment(attemptOf(await begin(viewer, id)), 'captured'));
      return id;
    }
    async function reservationOf(cart: string) {
      return (await store.books()).reservations.find((reservation) => reservation.id === cart);
    }
    async function productBooks(id: string) {
      const books = await store.books();
      expect(balanceProblems(books)).toEqual([]);
      return books.products.find((product) => product.id === id);
    }

    test(`200 ${races ? 'buyers, one after the other,' : 'interleaved buyers'} buy exactly the stock`, async () => {
      const buy = async (viewer: string): Promise<number> => {
        const cart = await reserve(viewer, 1);
        if (!cart.ok) return 0;
        const checkout = value(await store.checkout({ viewer, cart: cart.value.cart }));
        const attempt = attemptOf(await begin(viewer, checkout.order));
        return value(await store.settlePayment(attempt, 'captured')).units;
      };
      const buyers = Array.from({ length: 200 }, (_, i) => `viewer-${i}`);
      const bought: number[] = [];
      if (races) for (const buyer of buyers) bought.push(await buy(buyer));
      else bought.push(...(await Promise.all(buyers.map(buy))));
      expect(bought.reduce((sum, units) => sum + units, 0)).toBe(50);
      expect(await productBooks('serum')).toEqual({ id: 'serum', stocked: 50, sold: 50, held: 0, left: 0 });
      expect(errorOf(await reserve('late'))).toBe('sold_out');
    });

    test('refuses more than is left, and takes nothing', async () => {
      await store.setShow({ ...SHOW, products: [{ ...SHOW.products[0], stock: 3, perBuyer: null }] });
      value(await reserve('a', 2));
      expect(errorOf(await reserve('b', 2))).toBe('sold_out');
      expect(await leftOf('serum')).toBe(1);
      value(await reserve('b', 1));
    });

    test('a cart expires and its units come back', async () => {
      const { cart, expiresAt } = value(await reserve('a', 2));
      expect(expiresAt).toBe(nowMs + HOLD_MS);
      nowMs += HOLD_MS - 1;
      expect(await leftOf('serum')).toBe(48);
      nowMs += 1;
      expect(await leftOf('serum')).toBe(50);
      expect(errorOf(await store.checkout({ viewer: 'a', cart }))).toBe('expired');
    });

    test('a checkout renews the hold; then the unpaid order is cancelled', async () => {
      const { cart } = value(await reserve('a', 2));
      nowMs += HOLD_MS - 1;
      const placed = value(await store.checkout({ viewer: 'a', cart }));
      expect(placed).toMatchObject({ amountMinor: 5800, units: 2, expiresAt: nowMs + HOLD_MS });
      nowMs += HOLD_MS - 1;
      expect(await store.releaseExpired()).toBe(0);
      nowMs += 1;
      expect(await store.releaseExpired()).toBe(1);
      const start = await begin('a', placed.order);
      expect(start.state === 'answered' && errorOf(start.result)).toBe('expired');
      expect((await store.books()).orders).toMatchObject([{ id: placed.order, status: 'cancelled' }]);
      expect(await productBooks('serum')).toMatchObject({ held: 0, left: 50 });
    });

    test('an order does not expire while its payment is at the gateway', async () => {
      const id = await order('a');
      const attempt = attemptOf(await begin('a', id));
      nowMs += HOLD_MS * 2;
      expect(await store.releaseExpired()).toBe(0);
      expect(value(await store.settlePayment(attempt, 'captured'))).toMatchObject({ order: id, amountMinor: 2900 });
      expect(await productBooks('serum')).toMatchObject({ sold: 1, held: 0, left: 49 });
    });

    test('the books do not let a hold end while its payment is at the gateway', async () => {
      const attempt = attemptOf(await begin('a', await order('a')));
      const [{ id }] = (await store.books()).reservations;
      nowMs += HOLD_MS * 2;
      const held = await reservationOf(id);
      expect(held?.status).toBe('held');
      expect(held?.expiresAt).toBeGreaterThanOrEqual(nowMs);
      const endedAtMs = nowMs;
      await store.settlePayment(attempt, 'declined');
      nowMs += HOLD_MS;
      const released = await reservationOf(id);
      expect(released?.status).toBe('released');
      expect(released?.expiresAt).toBeLessThanOrEqual(endedAtMs);
    });

    test('an order that outlived its hold at the gateway is cancelled when the card is declined', async () => {
      const attempt = attemptOf(await begin('a', await order('a')));
      nowMs += HOLD_MS * 2;
      await store.releaseExpired();
      expect(errorOf(await store.settlePayment(attempt, 'declined'))).toBe('card_declined');
      expect(await productBooks('serum')).toMatchObject({ sold: 0, held: 0, left: 50 });
    });

    test('the limit of a buyer counts what is held and what is paid', async () => {
      await paidOrder('a', 1);
      value(await reserve('a', 1));
      expect(errorOf(await reserve('a', 1))).toBe('limit_reached');
      value(await reserve('b', 2));
      nowMs += HOLD_MS;
      value(await reserve('a', 1));
      expect(errorOf(await reserve('a', 1))).toBe('limit_reached');
    });

    test('the same key gives the same cart, also after it sold out, and is refused for another request', async () => {
      const first = await reserve('a', 1, 'serum', 'k');
      expect(await reserve('a', 1, 'serum', 'k')).toEqual(first);
      expect(await leftOf('serum')).toBe(49);
      expect(errorOf(await reserve('a', 2, 'serum', 'k'))).toBe('key_reused');
      expect(errorOf(await reserve('b', 1, 'serum', 'k'))).toBe('key_reused');
    });

    test('a refusal is replayed too', async () => {
      expect(errorOf(await reserve('a', 1, 'mask', 'early'))).toBe('not_open');
      await cue({ kind: 'drop' });
      expect(errorOf(await reserve('a', 1, 'mask', 'early'))).toBe('not_open');
      expect(errorOf(await reserve('a', 1, 'mask', 'fresh'))).toBe('ok');
    });

    test('a cart makes one order, with or without a key, and only for its viewer', async () => {
      const { cart } = value(await reserve('a'));
      expect(errorOf(await store.checkout({ viewer: 'b', cart }))).toBe('not_found');
      const first = await store.checkout({ viewer: 'a', cart, key: 'k' });
      expect(await store.checkout({ viewer: 'a', cart, key: 'k' })).toEqual(first);
      expect(await store.checkout({ viewer: 'a', cart })).toEqual(first);
      expect((await store.books()).orders).toHaveLength(1);
    });

    test('twins of a payment charge once', async () => {
      const id = await order('a');
      // Whichever of them comes first in the store.
      const starts = await Promise.all(['k', 'k', 'other'].map((key) => begin('a', id, 'tok_good', key)));
      const said = starts.map((start) => (start.state === 'charge' ? 'charge' : errorOf(start.result)));
      expect(said.toSorted()).toEqual(['charge', 'in_progress', 'in_progress']);
      const paid = await store.settlePayment(attemptOf(starts[said.indexOf('charge')]), 'captured');
      // `in_progress` was no final answer, so the other key is still free: it learns of the payment that was made.
      for (const key of ['k', 'other']) {
        expect(await begin('a', id, 'tok_good', key)).toEqual({ state: 'answered', result: paid });
      }
      const reused = await begin('a', id, 'tok_declined', 'k');
      expect(reused.state === 'answered' && errorOf(reused.result)).toBe('key_reused');
      expect((await store.books()).payments).toMatchObject([{ order: id, status: 'captured', amountMinor: 2900 }]);
    });

    test('a declined card leaves the order payable with a new key', async () => {
      const id = await order('a');
      const attempt = attemptOf(await begin('a', id, 'tok_declined', 'k1'));
      expect(errorOf(await store.settlePayment(attempt, 'declined'))).toBe('card_declined');
      const replay = await begin('a', id, 'tok_declined', 'k1');
      expect(replay.state === 'answered' && errorOf(replay.result)).toBe('card_declined');
      value(await store.settlePayment(attemptOf(await begin('a', id, 'tok_good', 'k2')), 'captured'));
      const { payments } = await store.books();
      expect(payments.map((payment) => payment.status)).toEqual(['declined', 'captured']);
    });

    test('only the viewer who ordered can pay', async () => {
      const start = await begin('b', await order('a'));
      expect(start.state === 'answered' && errorOf(start.result)).toBe('not_found');
    });

    test('a refund puts the units back, once, and makes room for the buyer', async () => {
      const id = await paidOrder('a', 2);
      expect(errorOf(await reserve('a'))).toBe('limit_reached');
      const first = value(await store.refund({ order: id, key: 'k1' }));
      expect(first).toMatchObject({ order: id, amountMinor: 5800 });
      expect(value(await store.refund({ order: id, key: 'k1' }))).toEqual(first);
      expect(value(await store.refund({ order: id, key: 'k2' }))).toEqual(first);
      expect(await productBooks('serum')).toMatchObject({ sold: 0, left: 50 });
      expect((await store.books()).payments).toMatchObject([{ status: 'refunded' }]);
      value(await reserve('a', 2));
      expect(errorOf(await store.refund({ order: await order('b'), key: 'k3' }))).toBe('bad_request');
      expect(errorOf(await store.refund({ order: 'nothing', key: 'k4' }))).toBe('not_found');
    });

    test('a drop sells its units and no more; what comes back within it can be bought again', async () => {
      expect(errorOf(await reserve('a', 1, 'mask'))).toBe('not_open');
      await cue({ kind: 'drop', units: 4, priceMinor: 990 });
      expect(value(await store.product('mask'))).toMatchObject({ left: 4, open: true, priceMinor: 990 });
      const refundable = await paidOrder('a', 2, 'mask');
      value(await reserve('b', 2, 'mask'));
      expect(errorOf(await reserve('c', 1, 'mask'))).toBe('sold_out');
      nowMs += HOLD_MS;
      expect(await leftOf('mask')).toBe(2);
      await store.refund({ order: refundable, key: 'r' });
      expect(await leftOf('mask')).toBe(4);
      expect(await productBooks('mask')).toMatchObject({ stocked: 10, left: 10 });
    });

    test('what was taken in an earlier drop does not come back to a later one', async () => {
      await cue({ kind: 'drop', units: 3 });
      value(await reserve('a', 3, 'mask'));
      await cue({ kind: 'close' });
      expect(value(await store.product('mask'))).toMatchObject({ left: 0, open: false });
      await cue({ kind: 'drop', units: 2 });
      nowMs += HOLD_MS;
      expect(await leftOf('mask')).toBe(2);
      expect(await productBooks('mask')).toMatchObject({ left: 10 });
    });

    test('a coupon takes its share off the whole cart, rounded down, and the buyer pays and gets back the rest', async () => {
      const made = value(await store.reserve({ viewer: 'a', product: 'balm', units: 3, coupon: 'LIVE15' }));
      expect(made).toMatchObject({ priceMinor: 333, units: 3, discountMinor: 149 });
      const placed = value(await store.checkout({ viewer: 'a', cart: made.cart }));
      expect(placed.amountMinor).toBe(850);
      const attempt = attemptOf(await begin('a', placed.order));
      expect(attempt.amountMinor).toBe(850);
      expect(value(await store.settlePayment(attempt, 'captured')).amountMinor).toBe(850);
      expect(value(await store.refund({ order: placed.order, key: 'r' })).amountMinor).toBe(850);
      expect(await store.books()).toMatchObject({ orders: [{ amountMinor: 850 }], payments: [{ amountMinor: 850 }] });
    });

    test('without a coupon nothing is off, and a code that the product does not have is a bad request', async () => {
      expect(value(await reserve('a', 2, 'balm')).discountMinor).toBe(0);
      const withCode = (product: string, coupon: string) => store.reserve({ viewer: 'b', product, units: 1, coupon });
      expect(errorOf(await withCode('balm', 'LIVE1'))).toBe('bad_request');
      expect(errorOf(await withCode('serum', 'LIVE15'))).toBe('bad_request');
      expect(await leftOf('serum')).toBe(50);
      expect((await store.books()).reservations).toHaveLength(1);
    });

    test('the same key with another coupon is another request', async () => {
      const cart = (coupon?: string) => store.reserve({ viewer: 'a', product: 'balm', units: 1, coupon, key: 'k' });
      const first = await cart('LIVE15');
      expect(await cart('LIVE15')).toEqual(first);
      expect(errorOf(await cart())).toBe('key_reused');
    });

    test('a coupon counts from the price when the cart was made', async () => {
      const { cart } = value(await store.reserve({ viewer: 'a', product: 'balm', units: 1, coupon: 'LIVE15' }));
      await cue({ kind: 'price', product: 'balm', priceMinor: 10_000 });
      expect(value(await store.checkout({ viewer: 'a', cart })).amountMinor).toBe(333 - 49);
    });

    test('the books know every cart, what became of it, and when its hold ends or ended', async () => {
      const cartedAtMs = nowMs;
      const lapsed = value(await reserve('a', 2)).cart;
      const kept = value(await reserve('b', 1)).cart;
      const base = { id: kept, viewer: 'b', product: 'serum', units: 1 };
      expect(await reservationOf(kept)).toEqual({ ...base, expiresAt: cartedAtMs + HOLD_MS, status: 'held' });
      nowMs += HOLD_MS - 1;
      const placed = value(await store.checkout({ viewer: 'b', cart: kept }));
      const renewed = { ...base, expiresAt: nowMs + HOLD_MS };
      expect(await reservationOf(kept)).toEqual({ ...renewed, status: 'held' });
      nowMs += 1;
      expect(await reservationOf(lapsed)).toMatchObject({ status: 'released', expiresAt: cartedAtMs + HOLD_MS });
      value(await store.settlePayment(attemptOf(await begin('b', placed.order)), 'captured'));
      expect(await reservationOf(kept)).toEqual({ ...renewed, status: 'sold' });
      value(await store.refund({ order: placed.order, key: 'r' }));
      expect(await reservationOf(kept)).toEqual({ ...renewed, status: 'refunded' });
      const unpaid = value(await reserve('c', 1)).cart;
      await store.checkout({ viewer: 'c', cart: unpaid });
      nowMs += HOLD_MS;
      expect(await reservationOf(unpaid)).toMatchObject({ status: 'released' });
      expect((await store.books()).at).toBe(nowMs);
    });

    test('a price change is for later carts', async () => {
      const before = await order('a');
      await cue({ kind: 'price', product: 'serum', priceMinor: 100 });
      const after = await order('b');
      const amounts = new Map((await store.books()).orders.map((entry) => [entry.id, entry.amountMinor]));
      expect([amounts.get(before), amounts.get(after)]).toEqual([2900, 100]);
    });

    test('a cue is applied once', async () => {
      expect(value(await cue({ id: 'r', kind: 'restock', product: 'serum', units: 5 }))).toBe(true);
      expect(value(await cue({ id: 'r', kind: 'restock', product: 'serum', units: 5 }))).toBe(false);
      expect(await productBooks('serum')).toMatchObject({ stocked: 55, left: 55 });
      expect(errorOf(await cue({ id: 'x', kind: 'drop', product: 'none' }))).toBe('not_found');
    });

    test('a new show starts from nothing, and a payment of the old one cannot be captured', async () => {
      const attempt = attemptOf(await begin('a', await order('a'), 'tok_good', 'k'));
      await store.setShow(SHOW);
      expect(errorOf(await store.settlePayment(attempt, 'captured'))).toBe('expired');
      expect(await store.books()).toMatchObject({ orders: [], payments: [], reservations: [] });
      expect(await productBooks('serum')).toEqual({ id: 'serum', stocked: 50, sold: 0, held: 0, left: 50 });
    });

    test('says every change of what can be reserved', async () => {
      const levels: StockLevel[] = [];
      store.watchStock(({ product, left, open }) => levels.push({ product, left, open }));
      await cue({ kind: 'drop', units: 2 });
      value(await reserve('a', 2, 'mask'));
      nowMs += HOLD_MS;
      await store.releaseExpired();
      await cue({ kind: 'close' });
      const mask = (left: number, open: boolean) => ({ product: 'mask', left, open });
      expect(levels).toEqual([mask(2, true), mask(0, true), mask(2, true), mask(0, false)]);
    });

    test(`the books balance after every step of ${histories} random histories`, async () => {
      const total = { captured: 0, refunded: 0, cancelled: 0 };
      for (let seed = 1; seed <= histories; seed++) {
        const fresh = await makeStore(() => nowMs);
        const walk = await randomWalk(fresh, seed, 250, (ms) => (nowMs += ms));
        await fresh.close();
        expect(walk.problems, `seed ${seed}`).toEqual([]);
        total.captured += walk.captured;
        total.refunded += walk.refunded;
        total.cancelled += walk.cancelled;
      }
      // Walks that never sell, refund or expire would prove nothing.
      expect(Math.min(total.captured, total.refunded, total.cancelled)).toBeGreaterThan(histories);
    });
  });
}
