import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import type { WarmStart } from '../crowd/warm-start.ts';
import type { Books } from '../ledger/books.ts';
import type { PlannedWindow, RunResult } from '../result.ts';
import { epochMs, EventClock } from '../live/clock.ts';
import { drainAtMostMs } from '../live/drain.ts';
import { EarlyEnd, unlessAborted, within } from './ending.ts';
import type { Beacon } from './health/beacon.ts';
import { CoordinatorWatch } from './health/coordinator-watch.ts';
import { invalidStretches } from './health/health-result.ts';
import { RunHealth } from './health/run-health.ts';
import { BreakdownWatch } from './breakdown.ts';
import { Fleet } from './fleet.ts';
import type { Findings } from './findings.ts';
import { HostLog } from './history/host-log.ts';
import { promisesOf, showOf } from './history/show.ts';
import type { CueLogEntry, Host } from './host.ts';
import { checkHistory } from './ledger.ts';
import type { WorkerSetup } from './messages.ts';
import { historyIncomplete } from './notes.ts';
import { BULK_EVERY_MS, type RunOptions } from './options.ts';
import type { Connections } from './preflight.ts';
import { Progress } from './progress.ts';
import { buildResult } from './result.ts';
import type { Target, TargetConfig } from '../targets/combine.ts';
import { Tally, thresholdText, watchedKeys } from './tally.ts';
import { videoHostsOf } from './video/start.ts';
import { watchTarget } from './watch.ts';

/** Between the last handshake of the ramp and the window: long enough for every worker to hear of it. */
const GO_DELAY_MS = 300;
/** The ramp has come to a stop when no viewer has been let in for so long. */
const NOBODY_IN_MS = 45_000;
/** After the longest wait for an answer, a worker that has not drained is stuck. */
const DRAIN_GRACE_MS = 3000;
const CLOSE_AT_MOST_MS = 8000;
const AUDIT_AT_MOST_MS = 15_000;
/** A target that was lost may be back, but nobody waits for it. */
const AUDIT_OF_LOST_MS = 1000;

export interface SessionParts {
  readonly options: RunOptions;
  readonly warm: WarmStart;
  readonly planned: PlannedWindow | null;
  readonly host: Host;
  readonly target: Target;
  readonly connections: Connections;
  readonly beacon: Beacon | null;
}

/** One run from the first handshake to its result: ramp, window, drain, audit. */
export class Session {
  private readonly options: RunOptions;
  private readonly warm: WarmStart;
  private readonly planned: PlannedWindow | null;
  private readonly host: Host;
  private readonly target: Target;
  private readonly connections: Connections;
  private readonly startedAt = new Date();
  private readonly clock: EventClock;
  private readonly tally: Tally;
  private readonly progress: Progress;
  private readonly end = new EarlyEnd();
  private readonly fleet: Fleet;
  private readonly health: RunHealth;
  private readonly watch: CoordinatorWatch;
  private readonly beacon: Beacon | null;
  private readonly breakdown: BreakdownWatch;
  private readonly runId = randomBytes(6).toString('hex');
  private readonly history: HostLog;
  private rampMs = 0;
  /** When the ramp last went forward. */
  private lastIn = { connected: 0, atMs: epochMs() };
  private zeroEpochMs = NaN;
  private books: Books | null = null;

  constructor(parts: SessionParts) {
    const { options, warm, planned, host, target, connections, beacon } = parts;
    const { compiled, scenario, workers, fromMs, forMs } = options;
    this.options = options;
    this.warm = warm;
    this.planned = planned;
    this.host = host;
    this.target = target;
    this.connections = connections;
    this.clock = new EventClock(fromMs);
    this.tally = new Tally(compiled, scenario.thresholds, workers, fromMs, forMs);
    this.breakdown = new BreakdownWatch(options.abort, this.tally);
    this.progress = new Progress(options, this.tally, host, this.clock, warm);
    this.health = new RunHealth(compiled.health, workers, cpus().length);
    this.watch = new CoordinatorWatch((sample) => this.health.addSecond(sample));
    this.beacon = beacon;
    this.history = new HostLog(
      { folder: options.historyFolder, runId: this.runId, shards: workers, fromMs },
      compiled,
      showOf(compiled, warm),
      promisesOf(target),
    );
    this.fleet = this.startFleet();
  }

