import type { WarmStart } from '../crowd/warm-start.ts';
import { evaluateThreshold, type ThresholdRule } from '../metrics/thresholds.ts';
import type { ProgressPhase } from '../progress.ts';
import type { EventClock } from '../live/clock.ts';
import type { CueLogEntry, Host } from '../live/host.ts';
import type { RunOptions } from './options.ts';
import { thresholdText, type Tally } from './tally.ts';

const UPDATE_EVERY_MS = 250;

/** Turns what the coordinator knows into progress, a few times a second, and judges the thresholds that end a run. */
export class Progress {
  private readonly options: RunOptions;
  private readonly tally: Tally;
  private readonly host: Host;
  private readonly clock: EventClock;
  private readonly warm: WarmStart;
  private readonly timer: NodeJS.Timeout;
  private now: ProgressPhase = 'warm-up';
  private connected = 0;
  private rampTotal = 0;
  private lastCue: string | null = null;
  private abort: ((rules: readonly ThresholdRule[]) => void) | null = null;
  private failing: string[] = [];

  constructor(options: RunOptions, tally: Tally, host: Host, clock: EventClock, warm: WarmStart) {
    this.options = options;
    this.tally = tally;
    this.host = host;
    this.clock = clock;
    this.warm = warm;
    this.timer = setInterval(() => this.update(), UPDATE_EVERY_MS);
  }

  phase(phase: ProgressPhase): void {
    this.now = phase;
    this.update();
  }

  ramp(connected: number, failed: number, total: number): void {
    this.connected = connected;
    this.rampTotal = Math.max(this.rampTotal, total, connected + failed);
    if (this.now === 'warm-up') this.phase('connecting');
  }

  /** The window begins. `abort` is called when a threshold that asks for it fails. */
  running(abort: (rules: readonly ThresholdRule[]) => void): void {
    this.abort = abort;
    this.phase('running');
  }

  cue(entry: CueLogEntry): void {
    const cue = this.options.compiled.cues[entry.index];
    this.lastCue = cue.id;
    if (entry.status === 'manual')
      this.options.onNote(`cue ${cue.id} is due: the target has no action for it, so it is yours to do`);
    if (entry.status === 'failed') this.options.onNote(`cue ${cue.id}: the backend did not take it`);
  }

  /** A worker has reported a second. */
  second(): void {
    const playedMs = (this.tally.lastSecond + 1) * 1000;
    // A part of the crowd says nothing about the thresholds of the whole.
    if (this.now !== 'running' || playedMs <= 0 || this.options.shard) return;
    const span = this.tally.span(playedMs);
    this.failing = this.tally.rules
      .filter((rule) => evaluateThreshold(rule.parsed, this.tally.set, span).status === 'fail')
      .map(thresholdText);
    const rules = this.tally.toAbort(playedMs);
    if (rules.length > 0) this.abort?.(rules);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private update(): void {
    const { options, tally, clock } = this;
    const { compiled, fromMs, forMs } = options;
    const eventMs = Math.min(clock.now(), fromMs + forMs);
    const last = tally.lastSecond;
    const at = (name: Parameters<typeof tally.series.at>[0]): number | null => tally.series.at(name, last);
    const next = this.host.cues.map((entry) => compiled.cues[entry.index]).find((cue) => cue.atMs > eventMs);
    options.onProgress({
      phase: this.now,
      eventMs,
      windowFromMs: fromMs,
      windowForMs: forMs,
      viewers: at('viewers') ?? this.connected,
      viewersTarget:
        this.now === 'connecting' || this.now === 'warm-up'
          ? this.ofShard(this.warm.snapshot.count)
          : this.expected(eventMs),
      joinsPerSec: at('joins') ?? 0,
      messagesInPerSec: at('chatSent') ?? 0,
      messagesOutPerSec: at('chatReceived') ?? 0,
      chatLagP50Ms: at('chatLagP50Ms'),
      chatLagP99Ms: at('chatLagP99Ms'),
      ordersTotal: tally.set.counter('orders').count,
      ordersPerSec: at('orders') ?? 0,
      stock: compiled.products.map((product, i) => ({
        id: product.id,
        left: tally.stockLeft(i) ?? this.warm.stockLeft[i],
        total: this.warm.stockLeft[i],
      })),
      lastCue: this.lastCue,
      nextCue: next ? { label: next.id, inMs: next.atMs - eventMs } : null,
      thresholdsFailing: this.failing,
      lateStartP99Ms: at('lateStartP99Ms'),
    });
  }

  private expected(eventMs: number): number {
    const { audience, audienceStepMs } = this.options.compiled;
    return this.ofShard(audience[Math.min(audience.length - 1, Math.floor(eventMs / audienceStepMs))]);
  }

  private ofShard(viewers: number): number {
    return Math.round(viewers / (this.options.shard?.place.of ?? 1));
  }
}
