import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Rows } from '../crowd/rows.ts';
import { Histogram } from '../metrics/histogram.ts';
import { MetricSet } from '../metrics/metric-set.ts';
import type { Trend } from '../metrics/metrics.ts';
import { GAUGE, MAXIMUM, SeriesRecorder } from '../metrics/series.ts';
import { emptyTags, resolverFor, type TagContext } from '../metrics/tags.ts';
import { spreadOf, type Delays, type HealthSample } from './sample.ts';
import { FUNNEL_FIELDS, type FunnelField, type SecondMessage } from './messages.ts';

/** What watches a shard of itself. */
export interface Monitor {
  /** The window begins at this epoch time and at this event time. */
  start(atEpochMs: number, fromMs: number): void;
  /** What comes later is of no interest: viewers who are sent home keep a loop busy. */
  stop(): void;
  /** Since the last call, in the second of that number; `null` before the start. */
  take(second: number, delays: Delays): HealthSample | null;
}

export interface RecorderParts {
  readonly monitor: Monitor;
  /** Where figures go that others are to see as well. Default: a set of its own. */
  readonly set?: MetricSet;
}

/** Everything a worker measures: totals, the current second, the funnel. Records nothing of the ramp. */
export class Recorder {
  readonly set: MetricSet;
  readonly series: SeriesRecorder;
  readonly tags: TagContext = emptyTags();
  /** For the whole run; `set` starts anew with every second. */
  readonly lateStarts = new Histogram();
  readonly loopDelays = new Histogram();
  readonly receiveWaits = new Histogram();
  /** False until the crowd is in: the figures of the ramp do not count. */
  counting = false;
  private readonly lateStartTrend: Trend;
  private readonly loopDelayTrend: Trend;
  private readonly receiveWaitTrend: Trend;
  private readonly monitor: Monitor;
  /** What the beacon sent before, and after the run has settled, is not of the window. */
  private beaconFromEpochMs = Infinity;
  private leastLagMs = 0;
  /** What viewers asked for in this second, and how much of it failed. */
  private asked = 0;
  private failed = 0;
  private readonly rows: () => Rows;
  private readonly funnel: Float64Array;
  private readonly cuesReceived: Float64Array;

  constructor(scenario: CompiledScenario, watch: readonly string[], rows: () => Rows, parts: RecorderParts) {
    this.set = parts.set ?? new MetricSet(resolverFor(scenario));
    this.monitor = parts.monitor;
    for (const key of watch) this.set.watch(key);
    this.lateStartTrend = this.set.trend('late_starts');
    this.loopDelayTrend = this.set.trend('loop_delay');
    this.receiveWaitTrend = this.set.trend('receive_wait');
    this.series = new SeriesRecorder(scenario.products.length);
    this.funnel = new Float64Array(scenario.products.length * FUNNEL_FIELDS.length);
    this.cuesReceived = new Float64Array(scenario.cues.length);
    this.rows = rows;
  }

  /** The window begins at this epoch time and at this event time. */
  begin(atEpochMs: number, fromMs: number): void {
    this.counting = true;
    this.beaconFromEpochMs = atEpochMs;
    this.monitor.start(atEpochMs, fromMs);
  }

  /** All that was due has been done: what holds the worker up from now on is not of the run. */
  settled(): void {
    this.beaconFromEpochMs = Infinity;
    this.monitor.stop();
  }

  /** Tags for what happens to the viewer in this row. Reused: do not keep. */
  tagged(row: number, product: number, atMs: number): TagContext {
    const rows = this.rows();
    return this.tagsOf(rows.room[row], rows.persona[row], product, atMs);
  }

  tagsOf(room: number, persona: number, product: number, atMs: number): TagContext {
    this.tags.room = room;
    this.tags.persona = persona;
    this.tags.product = product;
    this.tags.atMs = atMs;
    return this.tags;
  }

