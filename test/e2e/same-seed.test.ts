import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../sim/result.ts';
import { Run } from './command.ts';
import { counterOf, expectComplete, expectSound, productFunnels } from './result-shape.ts';

async function play(...args: string[]): Promise<RunResult> {
  const run = Run.start('same-seed.ts', ['--from', '20s', '--for', '10s', ...args]);
  const { code, stdout } = await run.ended;
  expect(code, stdout).toBe(0);
  const result = run.result();
  expectSound(result);
  expectComplete(result);
  return result;
}

/** What follows from decisions alone. */
function decided(result: RunResult) {
  const counters = ['viewers_joined', 'chat_sent', 'orders', 'gmv', 'http_requests'] as const;
  const { viewers } = result.run.ramp;
  return {
    digests: result.digests,
    viewers,
    ...Object.fromEntries(counters.map((name) => [name, counterOf(result, name)])),
  };
}

describe('the same seed', () => {
  it('makes the same decisions, again and with any number of workers; another seed makes others', async () => {
    const [once, again] = await Promise.all([play('--workers', '1'), play('--workers', '1')]);
    const [shared, other] = await Promise.all([play('--workers', '2'), play('--workers', '1', '--seed', '6')]);

    expect(decided(again)).toEqual(decided(once));
    expect(decided(shared)).toEqual(decided(once));
    expect(shared.health.workers).toHaveLength(2);

    // The digests are about something: who comes and goes, chat, likes, gifts; and cues, calls, purchases.
    expect(once.digests.selfCount).toBeGreaterThan(200);
    expect(once.digests.reactionCount).toBeGreaterThan(400);
    for (const row of ['joins', 'leaves', 'likesSent', 'giftsSent', 'orders'] as const) {
      expect(
        once.series.rows[row].some((value) => (value ?? 0) > 0),
        row,
      ).toBe(true);
    }
    expect(productFunnels(once).map((funnel) => funnel.paid > 0)).toEqual([true, true]);

    expect(other.digests.selfInitiated).not.toBe(once.digests.selfInitiated);
    expect(other.digests.reactions).not.toBe(once.digests.reactions);
  });
});
