import { expect, test } from 'vitest';
import type { StockFrame } from '../../server-stub/protocol.ts';
import { StockFeed } from '../../server-stub/rooms/stock-feed.ts';

function feed() {
  const frames: StockFrame[] = [];
  return { frames, feed: new StockFeed((frame) => frames.push(frame)) };
}
const level = (left: number, version?: number) => ({ product: 'serum', left, open: true, version });

test('a figure carries the version of its level, and an older one is never pushed', () => {
  const { frames, feed: stock } = feed();
  stock.change(level(4, 7));
  stock.tick();
  stock.change(level(5, 6));
  stock.tick();
  stock.change(level(0, 9));
  stock.change(level(0, 8));
  expect(frames).toMatchObject([
    { left: 4, v: 7 },
    { left: 0, v: 9 },
  ]);
});

test('levels without versions are told in their order, without one', () => {
  const { frames, feed: stock } = feed();
  stock.change(level(4));
  stock.tick();
  stock.change(level(5));
  stock.tick();
  expect(frames.map(({ left }) => left)).toEqual([4, 5]);
  expect(JSON.parse(JSON.stringify(frames[0]))).not.toHaveProperty('v');
});