  lateStart(lateMs: number, tags: TagContext): void {
    this.lateStartTrend.record(lateMs, tags);
    this.series.lateStart.record(lateMs);
    this.lateStarts.record(lateMs);
  }

  /** `everyMs`: how often the loop is looked at. */
  loopDelay(delayMs: number, everyMs: number, atMs: number): void {
    if (!this.counting) return;
    const tags = this.tagsOf(-1, -1, -1, atMs);
    this.series.max(MAXIMUM.loopDelayMaxMs, delayMs);
    // A stall is one wake-up, but everything that was due meanwhile waited: it counts as often as it would have been seen.
    for (let waitedMs = delayMs, seen = 0; (seen === 0 || waitedMs > 0) && seen < 1000; waitedMs -= everyMs, seen++) {
      this.loopDelayTrend.record(waitedMs, tags);
      this.loopDelays.record(waitedMs);
    }
  }

  /** A stamp of the beacon, epoch times. */
  receiveWait(sentMs: number, readMs: number, atMs: number): void {
    if (sentMs < this.beaconFromEpochMs) return;
    const waitMs = Math.max(0, readMs - sentMs);
    this.receiveWaitTrend.record(waitMs, this.tagsOf(-1, -1, -1, atMs));
    this.series.receiveWait.record(waitMs);
    this.receiveWaits.record(waitMs);
  }

  /** Over the whole window. */
  get delays(): Delays {
    return {
      lateStart: spreadOf(this.lateStarts),
      loopDelay: spreadOf(this.loopDelays),
      receiveWait: spreadOf(this.receiveWaits),
    };
  }

  funnelAdd(product: number, field: FunnelField, amount = 1): void {
    this.funnel[product * FUNNEL_FIELDS.length + FUNNEL_FIELDS.indexOf(field)] += amount;
  }

  /** Something that a viewer asked of the backend came to its end: a step of a purchase, a saying, a sign-in. */
  tried(ok: boolean): void {
    this.asked++;
    if (!ok) this.failed++;
  }

  cueReceived(cue: number): void {
    this.cuesReceived[cue]++;
  }

  /** A lag as it counts. One below zero means that the backend's clock is ahead of ours; the most negative is kept. */
  lag(rawMs: number): number {
    if (rawMs >= 0) return rawMs;
    if (rawMs < this.leastLagMs) this.leastLagMs = rawMs;
    return 0;
  }

  /** What was recorded since the last call. `second` counts from the start of the window. */
  take(second: number, viewers: number): SecondMessage {
    this.series.set(GAUGE.viewers, viewers);
    const health = this.takeHealth(second);
    const message: SecondMessage = {
      type: 'second',
      report: this.series.take(second),
      metrics: this.set.takeDelta(),
      funnel: this.funnel.slice(),
      cuesReceived: this.cuesReceived.slice(),
      leastLagMs: this.leastLagMs,
      asked: this.asked,
      failed: this.failed,
      health,
    };
    this.asked = 0;
    this.failed = 0;
    this.funnel.fill(0);
    this.cuesReceived.fill(0);
    return message;
  }

  private takeHealth(second: number): HealthSample | null {
    const health = this.monitor.take(second, {
      // A trend holds what was recorded since the last second was taken.
      lateStart: spreadOf(this.lateStartTrend.histogram),
      loopDelay: spreadOf(this.loopDelayTrend.histogram),
      receiveWait: spreadOf(this.receiveWaitTrend.histogram),
    });
    if (health === null) return null;
    this.series.max(MAXIMUM.stallMaxMs, health.stallMs);
    this.series.max(MAXIMUM.gcMaxMs, health.gcMaxMs);
    // What is left after the last whole second is too short for a share.
    if (health.wallMs < 500) return health;
    this.series.max(MAXIMUM.workerCpuMaxShare, health.cpuMs / health.wallMs);
    this.series.max(MAXIMUM.workerBusyMaxShare, health.busyShare);
    return health;
  }
}
