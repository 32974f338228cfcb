import { cpus } from 'node:os';
import type { WarmStart } from '../crowd/warm-start.ts';
import type { Books } from '../ledger/books.ts';
import type { PlannedWindow } from '../result.ts';
import { epochMs, EventClock } from '../live/clock.ts';
import { drainAtMostMs } from '../live/drain.ts';
import { atMoment, EarlyEnd, unlessAborted, within } from './ending.ts';
import { CoordinatorWatch } from './health/coordinator-watch.ts';
import { invalidStretches } from './health/health-result.ts';
import { RunHealth } from './health/run-health.ts';
import { BreakdownWatch } from './breakdown.ts';
import { Fleet, type Hire } from './fleet.ts';
import { judgeClocks, seenFrom, whyNotAgainstBooks } from './clocks.ts';
import type { Played } from './findings.ts';
import { HostLog } from './history/host-log.ts';
import { promisesOf, showOf } from './history/show.ts';
import type { CueLogEntry, Host } from '../live/host.ts';
import type { RunOptions } from './options.ts';
import { Progress } from './progress.ts';
import { ALONE, type ShardPlace } from './shards/place.ts';
import type { RecordingFile } from './shards/recording-file.ts';
import type { Target } from '../targets/combine.ts';
import { Tally, thresholdText } from './tally.ts';
import type { TargetClock } from './target-clock.ts';
import { factsOf } from './target-facts.ts';
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
  readonly runId: string;
  /** The workers of this machine. */
  readonly hires: readonly Hire[];
  /** `null`: it is ours. */
  readonly targetClock: TargetClock | null;
}

/** One run from the first handshake to its last answer: ramp, window, drain, audit. */
export class Session {
  private readonly options: RunOptions;
  private readonly warm: WarmStart;
  private readonly planned: PlannedWindow | null;
  private readonly host: Host;
  private readonly target: Target;
  private readonly startedAt = new Date();
  private readonly clock: EventClock;
  private readonly tally: Tally;
  private readonly progress: Progress;
  private readonly end = new EarlyEnd();
  private readonly fleet: Fleet;
  private readonly health: RunHealth;
  private readonly watch: CoordinatorWatch;
  private readonly breakdown: BreakdownWatch;
  private readonly targetClock: TargetClock | null;
  private readonly place: ShardPlace;
  private readonly recording: RecordingFile | null;
  private readonly history: HostLog;
  private rampMs = 0;
  /** Viewers whom the ramp is to let in, as far as is known. */
  private rampViewers = 0;
  /** Of those: who were not in at the moment of the window. */
  private lateViewers = 0;
  /** When the ramp last went forward. */
  private lastIn = { connected: 0, atMs: epochMs() };
  private zeroEpochMs = NaN;
  private books: Books | null = null;

  constructor(parts: SessionParts) {
    const { options, warm, planned, host, target, runId, hires, targetClock } = parts;
    const { compiled, scenario, workers, fromMs, forMs, shard } = options;
    this.options = options;
    this.warm = warm;
    this.planned = planned;
    this.host = host;
    this.target = target;
    this.targetClock = targetClock;
    this.place = shard?.place ?? ALONE;
    this.recording = shard?.recording ?? null;
    this.clock = new EventClock(fromMs);
    this.tally = new Tally(compiled, scenario.thresholds, workers, fromMs, forMs);
    this.breakdown = new BreakdownWatch(options.abort, this.tally);
    this.progress = new Progress(options, this.tally, host, this.clock, warm);
    this.health = new RunHealth(compiled.health, workers, cpus().length);
    this.watch = new CoordinatorWatch((sample) => {
      // Without cues to give, the coordinator holds up nobody.
      this.health.addSecond(this.isFirst ? sample : { ...sample, stallMs: 0 });
      this.recording?.write({ k: 'sample', sample });
    });
    this.history = new HostLog(
      { folder: options.historyFolder, runId, shards: this.place.of * workers, fromMs },
      compiled,
      showOf(compiled, warm),
      promisesOf(target),
    );
    this.fleet = this.startFleet(hires);
    const pids = Array.from({ length: workers }, (_, worker) => this.fleet.pid(worker));
    this.recording?.write({ k: 'begun', pids, target: factsOf(target) });
  }

