import { expect, test } from 'vitest';
import { ExpiryQueue } from '../../server-stub/stores/expiry-queue.ts';
import { MemoryStore } from '../../server-stub/stores/memory.ts';
import { storeContract } from '../contracts/store.ts';

storeContract('memory', async (now) => new MemoryStore(now));

test('the expiry queue keeps its order when it drops what is spent', () => {
  const queue = new ExpiryQueue<number>();
  const out: number[] = [];
  for (let i = 0; i < 10_000; i++) {
    queue.push(i, i);
    // Always 50 behind, so that the queue is cut many times while it is in use.
    for (let item = queue.popDue(i - 50); item !== undefined; item = queue.popDue(i - 50)) out.push(item);
  }
  expect(out).toEqual(Array.from({ length: 9950 }, (_, i) => i));
  expect(queue.popDue(9949)).toBeUndefined();
  expect(queue.popDue(9950)).toBe(9950);
});
