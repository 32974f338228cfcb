import { formatCount } from '../scenario/format.ts';
import { createTarget } from '../targets/index.ts';
import { epochMs } from '../live/clock.ts';
import { Host } from '../live/host.ts';
import type { RunResult } from '../result.ts';
import { hiresOf, runIdOf } from './crew.ts';
import { aborted, atMoment } from './ending.ts';
import type { Played } from './findings.ts';
import { Beacon } from './health/beacon.ts';
import { HttpClients } from './http-clients.ts';
import { checkHistory } from './ledger.ts';
import { historyIncomplete } from './notes.ts';
import type { RunOptions } from './options.ts';
import { isLoopback } from './ports.ts';
import { checkFiles, checkPorts, connectionsOf, reachTarget } from './preflight.ts';
import { buildResult } from './result.ts';
import { Session } from './session.ts';
import { shardOutcome, type ShardOutcome } from './shards/outcome.ts';
import { ALONE, leadMs } from './shards/place.ts';
import { TargetClock } from './target-clock.ts';
import { tlsSettings } from './tls-settings.ts';
import { checkStream } from './video/start.ts';
import { LocalAddresses } from './wire/local-addresses.ts';

/** For the host's actions, the books, and asking how the target is. */
const HOST_CONNECTIONS = 8;

/**
 * Plays a window of an event against a real backend. Once the show is prepared it resolves with a result however the run
 * ends: complete, stopped, aborted, crashed. Throws FlashcrowdError (TARGET_UNREACHABLE, TARGET_REFUSED,
 * TOO_FEW_FILES, TOO_FEW_PORTS) when it cannot begin.
 */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const played = await playWindow(options);
  const ledger = await checkHistory(options.historyFolder, played.books);
  return buildResult({ ...played, ledger });
}

/** Plays the share of one machine; `options.shard` says which. The verdict is that of `mergeShards`. Throws as `runScenario`. */
export async function runShard(options: RunOptions): Promise<ShardOutcome> {
  return shardOutcome(await playWindow(options), options.shard?.place ?? ALONE);
}

async function playWindow(options: RunOptions): Promise<Played> {
  const { compiled, fromMs, forMs, workers, stubProcesses, log, stop } = options;
  const { index, of } = options.shard?.place ?? ALONE;
  // What is elsewhere has files and ports of its own.
  const isHere = options.fleet === undefined;
  const share = { ...compiled, audience: compiled.audience.map((viewers) => viewers / of) };
  if (isHere) checkFiles(share, fromMs, forMs, workers, stubProcesses);
  const target = await createTarget(options.target);
  checkStream(compiled, options.target);
  const crowded = { ...options, compiled: share, origins: target.origins };
  if (isHere) checkPorts(crowded);
  const connections = connectionsOf(crowded);
  const http = new HttpClients(HOST_CONNECTIONS, {
    localAddresses: new LocalAddresses(connections.localAddresses),
    tls: tlsSettings(options.target),
    userAgent: options.userAgent,
    hosts: options.hosts,
  });
  const host = new Host(target, compiled, fromMs, forMs, log, http);
  // On one machine there is one clock, but for shards: their results say how far they can be compared.
  const isOneClock = options.shard === undefined && target.origins.every(isLoopback);
  const targetClock = isOneClock ? null : new TargetClock(target, http);
  let beacon: Beacon | null = null;
  try {
    await reachTarget(target, http, stop);
    const warm = options.warmStart(compiled, fromMs);
    log.info({ present: warm.snapshot.count, stockLeft: warm.stockLeft, fromMs }, 'warm start computed');
    const planned = await options.planWindow();
    log.info({ runs: planned?.runs ?? 0, engine: planned?.engine }, 'window planned');
    const isFirst = index === 0;
    await Promise.all([isFirst ? host.prepare(warm, options.faults) : null, targetClock?.ask(stop)]);
    await untilRamp(options);
    if (isHere) beacon = await Beacon.open();
    const runId = runIdOf(options);
    const hires = hiresOf({ options, runId, warm, target, connections, beacon });
    const played = await new Session({ options, warm, planned, host, target, runId, hires, targetClock }).play();
    if (played.historyLost > 0) options.onNote(historyIncomplete(played.historyLost));
    return played;
  } finally {
    beacon?.close();
    await host.mend();
    await host.close();
  }
}

/** A crowd that waits for its moment for long costs the backend its connections for nothing. */
async function untilRamp(options: RunOptions): Promise<void> {
  const { startAtEpochMs, shard, stop, log } = options;
  if (startAtEpochMs === undefined) return;
  const rampAtMs = startAtEpochMs - leadMs(options, shard?.place ?? ALONE);
  const waitMs = rampAtMs - epochMs();
  log.info({ waitMs: Math.round(waitMs) }, 'waiting for the moment of the ramp');
  if (waitMs > 0) {
    const seconds = formatCount(Math.ceil((startAtEpochMs - epochMs()) / 1000));
    options.onNote(`prepared; the viewers connect in ${Math.ceil(waitMs / 1000)} s, the window begins in ${seconds} s`);
  }
  await atMoment(rampAtMs, aborted(stop));
}