  async play(): Promise<Played> {
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
    return this.played();
  }

  /** Connects the crowd that is there when the window begins. */
  private async ramp(): Promise<void> {
    const { fleet, end, options } = this;
    const beganMs = epochMs();
    const stuck = setInterval(() => this.endStuckRamp(), 1000);
    const goAtMs = options.startAtEpochMs === undefined ? null : options.startAtEpochMs - this.goDelayMs;
    const moment = goAtMs === null ? end.happened : atMoment(goAtMs, end.happened);
    let isIn = false;
    await Promise.race([fleet.allReady().then(() => (isIn = true)), end.happened, moment]);
    clearInterval(stuck);
    this.rampMs = epochMs() - beganMs;
    const { connected, failed } = fleet.rampTotals();
    options.log.info({ connected, failed, rampMs: Math.round(this.rampMs) }, 'the crowd has connected');
    if (connected === 0 && failed > 0) end.because({ kind: 'nobody_let_in' }, options.fromMs);
    if (goAtMs !== null) await moment;
    if (!isIn && !end.ending) this.beginWithout();
  }

  /** The moment has come, and not all are in. */
  private beginWithout(): void {
    const { connected, failed } = this.fleet.rampTotals();
    this.lateViewers = Math.max(0, this.rampViewers - connected - failed);
    this.options.onNote(
      `the window begins at its moment: ${this.lateViewers} of ${this.rampViewers} viewers are not in yet, and count as lost`,
    );
  }

  private endStuckRamp(): void {
    const { connected } = this.fleet.rampTotals();
    if (connected > this.lastIn.connected) this.lastIn = { connected, atMs: epochMs() };
    if (epochMs() - this.lastIn.atMs > (this.options.fleet?.firstWordWithinMs ?? NOBODY_IN_MS))
      this.end.because({ kind: 'nobody_let_in' }, this.options.fromMs);
  }

  /** The part that counts. */
  private async window(): Promise<void> {
    const { end, clock, fleet, host, progress, options } = this;
    if (end.ending) return;
    this.zeroEpochMs = options.startAtEpochMs ?? epochMs() + this.goDelayMs;
    const lateMs = Math.ceil(epochMs() - this.zeroEpochMs);
    if (lateMs > 0) {
      const message = `it was not ready at the moment of --start-at, but ${lateMs} ms later`;
      return end.because({ kind: 'crashed', message }, options.fromMs);
    }
    this.recordGo();
    clock.start(this.zeroEpochMs);
    this.history.go(this.zeroEpochMs - options.fromMs);
    fleet.tell({ type: 'go', atEpochMs: this.zeroEpochMs });
    this.watch.start(this.zeroEpochMs);
    const crashed = (error: Error): void => end.because({ kind: 'crashed', message: error.message }, clock.now());
    const given = (entry: CueLogEntry): void => {
      this.history.cue(entry);
      this.recording?.write({ k: 'cue', cue: entry });
      progress.cue(entry);
    };
    if (this.isFirst) host.play(clock, given, (entry) => this.history.giving(entry)).catch(crashed);
    progress.running((rules) => {
      end.because({ kind: 'threshold', thresholds: rules.map(thresholdText) }, clock.now(), rules);
    });
    const atMostMs = this.zeroEpochMs - epochMs() + options.forMs + this.drainAtMostMs();
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
    const asked = this.targetClock?.ask(stopNow);
    await within(this.drainAtMostMs(), fleet.allDrained(), stopNow);
    if (!stopNow.aborted) fleet.dropStuck();
    this.watch.stop();
    await this.waitForOthers();
    progress.phase('auditing');
    if (!stopNow.aborted) await this.readBooks();
    fleet.tell({ type: 'close', lastSeq: this.lastSeq() });
    await within(CLOSE_AT_MOST_MS, Promise.all([fleet.allDone(), asked]), stopNow);
    this.recordClock();
  }

