import { describe, expect, it } from 'vitest';
import { draw, hashId, keyA, keyB, mix32, PURPOSE } from '../../sim/crowd/rng.ts';
import { ksBound, ksDistance } from './help.ts';

const uniform = (u32: number): number => ((u32 >>> 0) + 0.5) / 4294967296;

describe('counted randomness', () => {
  it('never changes: the seed of a published result must still mean the same', () => {
    const a = keyA(0x12345678, hashId('followers'), 12345);
    const b = keyB(0x9abcdef0 | 0, hashId('followers'), 12345);
    expect([a, b, draw(a, b, PURPOSE.dwell, 0) >>> 0, draw(a, b, PURPOSE.chatGap, 7) >>> 0]).toMatchInlineSnapshot(`
      [
        -1082278733,
        -1614913232,
        2602895837,
        816449987,
      ]
    `);
  });

  it('is uniform over viewers, over purposes and over counts', () => {
    const n = 20_000;
    const byViewer = Array.from({ length: n }, (_, i) =>
      uniform(draw(keyA(1, 99, i), keyB(0, 99, i), PURPOSE.dwell, 0)),
    );
    const a = keyA(1, 99, 5);
    const b = keyB(0, 99, 5);
    const byCount = Array.from({ length: n }, (_, i) => uniform(draw(a, b, PURPOSE.chatGap, i)));
    const bySeed = Array.from({ length: n }, (_, i) => uniform(draw(keyA(i, 99, 5), keyB(0, 99, 5), PURPOSE.dwell, 0)));
    for (const samples of [byViewer, byCount, bySeed]) expect(ksDistance(samples, (x) => x)).toBeLessThan(ksBound(n));
  });

  it('does not correlate neighbours: viewers, counts, purposes, and both halves of the seed', () => {
    const n = 50_000;
    const at = (lo: number, hi: number, viewer: number, purpose: number, count: number): number =>
      uniform(draw(keyA(lo, 7, viewer), keyB(hi, 7, viewer), purpose, count)) - 0.5;
    const pairs: [string, (i: number) => [number, number]][] = [
      ['viewers', (i) => [at(1, 2, i, 3, 0), at(1, 2, i + 1, 3, 0)]],
      ['counts', (i) => [at(1, 2, i, 3, 4), at(1, 2, i, 3, 5)]],
      ['purposes', (i) => [at(1, 2, i, 3, 0), at(1, 2, i, 4, 0)]],
      ['low seeds', (i) => [at(i, 2, 5, 3, 0), at(i + 1, 2, 5, 3, 0)]],
      ['high seeds', (i) => [at(1, i, 5, 3, 0), at(1, i + 1, 5, 3, 0)]],
    ];
    for (const [name, pair] of pairs) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const [x, y] = pair(i);
        sum += x * y;
      }
      // Under independence the mean of the products has a standard deviation of 1 / (12 sqrt n).
      expect(Math.abs(sum / n) * 12 * Math.sqrt(n), name).toBeLessThan(4);
    }
  });

  it('flips half of the output bits when one input bit flips', () => {
    let flips = 0;
    const n = 2000;
    for (let i = 0; i < n; i++) {
      const word = Math.imul(i, 0x9e3779b1);
      for (let bit = 0; bit < 32; bit++) {
        let x = (mix32(word) ^ mix32(word ^ (1 << bit))) >>> 0;
        for (; x > 0; x &= x - 1, x >>>= 0) flips++;
      }
    }
    expect(flips / (n * 32 * 32)).toBeCloseTo(0.5, 2);
  });

  it('uses all 64 bits of the seed', () => {
    const first = draw(keyA(1, 7, 1), keyB(0, 7, 1), 3, 0);
    expect(draw(keyA(1, 7, 1), keyB(1, 7, 1), 3, 0)).not.toBe(first);
    expect(draw(keyA(2, 7, 1), keyB(0, 7, 1), 3, 0)).not.toBe(first);
  });
});
