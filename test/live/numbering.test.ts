import { describe, expect, it } from 'vitest';
import { Delivery } from '../../sim/live/delivery.ts';
import { Numbering } from '../../sim/live/numbering.ts';
import { markerOf, withMarker, type Marker } from '../../sim/targets/marker.ts';

const marker = (n: number, before = 0, shard = 0): Marker => ({
  run: 'test',
  shard,
  n,
  before,
  sentAtMs: 1_790_000_000_000 + n,
});

describe('a marker', () => {
  it('comes back out of the text that it was put into', () => {
    const put: Marker = { run: 'a1f0', shard: 12, n: 345_678, before: 345_600, sentAtMs: 1_790_000_000_123 };
    expect(markerOf(withMarker('so nice!', put))).toEqual(put);
  });

  it('is found behind white space that a backend added, and nowhere else', () => {
    expect(markerOf(`${withMarker('hi', marker(1))} \n`)).toEqual(marker(1));
    for (const text of ['', 'hi', '[fc:a.1.2.3]', '[fc:a.1.2.3.4] was said', 'fc:a.1.2.3.4'])
      expect(markerOf(text), text).toBeNull();
  });
});

describe('numbering', () => {
  it('counts the messages in the order in which somebody heard them first', () => {
    const numbering = new Numbering('test');
    expect([marker(7), marker(3, 0, 1), marker(8), marker(7)].map((one) => numbering.numberOf(one)?.seq)).toEqual([
      1, 2, 3, 1,
    ]);
    expect(numbering.sentAtMs(3)).toBe(marker(8).sentAtMs);
  });

  it('knows what overtook what its sender had said before', () => {
    const numbering = new Numbering('test');
    expect(numbering.numberOf(marker(2, 1))).toEqual({ seq: 1, overtaken: false });
    expect(numbering.numberOf(marker(1))).toEqual({ seq: 2, overtaken: true });
    expect(numbering.nextOf(2)).toBe(1);
  });

  it('says of messages in order what came next', () => {
    const numbering = new Numbering('test');
    numbering.numberOf(marker(1));
    expect(numbering.nextOf(1)).toBe(0);
    expect(numbering.numberOf(marker(2, 1))).toEqual({ seq: 2, overtaken: false });
    expect(numbering.nextOf(1)).toBe(2);
    expect(numbering.numberOf(marker(1))).toEqual({ seq: 1, overtaken: false });
  });

  it('gives no second number to what it has forgotten', () => {
    const numbering = new Numbering('test');
    for (let n = 1; n <= 100_001; n++) numbering.numberOf(marker(n));
    expect(numbering.numberOf(marker(1))).toBeNull();
    expect(numbering.numberOf(marker(2))?.seq).toBe(2);
    expect(numbering.sentAtMs(1)).toBeNull();
  });
});

describe('a delivery', () => {
  it('forgives what was not due, in the middle and at the end', () => {
    const delivery = new Delivery();
    delivery.welcome(10);
    for (const seq of [11, 13]) delivery.receive(seq);
    expect([...delivery.gaps(15)]).toEqual([12, 14, 15]);
    delivery.forgive(12);
    delivery.forgive(15);
    expect(delivery.missingUpTo(15, 9)).toEqual([[14, 14]]);
    expect(delivery.expected(15) - delivery.received).toBe(1);
  });
});