  async play(): Promise<RunResult> {
    const { options, end, clock } = this;
    const onStop = (): void => end.because({ kind: 'interrupted' }, clock.now());
    options.stop.addEventListener('abort', onStop, { once: true });
    if (options.stop.aborted) onStop();
    const watch = watchTarget(this.host, clock, (atMs) => end.because({ kind: 'target_lost', atMs }, atMs));
    try {
      await this.ramp();
      await this.window();
      watch.stop();
      await this.windUp();
    } catch (error) {
      // A fault of ours: what was measured so far is still worth a report.
      options.log.error({ error: (error as Error).stack }, 'the run failed');
      end.because({ kind: 'crashed', message: (error as Error).message }, clock.now());
    } finally {
      watch.stop();
      this.watch.stop();
      this.progress.stop();
      options.stop.removeEventListener('abort', onStop);
      await this.fleet.kill();
    }
    return await this.result();
  }

  /** Connects the crowd that is there when the window begins. */
  private async ramp(): Promise<void> {
    const beganMs = epochMs();
    const stuck = setInterval(() => this.endStuckRamp(), 1000);
    await Promise.race([this.fleet.allReady(), this.end.happened]);
    clearInterval(stuck);
    this.rampMs = epochMs() - beganMs;
    const { connected, failed } = this.fleet.rampTotals();
    this.options.log.info({ connected, failed, rampMs: Math.round(this.rampMs) }, 'the crowd has connected');
    if (connected === 0 && failed > 0) this.end.because({ kind: 'nobody_let_in' }, this.options.fromMs);
  }

  private endStuckRamp(): void {
    const { connected } = this.fleet.rampTotals();
    if (connected > this.lastIn.connected) this.lastIn = { connected, atMs: epochMs() };
    if (epochMs() - this.lastIn.atMs > NOBODY_IN_MS) this.end.because({ kind: 'nobody_let_in' }, this.options.fromMs);
  }

  /** The part that counts. */
  private async window(): Promise<void> {
    const { end, clock, fleet, host, progress, options } = this;
    if (end.ending) return;
    this.zeroEpochMs = epochMs() + GO_DELAY_MS;
    clock.start(this.zeroEpochMs);
    this.history.go(this.zeroEpochMs - options.fromMs);
    fleet.tell({ type: 'go', atEpochMs: this.zeroEpochMs });
    this.watch.start(this.zeroEpochMs);
    const crashed = (error: Error): void => end.because({ kind: 'crashed', message: error.message }, clock.now());
    const given = (entry: CueLogEntry): void => {
      this.history.cue(entry);
      progress.cue(entry);
    };
    host.play(clock, given).catch(crashed);
    progress.running((rules) => {
      end.because({ kind: 'threshold', thresholds: rules.map(thresholdText) }, clock.now(), rules);
    });
    const atMostMs = GO_DELAY_MS + options.forMs + this.drainAtMostMs();
    await within(atMostMs, Promise.race([fleet.allDrained(), end.happened]), options.stopNow);
    if (!end.ending) fleet.dropStuck();
  }

  /** Lets what is under way come to its end, and reads the books. */
  private async windUp(): Promise<void> {
    const { fleet, host, progress, options } = this;
    const { stopNow } = options;
    host.stop();
    progress.phase('draining');
    if (this.end.ending) fleet.tell({ type: 'stop' });
    await within(this.drainAtMostMs(), fleet.allDrained(), stopNow);
    if (!stopNow.aborted) fleet.dropStuck();
    this.watch.stop();
    progress.phase('auditing');
    const auditMs = this.end.ending?.kind === 'target_lost' ? AUDIT_OF_LOST_MS : AUDIT_AT_MOST_MS;
    if (!stopNow.aborted) this.books = await unlessAborted(host.books(auditMs), stopNow);
    fleet.tell({ type: 'close', lastSeq: this.lastSeq() });
    await within(CLOSE_AT_MOST_MS, fleet.allDone(), stopNow);
  }

  private drainAtMostMs(): number {
    return drainAtMostMs(this.options.compiled) + DRAIN_GRACE_MS;
  }

