import { expect, test } from 'vitest';
import { ServerClock } from '../../server-stub/stores/redis/server-clock.ts';

/** The time of the server is 1,000 ms behind. */
const AHEAD_MS = 1000;

/** One request, sent at `sentMs`, that takes so long to get there and back. */
function ask(clock: ServerClock, sentMs: number, thereMs: number, backMs: number, aheadMs = AHEAD_MS): void {
  clock.learn(sentMs, sentMs + thereMs - aheadMs, sentMs + thereMs + backMs);
}

test('knows the difference as well as its fastest request, and never too large', () => {
  const clock = new ServerClock();
  expect(clock.offsetMs(0)).toBe(Number.NEGATIVE_INFINITY);
  ask(clock, 5000, 40, 1);
  expect(clock.offsetMs(5000)).toBe(AHEAD_MS - 40);
  ask(clock, 5100, 2, 30);
  expect(clock.offsetMs(5100)).toBe(AHEAD_MS - 2);
  // Two seconds on a link that was cut say nothing new.
  ask(clock, 5200, 2000, 0);
  expect(clock.offsetMs(5200)).toBeCloseTo(AHEAD_MS - 2, 1);
});

test('follows clocks that drift, and one that was set', () => {
  const clock = new ServerClock();
  ask(clock, 0, 0, 1);
  // So much may be wrong after an hour that a slow request is better.
  ask(clock, 3_600_000, 100, 100, AHEAD_MS - 50);
  expect(clock.offsetMs(3_600_000)).toBe(AHEAD_MS - 150);
  ask(clock, 3_600_100, 1, 1, AHEAD_MS - 5000);
  expect(clock.offsetMs(3_600_100)).toBe(AHEAD_MS - 5001);
  ask(clock, 3_600_200, 1, 1, AHEAD_MS + 5000);
  expect(clock.offsetMs(3_600_200)).toBe(AHEAD_MS + 4999);
});
