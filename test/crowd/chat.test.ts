import { describe, expect, it } from 'vitest';
import { Crowd } from '../../sim/crowd/crowd.ts';
import { INTENT } from '../../sim/crowd/intents.ts';
import { compiled, fano } from './help.ts';

const HOUR_MS = 3_600_000;

/** A room that is as full as it gets from its first minute on. */
function room(viewers: number, seed: string) {
  return compiled(
    {
      name: 'room',
      duration: '2h',
      personas: { regular: { dwell: '4h', likes: '0/s', gifts: '0/s' } },
      audience: { all: { kind: 'steady', from: '0s', to: '1m', size: viewers } },
    },
    { seed },
  );
}

function chatOf(scenario: ReturnType<typeof compiled>): { times: number[]; byViewer: Map<number, number> } {
  const times: number[] = [];
  const byViewer = new Map<number, number>();
  const crowd = new Crowd(
    scenario,
    {
      intent(kind, row, dueMs) {
        if (kind !== INTENT.chat) return;
        times.push(dueMs);
        byViewer.set(row, (byViewer.get(row) ?? 0) + 1);
      },
    },
    { shard: 0, shards: 1 },
  );
  for (let t = 0; t < scenario.durationMs; t += 1000) crowd.step(t + 999);
  return { times, byViewer };
}

const seeds = Array.from({ length: 12 }, (_, i) => String(1000 + i));

describe('chat', () => {
  it('has the rate of domain.md for rooms of 36 to 8,000 viewers', () => {
    // .095 at 36 viewers, .014-.025 at 2,000-5,000, .015-.038 at 4,000-8,000. Who chats is drawn by viewer, so a small room needs many.
    for (const [viewers, low, high, rooms] of [
      [36, 0.06, 0.1, 150],
      [2000, 0.014, 0.038, 4],
      [5000, 0.014, 0.038, 4],
      [8000, 0.014, 0.038, 4],
    ] as const) {
      const messages = Array.from({ length: rooms }, (_, seed) => chatOf(room(viewers, String(seed))).times.length);
      const mean = messages.reduce((sum, n) => sum + n, 0) / rooms / viewers / 119.5;
      expect(mean, String(viewers)).toBeGreaterThan(low);
      expect(mean, String(viewers)).toBeLessThan(high);
    }
  });

  it('comes in bursts: Fano factor 1.5-2.4 at 1 s and 5-13 at 10 s', () => {
    const runs = seeds.map((seed) => chatOf(room(5000, seed)).times);
    const mean = (windowMs: number): number =>
      runs.reduce((sum, times) => sum + fano(times, windowMs, 120_000, 2 * HOUR_MS), 0) / runs.length;
    expect(mean(1000)).toBeGreaterThan(1.5);
    expect(mean(1000)).toBeLessThan(2.4);
    expect(mean(10_000)).toBeGreaterThan(5);
    expect(mean(10_000)).toBeLessThan(13);
    // The closed form beside ChatClock: 1.86 and 7.14, with the sampling error of twelve runs of two hours.
    expect(mean(10_000)).toBeGreaterThan(6.2);
    expect(mean(10_000)).toBeLessThan(8.2);
  });

  it('is a Poisson process without bursts', () => {
    const calm = compiled({
      name: 'calm',
      duration: '2h',
      personas: { regular: { dwell: '4h' } },
      audience: { all: { kind: 'steady', from: '0s', to: '1m', size: 5000 } },
      chat: { bursts: { share: '0%' } },
    });
    expect(Math.abs(fano(chatOf(calm).times, 10_000, 120_000, 2 * HOUR_MS) - 1)).toBeLessThan(0.25);
  });

  it('is written by few: the share of the top tenth and of those who post once', () => {
    const { byViewer, times } = chatOf(room(5000, '7'));
    const counts = [...byViewer.values()].sort((a, b) => b - a);
    const top = counts.slice(0, Math.ceil(counts.length / 10)).reduce((sum, n) => sum + n, 0) / times.length;
    // 41-50 % in streams of some hours; a two-hour room with viewers who never leave is a little more even.
    expect(top).toBeGreaterThan(0.3);
    expect(top).toBeLessThan(0.55);
    expect(byViewer.size / 5000).toBeGreaterThan(0.09);
    expect(byViewer.size / 5000).toBeLessThan(0.15);
  });
});
