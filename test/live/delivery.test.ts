import { describe, expect, it } from 'vitest';
import { Delivery } from '../../sim/live/delivery.ts';

function welcomed(seq: number): Delivery {
  const delivery = new Delivery();
  delivery.welcome(seq);
  return delivery;
}

const receiveAll = (delivery: Delivery, seqs: readonly number[]): string[] => seqs.map((seq) => delivery.receive(seq));

describe('delivery', () => {
  it('expects nothing before the welcome', () => {
    expect(new Delivery().expected()).toBe(0);
    expect(new Delivery().expected(100)).toBe(0);
  });

  it('counts from the message after the welcome', () => {
    const delivery = welcomed(41);
    expect(receiveAll(delivery, [42, 43, 44])).toEqual(['new', 'new', 'new']);
    expect(delivery).toMatchObject({ received: 3, duplicates: 0, reordered: 0 });
    expect(delivery.expected()).toBe(3);
  });

  it('tells a gap that stays from one that is filled late', () => {
    const delivery = welcomed(0);
    expect(receiveAll(delivery, [1, 4, 2])).toEqual(['new', 'new', 'late']);
    expect(delivery).toMatchObject({ received: 3, reordered: 1, duplicates: 0 });
    expect(delivery.expected()).toBe(4);
  });

  it('tells what comes again, in order or late, from what comes for the first time', () => {
    const delivery = welcomed(0);
    expect(receiveAll(delivery, [1, 1, 3, 2, 2])).toEqual(['new', 'duplicate', 'new', 'late', 'duplicate']);
    expect(delivery).toMatchObject({ received: 3, duplicates: 2, reordered: 1 });
    expect(delivery.expected()).toBe(3);
  });

  it('takes what was published before the viewer came for a duplicate', () => {
    const delivery = welcomed(10);
    expect(delivery.receive(10)).toBe('duplicate');
    expect(delivery.receive(4)).toBe('duplicate');
    expect(delivery).toMatchObject({ received: 0, duplicates: 2 });
    expect(delivery.expected()).toBe(0);
  });

  it('judges the tail only when it is told where the room ended', () => {
    const delivery = welcomed(0);
    receiveAll(delivery, [1, 2]);
    expect(delivery.expected()).toBe(2);
    expect(delivery.expected(5)).toBe(5);
    // A viewer may have seen more than the others told of.
    expect(delivery.expected(1)).toBe(2);
  });

  it('counts what has not come up to a message', () => {
    const delivery = welcomed(10);
    receiveAll(delivery, [11, 13, 16]);
    expect([10, 12, 13, 15, 16, 20].map((upTo) => delivery.lacking(upTo))).toEqual([0, 1, 1, 3, 3, 7]);
    expect([0, 2, 9].map((atMost) => delivery.lacking(20, atMost))).toEqual([0, 2, 7]);
    expect(new Delivery().lacking(5)).toBe(0);
  });

  it.each([1, 2, 3, 4, 5])('agrees with a list that keeps everything, whatever the network does (%i)', (salt) => {
    let state = salt * 7919;
    const below = (n: number): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % n;
    const from = below(50);
    const delivery = welcomed(from);
    const seen = new Set<number>();
    const expected = { received: 0, duplicates: 0, reordered: 0 };
    let highest = from;
    for (let i = 0; i < 2000; i++) {
      // Mostly the next in turn; some are lost, come late, or come twice.
      const seq = below(4) > 0 ? highest + 1 + (below(9) === 0 ? below(5) : 0) : Math.max(1, highest - below(12));
      const isNew = seq > from && !seen.has(seq);
      const what = isNew ? (seq > highest ? 'new' : 'late') : 'duplicate';
      expect(delivery.receive(seq), `message ${seq} after ${highest}`).toBe(what);
      seen.add(seq);
      highest = Math.max(highest, seq);
      if (isNew) expected.received++;
      else expected.duplicates++;
      if (what === 'late') expected.reordered++;
    }
    expect(delivery).toMatchObject(expected);
    expect(delivery.expected()).toBe(highest - from);
    expect(delivery.received).toBeLessThanOrEqual(delivery.expected());
  });
});
