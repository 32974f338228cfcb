import { expect } from 'vitest';
import type { ShowRequest } from '../../server-stub/protocol.ts';
import type { Store } from '../../server-stub/store.ts';

/** One unit of one product. */
export function oneSerum(holdMs: number): ShowRequest {
  const product = { id: 'serum', title: 'Serum', priceMinor: 100, stock: 1, perBuyer: null };
  return { rooms: ['main'], currency: 'USD', holdMs, products: [product] };
}

const PAYMENT_DELAY_MS = 2000;
/** 15 s more than the gateway takes. */
const LEASE_MS = 17_000;

/** A shop that others share, and a payment whose instance dies at the gateway: its units come back when the lease is over. */
export async function losesPayment(
  open: (now: () => number, options: { paymentDelayMs: number }) => Promise<Store>,
): Promise<void> {
  let nowMs = 1_000_000;
  const store = await open(() => nowMs, { paymentDelayMs: PAYMENT_DELAY_MS });
  try {
    await store.setShow(oneSerum(1000));
    const cart = await store.reserve({ viewer: 'a', product: 'serum', units: 1 });
    const placed = await store.checkout({ viewer: 'a', cart: cart.ok ? cart.value.cart : '' });
    const order = placed.ok ? placed.value.order : '';
    const start = await store.beginPayment({ viewer: 'a', order, card: 'tok_good', key: 'k' });
    expect(start.state).toBe('charge');
    expect((await store.books()).reservations).toMatchObject([{ status: 'held', expiresAt: nowMs + LEASE_MS }]);
    nowMs += LEASE_MS - 1;
    expect(await store.releaseExpired()).toBe(0);
    nowMs += 1;
    expect(await store.releaseExpired()).toBe(1);
    expect((await store.books()).reservations).toMatchObject([{ status: 'released', expiresAt: 1_001_000 }]);
  } finally {
    await store.close();
  }
}
