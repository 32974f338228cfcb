import { Crowd } from '../crowd/crowd.ts';
import { STAGE } from '../crowd/shopping.ts';
import type { Target } from '../targets/index.ts';
import { Audience } from './audience.ts';
import { epochMs, EventClock } from './clock.ts';
import { drainAtMostMs } from './drain.ts';
import { readBeacon } from './health/beacon-reader.ts';
import { HistoryFile } from './history/history-file.ts';
import { StockLog } from './history/stock-log.ts';
import { tenth } from './history/times.ts';
import { VisitLog } from './history/visits.ts';
import { HttpClients } from './http-clients.ts';
import type { DoneMessage, FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { Pacer } from './pacer.ts';
import { Purchases } from './purchases/purchases.ts';
import { Ramp } from './ramp.ts';
import { Recorder } from './recorder.ts';
import { ShowClock } from './show-clock.ts';
import { tlsSettings } from './tls-settings.ts';
import { createDialer, type LineDialer } from './wire/dialer.ts';
import type { VideoAudience } from './video/video-audience.ts';
import { videoAudience } from './video/start.ts';
import { LocalAddresses } from './wire/local-addresses.ts';
import { RealWorld } from './world.ts';

/** A stall of the event loop counts as often as a look at it every so often would have found it. */
const LOOK_EVERY_MS = 10;
/** What the shop may answer to a viewer. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** After the last answer: time for chat that is still on its way. */
const DRAIN_QUIET_MS = 300;
/** What one viewer has heard may be so long on its way to the others. */
const DRAIN_ON_ITS_WAY_MS = 2000;

/** Of the run's id: enough to tell its chat from that of the run before. */
const MARK_LETTERS = 4;

type Send = (message: FromWorker) => void;

/** One shard of the crowd, over real sockets. Life: setup, ramp, window, drain, close. */
export class Worker {
  private readonly setup: WorkerSetup;
  private readonly send: Send;
  private readonly clock: EventClock;
  private readonly crowd: Crowd;
  private readonly recorder: Recorder;
  private readonly history: HistoryFile;
  private readonly dialer: LineDialer;
  private readonly audience: Audience;
  private readonly video: VideoAudience | null;
  private readonly http: HttpClients;
  /** Pooled: what is said, heard and signed in over HTTP is no shopping. */
  private readonly roomHttp: HttpClients;
  private readonly purchases: Purchases;
  private readonly ramp: Ramp;
  private readonly endMs: number;
  private second = 0;
  private readonly pacer: Pacer;
  private draining = false;
  /** Of the window, once it is over. */
  private playedMs = 0;

  constructor(setup: WorkerSetup, target: Target, send: Send) {
    const { scenario, shard, shards, fromMs, forMs, snapshot, watch, runId, historyFolder } = setup;
    this.setup = setup;
    this.send = send;
    this.endMs = fromMs + forMs;
    this.clock = new EventClock(fromMs);
    const tls = tlsSettings(setup.target);
    const mark = runId.slice(0, MARK_LETTERS);
    const { userAgent, hosts } = setup;
    const crowd = (): Crowd => this.crowd;
    this.recorder = new Recorder(scenario, watch, () => this.crowd.rows);
    this.history = new HistoryFile({ folder: historyFolder, runId, shard, shards, fromMs });
    const localAddresses = new LocalAddresses(setup.localAddresses);
    this.http = new HttpClients(setup.shopConnections, {
      policy: scenario.connections,
      localAddresses,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      tls,
      userAgent,
      hosts,
    });
    this.pacer = new Pacer({
      dueInMs: (horizonMs) => Math.min(this.crowd.nextDueMs(horizonMs), this.endMs) - this.clock.now(),
      step: (lateMs) => this.step(lateMs),
    });
    const nudge = (): void => this.pacer.nudge();
    const { history } = this;
    this.roomHttp = new HttpClients(setup.shopConnections, { localAddresses, tls, userAgent, hosts });
    const { http } = this;
    const note = (text: string): void => send({ type: 'note', text });
    const base = { scenario, target, crowd, clock: this.clock, recorder: this.recorder, nudge, http, note };
    this.purchases = new Purchases({ ...base, shop: target.shop, history, runId });
    const parts = { audience: () => this.audience, purchases: () => this.purchases };
    this.video = videoAudience(setup, { ...base, localAddresses });
    const { video } = this;
    const world = new RealWorld({ ...base, ...parts, history, shard, shards, video, mark });
    this.dialer = createDialer({ localAddresses, tls, userAgent });
    const { receiving } = setup;
    this.audience = new Audience({
      ...base,
      receiving,
      http: this.roomHttp,
      hosts,
      shard,
      mark,
      joinsPerSec: setup.joinsPerSec,
      video: this.video,
      showClock: target.room?.abilities.cues ? null : new ShowClock(scenario, fromMs),
      dialer: this.dialer,
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
    if (setup.beacon) {
      readBeacon(setup.beacon, (sentMs, readMs) => this.recorder.receiveWait(sentMs, readMs, this.clock.now()));
    }
    this.ramp = new Ramp(present, this.audience, this.clock, (progress) => send({ type: 'ramp', ...progress }));
  }

  /** A viewer on the way to a purchase was shown the product before the window. */
  private countShown(row: number): void {
    const { rows } = this.crowd;
    if (rows.shopStage[row] === STAGE.idle) return;
    this.recorder.funnelAdd(this.setup.scenario.cues[rows.shopCue[row]].product, 'shown');
  }

  receive(message: ToWorker): void {
    if (message.type === 'go') this.go(message.atEpochMs);
    else if (message.type === 'stop') void this.drain();
    else if (message.type === 'close') void this.close(message.lastSeq);
  }

  /** Connects the viewers who are there already. None of it counts. */
  async connect(): Promise<void> {
    const { connected, failed } = await this.ramp.run();
    this.send({ type: 'ready', connected, failed });
  }

  /**
   * The crowd is in, and the window begins in a moment. Counting begins here: the workers do not wake up all at once, and
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
    this.report(nowMs);
    if (nowMs >= this.endMs) void this.drain();
    return nowMs < this.endMs;
  }

  /** Sends every second that is over. */
  private report(nowMs: number): void {
    const seconds = Math.floor((Math.min(nowMs, this.endMs) - this.setup.fromMs) / 1000);
    if (seconds <= this.second) return;
    this.send(this.recorder.take(seconds - 1, this.audience.connected));
    this.second = seconds;
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
    await this.video?.end();
    const until = epochMs() + drainAtMostMs(this.setup.scenario);
    while (this.http.inFlight > 0 && epochMs() < until) await sleep(20);
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
    this.send({ type: 'drained', playedMs: this.playedMs, lastSeq });
  }

  private async close(lastSeq: Readonly<Record<string, number>>): Promise<void> {
    this.purchases.cut();
    await Promise.all([this.http.destroy(), this.roomHttp.destroy()]);
    this.purchases.end();
    const { connected } = this.audience;
    this.audience.close(this.setup.scenario.rooms.map((room) => lastSeq[room.id] ?? 0));
    this.history.close(tenth(this.clock.now()));
    this.send(this.done(connected));
  }

  /** `connected`: viewers who were there to the end. */
  private done(connected: number): DoneMessage {
    const { recorder, crowd, audience } = this;
    // What arrived while the run drained belongs to the last second of the window.
    const lastSecond = Math.max(0, Math.ceil(this.playedMs / 1000) - 1);
    const cpu = process.cpuUsage();
    return {
      type: 'done',
      historyLost: this.history.lost,
      compressed: this.dialer.compressed,
      last: recorder.take(lastSecond, connected),
      selfDigest: crowd.selfDigest.state(),
      reactionDigest: crowd.reactionDigest.state(),
      health: {
        peakViewers: audience.peak,
        cpuSeconds: (cpu.user + cpu.system) / 1e6,
        maxRssMiB: process.resourceUsage().maxRSS / 1024,
        delays: recorder.delays,
      },
    };
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
