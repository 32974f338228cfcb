import { randomBytes } from 'node:crypto';
import type { WarmStart } from '../crowd/warm-start.ts';
import type { Target } from '../targets/combine.ts';
import { withAdminToken } from '../targets/index.ts';
import type { Hire } from './fleet.ts';
import { forkWorker } from './fork.ts';
import type { Beacon } from './health/beacon.ts';
import type { WorkerSetup } from './messages.ts';
import { BULK_EVERY_MS, type RunOptions } from './options.ts';
import type { Connections } from './preflight.ts';
import { ALONE, sharedRunId } from './shards/place.ts';
import { recorded } from './shards/recording-file.ts';
import { rulesOf, watchedKeys } from './tally.ts';
import { videoHostsOf } from './video/start.ts';

/** What the workers of a run have in common. */
export interface Crew {
  readonly options: RunOptions;
  readonly runId: string;
  readonly warm: WarmStart;
  readonly target: Target;
  readonly connections: Connections;
  readonly beacon: Beacon | null;
}

/** The same on all machines that play a run together, and of no other run. */
export function runIdOf({ scenario, seed, startAtEpochMs, shard }: RunOptions): string {
  if (shard === undefined || startAtEpochMs === undefined) return randomBytes(6).toString('hex');
  return sharedRunId(scenario.name, seed, startAtEpochMs, shard.place.of);
}

/** How each worker of this machine is started; what it says is recorded where that is asked for. */
export function hiresOf(crew: Crew): Hire[] {
  const { fleet, shard } = crew.options;
  return setupsOf(crew).map((setup, worker) => {
    const hire = fleet === undefined ? forkWorker(setup) : fleet.hire(setup);
    return shard === undefined ? hire : recorded(hire, worker, shard.recording);
  });
}

/** What each worker of this machine is told. Workers are numbered over all machines: those of the first come first. */
function setupsOf({ options, runId, warm, target, connections, beacon }: Crew): WorkerSetup[] {
  const { compiled, scenario, fromMs, forMs, workers, joinsPerSec, shard } = options;
  const { index, of } = shard?.place ?? ALONE;
  const shards = of * workers;
  const watch = watchedKeys(rulesOf(scenario.thresholds));
  return Array.from({ length: workers }, (_, worker) => ({
    type: 'setup',
    scenario: compiled,
    // The rights of the bundled shop's host stay with the coordinator.
    target: withAdminToken(options.target, ''),
    userAgent: options.userAgent,
    shard: index * workers + worker,
    shards,
    runId,
    historyFolder: options.historyFolder,
    fromMs,
    forMs,
    snapshot: warm.snapshot,
    ...connections,
    hosts: options.hosts,
    videoHosts: videoHostsOf(compiled, target.origins, options.owned),
    joinsPerSec: joinsPerSec === null ? null : joinsPerSec / shards,
    probeShare: options.probeShare,
    bulkEveryMs: BULK_EVERY_MS,
    watch,
    beacon: beacon?.setup ?? null,
  }));
}
