import type { Store } from '../../server-stub/store.ts';
import { range } from './helpers.ts';

const STOCK = 10;
const BUYERS = 60;
/** A race is won by chance, but hardly ever so often. */
const MOST_ROUNDS = 20;

/** Lets buyers come at once to all of `stores`, which are one shop, until more is held than there was, or it never happens. */
export async function unitsOversold(stores: readonly Store[], rounds = MOST_ROUNDS): Promise<number> {
  for (const round of range(1, rounds)) {
    await stores[0].setShow({
      rooms: ['main'],
      currency: 'USD',
      holdMs: 60_000,
      products: [{ id: 'serum', title: 'Serum', priceMinor: 100, stock: STOCK, perBuyer: null }],
    });
    const buy = (i: number) =>
      stores[i % stores.length].reserve({ viewer: `${round}-${i}`, product: 'serum', units: 1 });
    const carts = await Promise.all(range(1, BUYERS).map(buy));
    const oversold = carts.filter(({ ok }) => ok).length - STOCK;
    const [books] = (await stores[0].books()).products;
    // The shop's own books say the same: that is how an audit finds it.
    if (books.held - STOCK !== oversold) throw new Error(`held ${books.held}, but ${oversold} were oversold`);
    if (oversold > 0) return oversold;
  }
  return 0;
}
