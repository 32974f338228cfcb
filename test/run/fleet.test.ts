import { stubConfig } from '../../sim/targets/index.ts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { warmStart } from '../../sim/plan/warm-start.ts';
import { Fleet } from '../../sim/run/fleet.ts';
import { forkWorker } from '../../sim/run/fork.ts';
import type { WorkerSetup } from '../../sim/run/messages.ts';
import { compiled } from '../crowd/help.ts';

const SCENARIO = compiled({
  name: 'silent',
  duration: '1m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
});
const SETUP: WorkerSetup = {
  type: 'setup',
  scenario: SCENARIO,
  target: stubConfig('http://127.0.0.1:1'),
  userAgent: 'flashcrowd/test',
  joinsPerSec: null,
  hosts: null,
  videoHosts: [],
  videoConnections: 0,
  shard: 0,
  shards: 1,
  runId: 'run1',
  historyFolder: '/nowhere',
  fromMs: 0,
  forMs: 1000,
  snapshot: warmStart(SCENARIO, 0).snapshot,
  shopConnections: 1,
  probeShare: 1,
  bulkEveryMs: 50,
  localAddresses: [],
  watch: [],
  beacon: null,
};

interface Watched {
  readonly fleet: Fleet;
  readonly deaths: string[];
  /** The coordinator's clock goes on by this much, and its watchdog looks once. */
  pass(ms: number): void;
}

/**
 * A fleet of one real worker, which takes far longer to start than the test takes: it says nothing. The fleet's timers
 * and its clock go as the test says.
 */
function watched(): Watched {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const deaths: string[] = [];
  const fleet = new Fleet([forkWorker(SETUP)], {
    ramp: () => undefined,
    note: () => undefined,
    second: () => undefined,
    died: (shard, how) => void deaths.push(`${shard}: ${how}`),
  });
  const pass = (ms: number): void => {
    nowMs += ms;
    vi.advanceTimersByTime(1000);
  };
  return { fleet, deaths, pass };
}

describe('a fleet', () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('ends a worker that does not say its first word within a minute, and says so once', async () => {
    const { fleet, deaths, pass } = watched();
    for (let second = 1; second < 61; second++) pass(1000);
    expect(deaths).toEqual([]);
    pass(1000);
    expect(deaths).toEqual(['0: it said nothing for 61 s']);
    expect(fleet.death(0)).toBe('it said nothing for 61 s');
    for (let second = 0; second < 20; second++) pass(1000);
    expect(deaths).toHaveLength(1);
    // Nobody waits for it.
    await Promise.all([fleet.allReady(), fleet.allDrained(), fleet.allDone(), fleet.kill()]);
  });

  it('does not blame the workers when it was held up itself', async () => {
    const { fleet, deaths, pass } = watched();
    pass(90_000);
    expect(deaths).toEqual([]);
    // What they said meanwhile has been read by the next round; this one said nothing.
    pass(1000);
    expect(deaths).toHaveLength(1);
    await fleet.kill();
  });
});
