import { describe, expect, it } from 'vitest';
import { SeqHistory } from '../../sim/live/seq-history.ts';

/** How far back it can be asked for: a ring of 64 steps of 100 ms. */
const KEPT_MS = 6300;

/** A room that publishes one message every 100 ms from `fromMs` on: at `t` the last one is `(t - fromMs) / 100`. */
function steady(fromMs: number, untilMs: number): SeqHistory {
  const history = new SeqHistory();
  for (let t = fromMs; t <= untilMs; t += 100) {
    history.saw((t - fromMs) / 100);
    history.tick(t);
  }
  return history;
}

describe('how far a room had come', () => {
  it('is nothing before anything was seen, at whatever moment', () => {
    const history = new SeqHistory();
    for (const atMs of [-2000, -1, 0, 1, 10_000]) expect(history.asOf(atMs), `${atMs} ms`).toBe(0);
    history.saw(3);
    history.tick(500);
    // A viewer who leaves in the first two seconds of an event asks for a moment before it.
    for (const atMs of [-2000, -100, -1]) expect(history.asOf(atMs), `${atMs} ms`).toBe(0);
  });

  it('is what had been seen at that moment, not since', () => {
    const history = steady(0, 3000);
    expect(history.last).toBe(30);
    expect(history.asOf(3000)).toBe(30);
    expect(history.asOf(1000)).toBe(10);
    expect(history.asOf(1099)).toBe(10);
    history.saw(99);
    expect(history.last).toBe(99);
    expect(history.asOf(3000)).toBe(30);
  });

  it('does not go back when an old message comes late', () => {
    const history = new SeqHistory();
    history.saw(7);
    history.saw(5);
    history.tick(100);
    expect(history.last).toBe(7);
    expect(history.asOf(100)).toBe(7);
  });

  it('is right again and again as the ring goes round, and nothing for what has been forgotten', () => {
    const nowMs = 20_000;
    const history = steady(0, nowMs);
    for (let agoMs = 0; agoMs <= KEPT_MS; agoMs += 100) {
      expect(history.asOf(nowMs - agoMs), `${agoMs} ms ago`).toBe((nowMs - agoMs) / 100);
    }
    expect(history.asOf(nowMs - KEPT_MS - 100)).toBe(0);
  });

  it('begins in the middle of an event as well as at its start', () => {
    const fromMs = 880_000;
    const history = steady(fromMs, fromMs + 1000);
    expect(history.asOf(fromMs + 500)).toBe(5);
    expect(history.asOf(fromMs - 1000)).toBe(0);
  });

  it.each([700, 5000, 60_000])('holds what was seen before a gap of %i ms through all of it', (gapMs) => {
    const history = new SeqHistory();
    history.saw(10);
    history.tick(1000);
    const backMs = 1000 + gapMs;
    // Seen just now: while nobody looked, no viewer had seen it.
    history.saw(50);
    history.tick(backMs);
    expect(history.asOf(backMs)).toBe(50);
    for (let agoMs = 100; agoMs < Math.min(gapMs, KEPT_MS); agoMs += 100) {
      expect(history.asOf(backMs - agoMs), `${agoMs} ms ago`).toBe(10);
    }
  });
});
