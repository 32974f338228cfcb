import { expect, test } from 'vitest';
import { FAULT_NAMES, FAULTS } from '../../server-stub/faults/catalog.ts';
import { Faults } from '../../server-stub/faults/faults.ts';
import { FaultyStore } from '../../server-stub/faults/store.ts';
import type { ShopBooks } from '../../server-stub/store.ts';
import { range } from './helpers.ts';

const HOLD_MS = 60_000;
const storeFaults = FAULT_NAMES.filter((name) => FAULTS[name].where === 'store');

/** Everything goes wrong for many buyers at once. What the books say of it must still be what was done. */
async function brokenShow(seed: number): Promise<{ books: ShopBooks; counts: Record<string, number> }> {
  let nowMs = 1000;
  const faults = new Faults(seed);
  const store = new FaultyStore(() => nowMs, faults);
  faults.set(Object.fromEntries(storeFaults.map((name) => [name, name === 'sold_out_early' ? 0.1 : 0.4])));
  await store.setShow({
    rooms: ['main'],
    currency: 'USD',
    holdMs: HOLD_MS,
    products: [
      {
        id: 'serum',
        title: 'Serum',
        priceMinor: 990,
        stock: 60,
        perBuyer: 2,
        coupon: { code: 'LIVE', percentOff: 20 },
      },
    ],
  });

  const pay = async (viewer: string, order: string): Promise<boolean> => {
    const start = await store.beginPayment({ viewer, order, card: 'tok_good', key: `pay-${order}` });
    if (start.state === 'answered') return start.result.ok;
    return store.settlePayment(start.attempt, 'captured').then(
      (result) => result.ok,
      () => false,
    );
  };
  const buy = async (i: number): Promise<void> => {
    const viewer = `v${i % 70}`;
    const coupon = i % 2 === 0 ? 'LIVE' : undefined;
    const made = await store.reserve({ viewer, product: 'serum', units: 1, coupon, key: `cart-${i % 100}-${viewer}` });
    if (!made.ok || i % 5 === 0) return;
    const placed = await store.checkout({ viewer, cart: made.value.cart });
    if (!placed.ok || i % 7 === 0) return;
    const { order } = placed.value;
    // Impatient: the same payment again, whether or not the first one is through.
    await Promise.all([pay(viewer, order), pay(viewer, order)]);
    await pay(viewer, order);
    if (i % 3 === 0) await store.refund({ order, key: `refund-${order}` });
  };
  await Promise.all(range(1, 200).map(buy));
  nowMs += HOLD_MS;
  const books = await store.books();
  return { books, counts: Object.fromEntries(faults.answer().faults.map(({ name, count }) => [name, count])) };
}

function expectTrue(books: ShopBooks, counts: Record<string, number>): void {
  const units = (status: string): number => books.reservations.filter((each) => each.status === status).length;
  const moved = (kind: string): number => books.movements.filter((move) => move.kind === kind).length;
  const [product] = books.products;
  // Every cart took one unit; what came back is on record; what did not is held, sold, or lost by a refund.
  expect(moved('reserve')).toBe(books.reservations.length);
  expect(moved('release')).toBe(units('released'));
  expect(moved('refund')).toBe(units('refunded') - counts.refund_lost_units);
  expect(product).toMatchObject({ stocked: 60, sold: units('sold'), held: units('held') });
  // All holds have ended, so whatever is still held is stuck.
  expect(units('held')).toBe(counts.hold_stuck);
  expect(books.orders.filter((order) => order.status === 'pending')).toEqual([]);
  expect(books.orders.filter((order) => order.status === 'paid')).toHaveLength(units('sold'));
  const charged = new Set(books.payments.map((payment) => payment.order));
  for (const { id, status } of books.orders) expect(status === 'cancelled' || charged.has(id), id).toBe(true);
}

test('the books of ten broken shows are true', async () => {
  const total = new Map<string, number>();
  for (const seed of range(1, 10)) {
    const { books, counts } = await brokenShow(seed);
    expectTrue(books, counts);
    for (const [name, count] of Object.entries(counts)) total.set(name, (total.get(name) ?? 0) + count);
  }
  // Faults that never happened would prove nothing.
  for (const name of storeFaults) expect(total.get(name), name).toBeGreaterThan(0);
});