  /**
   * Viewers of other shards may still be paying, and what they do is told to ours: all stay until the answers of all must be in. Who ended
   * early waits for nobody.
   */
  private async waitForOthers(): Promise<void> {
    const { options, end } = this;
    if (!options.shard || end.ending) return;
    const untilMs = this.zeroEpochMs + options.forMs + this.drainAtMostMs();
    await within(untilMs - epochMs(), end.happened, options.stopNow);
  }

  /** By the first shard alone, and only when nobody buys any more. */
  private async readBooks(): Promise<void> {
    const { host, options, end } = this;
    if (!this.isFirst) return;
    if (options.shard && end.ending) host.booksProblem = 'shard 1 ended early, and the others may have bought on.';
    else {
      const auditMs = end.ending?.kind === 'target_lost' ? AUDIT_OF_LOST_MS : AUDIT_AT_MOST_MS;
      this.books = await unlessAborted(host.books(auditMs), options.stopNow);
    }
    this.recording?.write({ k: 'books', books: this.books, problem: host.booksProblem });
  }

  private recordGo(): void {
    const { zeroEpochMs, rampMs, lateViewers: late } = this;
    this.recording?.write({ k: 'go', zeroEpochMs, rampMs, late });
    this.recordClock();
  }

  private recordClock(): void {
    const found = this.targetClock?.found ?? null;
    if (found !== null) this.recording?.write({ k: 'clock', found });
  }

  private get goDelayMs(): number {
    return this.options.fleet?.goDelayMs ?? GO_DELAY_MS;
  }

  /** It has the host. */
  private get isFirst(): boolean {
    return this.place.index === 0;
  }

  private drainAtMostMs(): number {
    return drainAtMostMs(this.options.compiled) + DRAIN_GRACE_MS;
  }

  private played(): Played {
    const { options, warm, planned, tally, fleet, health, host, books, end, rampMs, zeroEpochMs, startedAt, clock } =
      this;
    options.onPlayed?.();
    // Others give no cues: what became of those is not theirs to say.
    const cues = this.isFirst ? host.cues : [];
    this.history.close(cues, invalidStretches(health, options), clock.now());
    const clocks = judgeClocks(seenFrom(this.targetClock?.found ?? null, options.fleet?.clocks() ?? []));
    const astray = options.fleet === undefined ? null : whyNotAgainstBooks(clocks);
    const played: Played = {
      options,
      target: this.target,
      warm,
      planned,
      tally,
      fleet,
      health,
      cues,
      books: astray === null ? books : null,
      booksProblem: astray ?? host.booksProblem,
      historyLost: this.historyLost(),
      ending: end.ending ?? { kind: 'complete' },
      aborted: end.rules,
      // What is noticed while the run drains ended it with its window.
      endedAtMs: end.atMs === null ? null : Math.min(end.atMs, options.fromMs + options.forMs),
      playedMs: this.playedMs(),
      startedAt,
      endedAt: new Date(),
      zeroEpochMs,
      rampMs,
      shards: 1,
      clocks,
      said: [],
    };
    const { ending, endedAtMs, playedMs, historyLost } = played;
    const endedAt = played.endedAt.toISOString();
    this.recording?.end({ k: 'end', ending, endedAtMs, playedMs, endedAt, historyLost, cues });
    return played;
  }

  /** A worker that cannot say any more has told of whole seconds only. */
  private playedMs(): number {
    const { forMs } = this.options;
    if (!this.end.ending) return forMs;
    if (Number.isNaN(this.zeroEpochMs)) return 0;
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

  private startFleet(hires: readonly Hire[]): Fleet {
    const { tally, progress, end, clock, options } = this;
    return new Fleet(
      hires,
      {
        ramp: (connected, failed, total) => {
          this.rampViewers = Math.max(this.rampViewers, total);
          progress.ramp(connected, failed, total);
        },
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
          // As all machines together number them.
          const number = this.place.index * options.workers + shard;
          options.log.error({ shard: number, how }, 'a worker died');
          this.history.died(number, how);
          this.recording?.write({ k: 'died', w: shard, how });
          tally.series.endShard(shard);
          end.because({ kind: 'worker_died', shard: number, how }, clock.now());
        },
      },
      options.fleet?.firstWordWithinMs,
    );
  }
}
