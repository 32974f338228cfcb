import { Crowd } from '../crowd/crowd.ts';
import { STAGE } from '../crowd/shopping.ts';
import type { MetricSet } from '../metrics/metric-set.ts';
import type { Target } from '../targets/combine.ts';
import { Audience, type Watching } from './audience.ts';
import { epochMs, EventClock } from './clock.ts';
import { drainAtMostMs } from './drain.ts';
import type { HistoryPart } from './history/sink.ts';
import { StockLog } from './history/stock-log.ts';
import { tenth } from './history/times.ts';
import { VisitLog } from './history/visits.ts';
import type { HttpSender } from './http.ts';
import type { DoneMessage, FromShard, ShardSetup, ToShard } from './messages.ts';
import { Pacer } from './pacer.ts';
import { Purchases } from './purchases/purchases.ts';
import { Ramp } from './ramp.ts';
import type { Listener, Reading } from './reading.ts';
import { Recorder, type Monitor } from './recorder.ts';
import { ShowClock } from './show-clock.ts';
import { RealWorld } from './world.ts';

/** A stall of the event loop counts as often as a look at it every so often would have found it. */
const LOOK_EVERY_MS = 10;
/** After the last answer: time for chat that is still on its way. */
const DRAIN_QUIET_MS = 300;
/** What one viewer has heard may be so long on its way to the others. */
const DRAIN_ON_ITS_WAY_MS = 2000;
/** A step that is this late says that much may still wait to be read. */
const SLOW_FROM_MS = 500;

/** Of the run's id: enough to tell its chat from that of the run before. */
const MARK_LETTERS = 4;

/** What the viewers who watch the stream need. */
export interface WatchingParts {
  readonly crowd: () => Crowd;
  readonly clock: EventClock;
  readonly recorder: Recorder;
}

/** What a shard has of the world that it runs in. */
export interface ShardParts {
  readonly setup: ShardSetup;
  readonly target: Target;
  readonly send: (message: FromShard) => void;
  /** For shopping. */
  readonly http: HttpSender;
  /** For what is said, heard and signed in over HTTP: no shopping. */
  readonly roomHttp: HttpSender;
  readonly reading: (listener: Listener) => Reading;
  /** `null`: nobody watches the stream. */
  readonly watching: (parts: WatchingParts) => Watching | null;
  readonly history: HistoryPart;
  readonly monitor: Monitor;
  /** Where figures go that others are to see as well. Default: a set of the shard's own. */
  readonly metrics?: MetricSet;
  /** See Paced. */
  readonly soon: (act: () => void) => void;
  /** Of the process, so far; null where nobody can say. */
  readonly usage: () => { readonly cpuSeconds: number | null; readonly maxRssMiB: number | null };
  /** Lines had to be compressed, because the backend insisted on it. */
  readonly compressed: () => boolean;
}

/** One shard of the crowd, over real sockets. Life: setup, ramp, window, drain, close. */
export class Shard {
  readonly recorder: Recorder;
  readonly clock: EventClock;
  private readonly parts: ShardParts;
  private readonly setup: ShardSetup;
  private readonly crowd: Crowd;
  private readonly audience: Audience;
  private readonly watching: Watching | null;
  private readonly purchases: Purchases;
  private readonly ramp: Ramp;
  private readonly endMs: number;
  private readonly pacer: Pacer;
  private second = 0;
  private draining = false;
  /** Of the window, once it is over. */
  private playedMs = 0;

  constructor(parts: ShardParts) {
    const { setup, target, send, history, http } = parts;
    const { scenario, shard, shards, fromMs, forMs, snapshot, watch, runId, joinsPerSec, probeShare } = setup;
    this.parts = parts;
    this.setup = setup;
    this.endMs = fromMs + forMs;
    this.clock = new EventClock(fromMs);
    const mark = runId.slice(0, MARK_LETTERS);
    const crowd = (): Crowd => this.crowd;
    this.recorder = new Recorder(scenario, watch, () => this.crowd.rows, {
      monitor: parts.monitor,
      set: parts.metrics,
    });
    this.pacer = new Pacer({
      soon: parts.soon,
      dueInMs: (horizonMs) => Math.min(this.crowd.nextDueMs(horizonMs), this.endMs) - this.clock.now(),
      step: (lateMs) => this.step(lateMs),
    });
    const nudge = (): void => this.pacer.nudge();
    const note = (text: string): void => send({ type: 'note', text });
    const base = { scenario, target, crowd, clock: this.clock, recorder: this.recorder, nudge, http, note };
    this.purchases = new Purchases({ ...base, shop: target.shop, history, runId });
    const people = { audience: () => this.audience, purchases: () => this.purchases };
    this.watching = parts.watching(base);
    const world = new RealWorld({ ...base, ...people, history, shard, shards, video: this.watching, mark });
    this.audience = new Audience({
      ...base,
      reading: parts.reading,
      probeShare,
      http: parts.roomHttp,
      shard,
      mark,
      joinsPerSec,
      video: this.watching,
      showClock: target.room?.abilities.cues ? null : new ShowClock(scenario, fromMs),
      viewerOf: (row) => world.viewerOf(row),
      visitLog: new VisitLog(history, scenario),
      stockLog: new StockLog(history, this.clock),
    });
    const capacity = Math.ceil((snapshot.count / shards) * 1.5) + 1024;
    this.crowd = new Crowd(scenario, world, { shard, shards, startMs: fromMs, capacity });
    const present: number[] = [];
    this.crowd.restore(snapshot, (row) => {
      present.push(row);
      this.countShown(row);
    });
    this.ramp = new Ramp(present, this.audience, this.clock, (progress) => send({ type: 'ramp', ...progress }));
  }

