import { describe, expect, it } from 'vitest';
import { nextRendition, Throughput } from '../../../sim/run/video/throughput.ts';

const LADDER = [1, 2, 4, 8].map((mbit) => ({ bitsPerSec: mbit * 1e6, height: mbit * 100 }));

describe('how fast a viewer reads', () => {
  it('is not known before anything worth measuring was read', () => {
    const line = new Throughput();
    line.read(1000, 1);
    expect(line.bitsPerSec).toBeNaN();
    line.read(125_000, 500);
    expect(line.bitsPerSec).toBeCloseTo(2e6, 0);
  });

  it('falls fast, and rises slowly', () => {
    const line = new Throughput();
    for (let i = 0; i < 20; i++) line.read(1_000_000, 1000);
    for (let i = 0; i < 3; i++) line.read(125_000, 1000);
    // Half of the fast average is gone after 3 s.
    expect(line.bitsPerSec).toBeCloseTo(4.5e6, -5);
    for (let i = 0; i < 3; i++) line.read(1_000_000, 1000);
    expect(line.bitsPerSec).toBeLessThan(7e6);
  });
});

describe('the rendition to go on with', () => {
  it.each([
    ['up where there is plenty of room', 0, null, 6e6, 2],
    ['the same where there is just enough', 2, null, 4.3e6, 2],
    ['down where there is not', 2, null, 4.1e6, 1],
    ['down to the lowest at worst', 3, null, 1e5, 0],
    ['never larger than the screen', 0, 250, 1e9, 1],
    ['the same when nothing is known', 2, null, NaN, 2],
  ])('is %s', (_, current, maxHeight, bitsPerSec, expected) => {
    expect(nextRendition(LADDER, current, maxHeight, bitsPerSec)).toBe(expected);
  });
});
