import { expect } from 'vitest';
import type { Rig } from './helpers.ts';

const SOON = { timeout: 15_000, interval: 100 };
/** What a client waits at most for the answer that the shop is away. */
const ANSWERED_WITHIN_MS = 2500;

const product = (rig: Rig) => rig.request('GET', '/products/serum');

/** A shop whose storage goes away and comes back: what it answers meanwhile, and that all is as it was. */
export async function survivesOutage(rig: Rig, stop: () => Promise<void>, begin: () => Promise<void>): Promise<void> {
  const cart = { viewer: 'a', product: 'serum', units: 2 };
  const made = await rig.request('POST', '/carts', cart, { 'idempotency-key': 'k' });
  expect(made.status).toBe(201);
  await stop();
  await expectAway(rig);
  await begin();
  await expect.poll(async () => (await product(rig)).status, SOON).toBe(200);
  expect((await product(rig)).body.left).toBe(3);
  expect(await rig.request('POST', '/carts', cart, { 'idempotency-key': 'k' })).toEqual(made);
}

/** Every request is answered in time, in the shop's own words. */
export async function expectAway(rig: Rig): Promise<void> {
  const cart = { viewer: 'b', product: 'serum', units: 1 };
  const startedMs = performance.now();
  const answers = await Promise.all([
    product(rig),
    rig.request('POST', '/carts', cart),
    rig.request('POST', '/payments', { viewer: 'b', order: 'order-1', card: 'tok_good' }, { 'idempotency-key': 'p' }),
    rig.admin('GET', '/admin/books'),
  ]);
  expect(performance.now() - startedMs).toBeLessThan(ANSWERED_WITHIN_MS);
  for (const { status, body } of answers) {
    expect(status).toBe(503);
    expect(body).toEqual({ error: 'internal', message: expect.stringContaining('away') });
  }
  expect((await rig.request('GET', '/healthz')).status).toBe(200);
}