  /** A viewer on the way to a purchase was shown the product before the window. */
  private countShown(row: number): void {
    const { rows } = this.crowd;
    if (rows.shopStage[row] === STAGE.idle) return;
    this.recorder.funnelAdd(this.setup.scenario.cues[rows.shopCue[row]].product, 'shown');
  }

  receive(message: ToShard): void {
    if (message.type === 'go') this.go(message.atEpochMs);
    else if (message.type === 'stop') void this.drain();
    else void this.close(message.lastSeq);
  }

  /** Connects the viewers who are there already. None of it counts. */
  async connect(): Promise<void> {
    const { connected, failed } = await this.ramp.run();
    this.parts.send({ type: 'ready', connected, failed });
  }

  /**
   * The crowd is in, and the window begins in a moment. Counting begins here: the shards do not wake up all at once, and
   * what the viewers of the first say must count for those of the last.
   */
  private go(atEpochMs: number): void {
    this.clock.start(atEpochMs);
    this.recorder.begin(atEpochMs, this.setup.fromMs);
    for (const row of this.ramp.release()) this.crowd.lost(row, this.setup.fromMs);
    this.audience.begin();
    this.pacer.start(atEpochMs);
  }

  /** False when the window is over. */
  private step(lateMs: number): boolean {
    const nowMs = this.clock.now();
    this.recorder.loopDelay(lateMs, LOOK_EVERY_MS, nowMs);
    this.audience.tick();
    // The last step ends exactly with the window, so that every run of it holds the same intents.
    this.crowd.step(Math.min(Math.floor(nowMs), this.endMs - 1));
    if (this.report(nowMs) && lateMs < SLOW_FROM_MS) this.audience.tellSoFar();
    if (nowMs >= this.endMs) void this.drain();
    return nowMs < this.endMs;
  }

  /** Sends every second that is over. False when none is. */
  private report(nowMs: number): boolean {
    const seconds = Math.floor((Math.min(nowMs, this.endMs) - this.setup.fromMs) / 1000);
    if (seconds <= this.second) return false;
    this.parts.send(this.recorder.take(seconds - 1, this.audience.connected));
    this.second = seconds;
    return true;
  }

  /** Ends the window. In the ramp, nothing was played. */
  private async drain(): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    this.pacer.stop();
    const nowMs = this.clock.now();
    // Nobody steps any more: a second that was over a moment ago is told of now.
    this.report(nowMs);
    this.playedMs = Math.max(0, Math.min(nowMs, this.endMs) - this.setup.fromMs);
    this.audience.end();
    await this.watching?.end();
    const until = epochMs() + drainAtMostMs(this.setup.scenario);
    while (this.parts.http.inFlight > 0 && epochMs() < until) await sleep(20);
    // Who has to ask hears of what was said last when it asks next.
    await sleep(DRAIN_QUIET_MS + this.audience.longestWaitMs);
    const allUntil = epochMs() + DRAIN_ON_ITS_WAY_MS;
    while (!this.audience.hasHeardAll && epochMs() < allUntil) await sleep(20);
    this.drained();
  }

  private drained(): void {
    this.audience.settle();
    this.recorder.settled();
    const { rooms } = this.setup.scenario;
    const lastSeq = Object.fromEntries(rooms.map((room, i) => [room.id, this.audience.seqs[i].last]));
    this.parts.send({ type: 'drained', playedMs: this.playedMs, lastSeq });
  }

  private async close(lastSeq: Readonly<Record<string, number>>): Promise<void> {
    const { http, roomHttp, history, send } = this.parts;
    this.purchases.cut();
    await Promise.all([http.destroy(), roomHttp.destroy()]);
    this.purchases.end();
    const { connected } = this.audience;
    this.audience.close(this.setup.scenario.rooms.map((room) => lastSeq[room.id] ?? 0));
    history.close(tenth(this.clock.now()));
    send(this.done(connected));
  }

  /** `connected`: viewers who were there to the end. */
  private done(connected: number): DoneMessage {
    const { recorder, crowd, audience, parts } = this;
    // What arrived while the run drained belongs to the last second of the window.
    const lastSecond = Math.max(0, Math.ceil(this.playedMs / 1000) - 1);
    return {
      type: 'done',
      historyLost: parts.history.lost,
      compressed: parts.compressed(),
      last: recorder.take(lastSecond, connected),
      selfDigest: crowd.selfDigest.state(),
      reactionDigest: crowd.reactionDigest.state(),
      health: { peakViewers: audience.peak, ...parts.usage(), delays: recorder.delays },
    };
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
