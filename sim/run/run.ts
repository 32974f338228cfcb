import { randomBytes } from 'node:crypto';
import { warmStart } from '../crowd/warm-start.ts';
import type { ThresholdRule } from '../metrics/thresholds.ts';
import type { RunResult } from '../result.ts';
import { createTarget } from '../targets/index.ts';
import { epochMs, EventClock } from './clock.ts';
import { Fleet } from './fleet.ts';
import { Host } from './host.ts';
import type { WorkerSetup } from './messages.ts';
import type { RunOptions } from './options.ts';
import { checkFiles, reachTarget } from './preflight.ts';
import { Progress } from './progress.ts';
import { buildResult } from './result.ts';
import { Tally, watchedKeys } from './tally.ts';
import type { Ending } from './verdict.ts';
import { watchTarget } from './watch.ts';

/** Between the last handshake of the ramp and the window: long enough for every worker to hear of it. */
const GO_DELAY_MS = 300;
/** A worker gives up on answers after 5 s; past this it is stuck. */
const DRAIN_AT_MOST_MS = 8000;
const CLOSE_AT_MOST_MS = 8000;

/**
 * Plays a window of an event against a real backend. Resolves with a result however the run ends, once it has
 * begun. Throws FlashcrowdError (TARGET_UNREACHABLE, TARGET_REFUSED, TOO_FEW_FILES) when it cannot begin.
 */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { compiled, scenario, fromMs, forMs, workers, log } = options;
  const startedAt = new Date();
  checkFiles(compiled, fromMs, forMs, workers, options.embedded);
  const target = createTarget(options.target);
  await reachTarget(target, options.stop);
  const warm = warmStart(compiled, fromMs);
  log.info({ present: warm.snapshot.count, stockLeft: warm.stockLeft, fromMs }, 'warm start computed');
  const host = new Host(target, compiled, fromMs, forMs, log);
  const tally = new Tally(compiled, scenario.thresholds, workers, fromMs, forMs);
  const clock = new EventClock(fromMs);
  const progress = new Progress(options, tally, host, clock, warm);
  const end = new EndOnce();
  let fleet: Fleet | undefined;
  try {
    await host.prepare(warm);
    fleet = new Fleet(workerSetups(options, tally, warm), {
      ramp: (connected, failed, total) => progress.ramp(connected, failed, total),
      second: (shard, message) => {
        tally.add(shard, message);
        progress.second();
      },
      died: (shard, how) => {
        log.error({ shard, how }, 'a worker died');
        tally.series.endShard(shard);
        end.with({ kind: 'worker_died', shard, how }, clock.now());
      },
    });
    options.stop.addEventListener('abort', () => end.with({ kind: 'interrupted' }, clock.now()), { once: true });
    if (options.stop.aborted) end.with({ kind: 'interrupted' }, clock.now());
    const watch = watchTarget(host, () => clock.now(), (atMs) => end.with({ kind: 'target_lost', atMs }, atMs));

    const rampBeganMs = epochMs();
    await Promise.race([fleet.allReady(), end.early]);
    const rampMs = epochMs() - rampBeganMs;
    log.info({ ...fleet.rampTotals(), rampMs: Math.round(rampMs) }, 'the crowd has connected');

    const zeroEpochMs = epochMs() + GO_DELAY_MS;
    if (!end.ending) {
      clock.start(zeroEpochMs);
      fleet.tell({ type: 'go', atEpochMs: zeroEpochMs });
      host.play(clock, (entry) => progress.cue(entry));
      progress.running((rules) => end.with(thresholdEnding(rules), clock.now(), rules));
      await Promise.race([fleet.allDrained(), end.early]);
    }
    host.stop();
    progress.phase('draining');
    if (end.ending) fleet.tell({ type: 'stop' });
    await within(DRAIN_AT_MOST_MS, fleet.allDrained(), options.stopNow);
    watch.stop();
    progress.phase('auditing');
    const books = options.stopNow.aborted ? null : await raced(host.books(), options.stopNow);
    const lastSeq = Object.fromEntries(
      compiled.rooms.map(({ id }) => [id, Math.max(fleet!.lastSeq(id), books?.rooms.find((room) => room.id === id)?.lastSeq ?? 0)]),
    );
    fleet.tell({ type: 'close', lastSeq });
    await within(CLOSE_AT_MOST_MS, fleet.allDone(), options.stopNow);
    const playedMs = end.ending ? Math.min(forMs, Math.max(fleet.playedMs(), (tally.lastSecond + 1) * 1000)) : forMs;
    return buildResult({
      options,
      warm,
      tally,
      fleet,
      cues: host.cues,
      books,
      ending: end.ending ?? { kind: 'complete' },
      aborted: end.rules,
      endedAtMs: end.atMs,
      playedMs,
      startedAt,
      endedAt: new Date(),
      zeroEpochMs,
      rampMs,
    });
  } finally {
    progress.stop();
    await fleet?.kill();
    await host.close();
  }
}

function workerSetups(options: RunOptions, tally: Tally, warm: ReturnType<typeof warmStart>): WorkerSetup[] {
  const runId = randomBytes(6).toString('hex');
  const watch = watchedKeys(tally.rules);
  const { compiled, fromMs, forMs, workers } = options;
  return Array.from({ length: workers }, (_, shard) => ({
    type: 'setup',
    scenario: compiled,
    // The host's rights stay with the coordinator.
    target: { ...options.target, adminToken: '' },
    shard,
    shards: workers,
    runId,
    fromMs,
    forMs,
    snapshot: warm.snapshot,
    watch,
  }));
}

function thresholdEnding(rules: readonly ThresholdRule[]): Ending {
  return { kind: 'threshold', thresholds: rules.map(({ parsed }) => `${parsed.metric}: ${parsed.expression}`) };
}

/** The first thing that ends a run early is why it ended. */
class EndOnce {
  ending: Ending | null = null;
  atMs: number | null = null;
  rules: readonly ThresholdRule[] = [];
  readonly early: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor() {
    this.early = new Promise((resolve) => (this.resolve = resolve));
  }

  with(ending: Ending, atMs: number, rules: readonly ThresholdRule[] = []): void {
    if (this.ending) return;
    this.ending = ending;
    this.atMs = atMs;
    this.rules = rules;
    this.resolve();
  }
}

async function within(ms: number, promise: Promise<void>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([promise, late, aborted(signal)]);
  clearTimeout(timer);
}

async function raced<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return Promise.race([promise, aborted(signal).then(() => null)]);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