  private async result(): Promise<RunResult> {
    const { options, warm, planned, tally, fleet, health, host, books, end, rampMs, zeroEpochMs, startedAt, clock } =
      this;
    const found = {
      options,
      target: this.target,
      warm,
      planned,
      tally,
      fleet,
      health,
      cues: host.cues,
      books,
      booksProblem: host.booksProblem,
      ending: end.ending ?? { kind: 'complete' },
      aborted: end.rules,
      // What is noticed while the run drains ended it with its window.
      endedAtMs: end.atMs === null ? null : Math.min(end.atMs, options.fromMs + options.forMs),
      playedMs: this.playedMs(),
      startedAt,
      endedAt: new Date(),
      zeroEpochMs,
      rampMs,
    };
    options.onPlayed?.();
    this.history.close(host.cues, invalidStretches(health, options), clock.now());
    const ledger = await checkHistory(options.historyFolder, books);
    const historyLost = this.historyLost();
    if (historyLost > 0) options.onNote(historyIncomplete(historyLost));
    const findings: Findings = { ...found, ledger, historyLost };
    return buildResult(findings);
  }

  /** A worker that cannot say any more has told of whole seconds only. */
  private playedMs(): number {
    const { forMs } = this.options;
    if (!this.end.ending) return forMs;
    return Math.min(forMs, Math.max(this.fleet.playedMs(), (this.tally.lastSecond + 1) * 1000));
  }

  /** The last message of each room, by the backend's books and by what viewers saw. */
  private lastSeq(): Record<string, number> {
    const read = new Map(this.books?.rooms?.map((room) => [room.id, room.lastSeq]));
    return Object.fromEntries(
      this.options.compiled.rooms.map(({ id }) => [id, Math.max(this.fleet.lastSeq(id), read.get(id) ?? 0)]),
    );
  }

  private historyLost(): number {
    const { fleet, history } = this;
    const shards = Array.from({ length: fleet.size }, (_, shard) => shard);
    return shards.reduce((sum, shard) => sum + (fleet.done(shard)?.historyLost ?? 0), history.lost);
  }

  private startFleet(): Fleet {
    const { tally, progress, end, clock, options } = this;
    return new Fleet(this.workerSetups(), {
      ramp: (connected, failed, total) => progress.ramp(connected, failed, total),
      second: (shard, message) => {
        tally.add(shard, message);
        if (message.health) this.health.add(shard, message.health);
        progress.second();
        const why = this.breakdown.second(message);
        if (why !== null) end.because({ kind: 'breakdown', why }, clock.now());
      },
      note: (shard, text) => {
        options.log.warn({ shard }, text);
        options.onNote(text);
      },
      died: (shard, how) => {
        options.log.error({ shard, how }, 'a worker died');
        this.history.died(shard, how);
        tally.series.endShard(shard);
        end.because({ kind: 'worker_died', shard, how }, clock.now());
      },
    });
  }

  private workerSetups(): WorkerSetup[] {
    const { options, runId, tally, warm, beacon, connections } = this;
    const { compiled, fromMs, forMs, workers, target } = options;
    const watch = watchedKeys(tally.rules);
    return Array.from({ length: workers }, (_, shard) => ({
      type: 'setup',
      scenario: compiled,
      target: withoutHostRights(target),
      userAgent: options.userAgent,
      shard,
      shards: workers,
      runId,
      historyFolder: options.historyFolder,
      fromMs,
      forMs,
      snapshot: warm.snapshot,
      ...connections,
      hosts: options.hosts,
      videoHosts: videoHostsOf(compiled, this.target.origins, options.owned),
      joinsPerSec: options.joinsPerSec === null ? null : options.joinsPerSec / workers,
      probeShare: options.probeShare,
      bulkEveryMs: BULK_EVERY_MS,
      watch,
      beacon: beacon?.setup ?? null,
    }));
  }
}

/** The rights of the bundled shop's host stay with the coordinator. */
function withoutHostRights(target: TargetConfig): TargetConfig {
  const parts = target.parts.map((part) =>
    part.use === 'stub' ? { ...part, options: { ...(part.options as object), adminToken: '' } } : part,
  );
  return { ...target, parts };
}
