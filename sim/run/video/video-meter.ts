import type { Counter, Rate, Trend } from '../../metrics/metrics.ts';
import type { TagContext } from '../../metrics/tags.ts';
import type { EventClock } from '../../live/clock.ts';
import type { Recorder } from '../../live/recorder.ts';
import type { PlayerEvents } from './player-parts.ts';
import type { Timers } from './timers.ts';

/** The metrics of video, taken from the recorder once for all viewers. Nothing counts before the window begins. */
export class VideoMetrics {
  readonly recorder: Recorder;
  readonly timers: Timers;
  readonly startup: Trend;
  readonly stalls: Counter;
  readonly stallDuration: Trend;
  readonly rebuffering: Rate;
  readonly switches: Counter;
  readonly switchesDown: Counter;
  readonly segments: Counter;
  readonly segmentsLate: Counter;
  readonly bytes: Counter;
  readonly errors: Counter;
  readonly latency: Trend;
  private readonly clock: EventClock;

  constructor(recorder: Recorder, clock: EventClock, timers: Timers) {
    const { set } = recorder;
    this.recorder = recorder;
    this.clock = clock;
    this.timers = timers;
    this.startup = set.trend('video_startup');
    this.stalls = set.counter('video_stalls');
    this.stallDuration = set.trend('video_stall_duration');
    this.rebuffering = set.rate('video_rebuffering');
    this.switches = set.counter('video_switches');
    this.switchesDown = set.counter('video_switches_down');
    this.segments = set.counter('video_segments');
    this.segmentsLate = set.counter('video_segments_late');
    this.bytes = set.counter('video_bytes');
    this.errors = set.counter('video_errors');
    this.latency = set.trend('video_latency');
  }

  /** Null while nothing counts. */
  tags(row: number): TagContext | null {
    return this.recorder.counting ? this.recorder.tagged(row, -1, this.clock.now()) : null;
  }
}

/** Records what the player of one viewer measures. */
export class VideoMeter implements PlayerEvents {
  private readonly metrics: VideoMetrics;
  private readonly row: number;
  private readonly begunAtMs: number;

  constructor(metrics: VideoMetrics, row: number) {
    this.metrics = metrics;
    this.row = row;
    this.begunAtMs = metrics.timers.now();
  }

  started(): void {
    this.record(this.metrics.startup, this.metrics.timers.now() - this.begunAtMs);
  }

  stalled(): void {
    this.count(this.metrics.stalls, 1);
  }

  resumed(stalledMs: number): void {
    this.record(this.metrics.stallDuration, stalledMs);
  }

  watched(playedMs: number, stalledMs: number): void {
    const tags = playedMs + stalledMs > 0 ? this.metrics.tags(this.row) : null;
    if (tags !== null) this.metrics.rebuffering.add(stalledMs, playedMs + stalledMs, tags);
  }

  segment(): void {
    this.count(this.metrics.segments, 1);
  }

  late(): void {
    this.count(this.metrics.segmentsLate, 1);
  }

  bytes(count: number): void {
    this.count(this.metrics.bytes, count);
  }

  error(): void {
    this.count(this.metrics.errors, 1);
  }

  switched(isDown: boolean): void {
    this.count(this.metrics.switches, 1);
    if (isDown) this.count(this.metrics.switchesDown, 1);
  }

  /** Below 0 where the clock of the stream is ahead of ours, which then counts as 0: no other lag is of that clock. */
  latency(behindMs: number): void {
    this.record(this.metrics.latency, behindMs);
  }

  queued(waitMs: number): void {
    const tags = waitMs > 0 ? this.metrics.tags(this.row) : null;
    if (tags !== null) this.metrics.recorder.lateStart(waitMs, tags);
  }

  private record(trend: Trend, valueMs: number): void {
    const tags = this.metrics.tags(this.row);
    if (tags !== null) trend.record(valueMs, tags);
  }

  private count(counter: Counter, amount: number): void {
    const tags = this.metrics.tags(this.row);
    if (tags !== null) counter.add(amount, tags);
  }
}
