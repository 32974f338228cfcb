import { warmStart } from '../../sim/plan/warm-start.ts';
import type { Findings } from '../../sim/run/findings.ts';
import type { Fleet } from '../../sim/run/fleet.ts';
import type { CueLogEntry } from '../../sim/run/host.ts';
import type { DoneMessage } from '../../sim/run/messages.ts';
import type { RunOptions } from '../../sim/run/options.ts';
import { Tally } from '../../sim/run/tally.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';

export interface FakeFleet {
  /** By worker; null: it died. */
  readonly health?: readonly (Partial<DoneMessage['health']> | null)[];
  readonly connected?: number;
  readonly failed?: number;
}

const HEALTHY: DoneMessage['health'] = {
  peakViewers: 10,
  cpuSeconds: 1,
  maxRssMiB: 50,
  loopDelayP99Ms: 5,
  lateStartP99Ms: 5,
};
const NO_DIGEST: DoneMessage['selfDigest'] = { hi: 0, lo: 0, count: 0 };

function fleet({ health = [{}], connected = 10, failed = 0 }: FakeFleet): Fleet {
  const done = (shard: number) =>
    health[shard] && {
      health: { ...HEALTHY, ...health[shard] },
      selfDigest: NO_DIGEST,
      reactionDigest: NO_DIGEST,
    };
  const fake = {
    size: health.length,
    done,
    pid: () => 1,
    death: (shard: number) => (health[shard] ? null : 'killed by SIGKILL'),
    rampTotals: () => ({ connected, failed }),
  };
  return fake as unknown as Fleet;
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
    target: { use: 'stub', baseUrl: 'http://127.0.0.1:1', adminToken: '' },
    embedded: false,
    fromMs,
    forMs,
    workers: 1,
    version: '0.0.0',
  } as unknown as RunOptions;
  const findings: Findings = {
    options,
    warm: warmStart(scenarioCompiled, fromMs),
    planned: null,
    tally: new Tally(scenarioCompiled, scenario.thresholds, 1, fromMs, forMs),
    fleet: fleet(fake),
    cues: [],
    books: null,
    ending: { kind: 'complete' },
    aborted: [],
    endedAtMs: null,
    playedMs: forMs,
    startedAt: new Date(0),
    endedAt: new Date(1000),
    zeroEpochMs: 0,
    rampMs: 100,
    ...found,
  };
  return findings;
}
