import { stubConfig } from '../../sim/targets/index.ts';
import { stubAt } from './stub-target.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import { judgeClocks } from '../../sim/run/clocks.ts';
import type { Findings } from '../../sim/run/findings.ts';
import type { Fleet } from '../../sim/run/fleet.ts';
import { RunHealth } from '../../sim/run/health/run-health.ts';
import type { Delays, Spread } from '../../sim/live/sample.ts';
import type { CueLogEntry } from '../../sim/live/host.ts';
import type { DoneMessage } from '../../sim/live/messages.ts';
import type { RunOptions } from '../../sim/run/options.ts';
import { Tally } from '../../sim/run/tally.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';

export interface FakeFleet {
  /** By worker: its delays over the whole window; null: it died. */
  readonly delays?: readonly (Partial<Record<keyof Delays, number>> | null)[];
  readonly connected?: number;
  readonly failed?: number;
}

const HEALTHY: DoneMessage['health'] = {
  peakViewers: 10,
  cpuSeconds: 1,
  maxRssMiB: 50,
  delays: { lateStart: spread(5), loopDelay: spread(5), receiveWait: spread(5) },
};
const NO_DIGEST: DoneMessage['selfDigest'] = { hi: 0, lo: 0, count: 0 };

/** Many values whose 99th percentile is this. */
export function spread(p99Ms: number): Spread {
  return { p99Ms, maxMs: 2 * p99Ms, judgedMs: p99Ms };
}

function fleet({ delays = [{}], connected = 10, failed = 0 }: FakeFleet): Fleet {
  const done = (shard: number) =>
    delays[shard] && {
      health: { ...HEALTHY, delays: { ...HEALTHY.delays, ...spreads(delays[shard]) } },
      selfDigest: NO_DIGEST,
      reactionDigest: NO_DIGEST,
    };
  const fake = {
    size: delays.length,
    done,
    pid: () => 1,
    death: (shard: number) => (delays[shard] ? null : 'killed by SIGKILL'),
    rampTotals: () => ({ connected, failed }),
  };
  return fake as unknown as Fleet;
}

function spreads(delays: Partial<Record<keyof Delays, number>>): Partial<Delays> {
  return Object.fromEntries(Object.entries(delays).map(([name, p99Ms]) => [name, spread(p99Ms)]));
}

/** A cue as the host gave it: on time and taken, unless told otherwise. */
export function cueEntry(index: number, atMs: number, other: Partial<CueLogEntry> = {}): CueLogEntry {
  return { index, sentMs: atMs, answeredMs: atMs + 2, status: 'done', refused: false, freeMs: atMs, ...other };
}

/** What a run of `input` from `fromMs` to its end found: nothing, unless told otherwise. Cues by number of the event. */
export function findingsOf(input: ScenarioInput, fromMs = 0, found: Partial<Findings> = {}, fake: FakeFleet = {}) {
  const scenario = scenarioWithTitle.parse(input);
  const scenarioCompiled = compiled(input);
  const forMs = scenarioCompiled.durationMs - fromMs;
  const options = {
    scenario,
    compiled: scenarioCompiled,
    file: 'test.yaml',
    seed: '1',
    overrides: [],
    target: stubConfig('http://127.0.0.1:1'),
    targetWords: [],
    userAgent: 'flashcrowd/test',
    embedded: false,
    fromMs,
    forMs,
    workers: 1,
    version: '0.0.0',
    allowInvalid: false,
    faults: {},
  } as unknown as RunOptions;
  const findings: Findings = {
    options,
    target: stubAt('http://127.0.0.1:1'),
    warm: warmStart(scenarioCompiled, fromMs),
    planned: null,
    tally: new Tally(scenarioCompiled, scenario.thresholds, 1, fromMs, forMs),
    fleet: fleet(fake),
    health: new RunHealth(scenarioCompiled.health, fake.delays?.length ?? 1, 2),
    cues: [],
    books: null,
    booksProblem: null,
    ending: { kind: 'complete' },
    aborted: [],
    endedAtMs: null,
    playedMs: forMs,
    startedAt: new Date(0),
    endedAt: new Date(1000),
    zeroEpochMs: 0,
    rampMs: 100,
    ledger: { invariants: [], incidents: [], problems: [], stockedUnits: new Map() },
    historyLost: 0,
    shards: 1,
    clocks: judgeClocks([null]),
    said: [],
    ...found,
  };
  return findings;
}
