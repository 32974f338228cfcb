import { ArrivalStream } from './arrivals.ts';
import { ChatClock } from './chat-clock.ts';
import type { CompiledScenario } from './compiled.ts';
import { Digest } from './digest.ts';
import { INTENT, type AnswerKind, type IntentKind, type IntentSink } from './intents.ts';
import { fireCall, planCall, planReconnect, receiveCue } from './reactions.ts';
import { Rows } from './rows.ts';
import { beginStay, fireSelf, setSelfTimer } from './self.ts';
import { beginPurchase, fireShop, fireTap, receiveAnswer } from './shopping.ts';
import type { CrowdSnapshot } from './snapshot.ts';
import { SLOT, SLOTS, type CrowdState } from './state.ts';
import { drawTraits } from './viewer.ts';
import { NEVER, TimingWheel } from './wheel.ts';

export interface CrowdOptions {
  /** Which part of the crowd this is: viewers whose number in their source leaves `shard` when divided by `shards`. */
  readonly shard: number;
  readonly shards: number;
  /** Event time at which it begins; earlier arrivals are passed over (see `restore`). */
  readonly startMs?: number;
  /** Rows to begin with; grows by doubling. */
  readonly capacity?: number;
}

/**
 * The present viewers and all they mean to do. Pure: the world tells the time, carries out the intents that `step` hands
 * to the sink, and reports joins, losses, cues and answers. Nothing allocates after the rows have grown to the crowd's peak.
 */
export class Crowd {
  readonly rows: Rows;
  readonly selfDigest = new Digest();
  readonly reactionDigest = new Digest();
  private readonly state: CrowdState;
  private readonly streams: ArrivalStream[];
  private readonly shard: number;
  private readonly shards: number;
  private readonly fire = (timer: number, dueMs: number): void => this.fireTimer(timer, dueMs);

  constructor(scenario: CompiledScenario, sink: IntentSink, options: CrowdOptions) {
    const { shard, shards, startMs = 0, capacity = 1024 } = options;
    const { seedLo, seedHi, tables, chat } = scenario;
    this.shard = shard;
    this.shards = shards;
    this.rows = new Rows(capacity);
    this.state = {
      scenario,
      sink,
      rows: this.rows,
      wheel: new TimingWheel(capacity * SLOTS, startMs),
      chatClocks: scenario.rooms.map((room) => new ChatClock(room, chat, tables, seedLo, seedHi)),
      selfDigest: this.selfDigest,
      reactionDigest: this.reactionDigest,
    };
    const exponential = tables[chat.exponentialTable];
    this.streams = scenario.sources.map((source) => new ArrivalStream(source, seedLo, seedHi, exponential));
    for (const stream of this.streams) while (stream.atMs < startMs) stream.next();
  }

  /** Emits every intent that is due at `untilMs` or before. Times are event time and must not go back. */
  step(untilMs: number): void {
    for (let i = 0; i < this.streams.length; i++) {
      const stream = this.streams[i];
      while (stream.atMs <= untilMs) {
        if (stream.index % this.shards === this.shard) this.admit(i, stream.index, stream.atMs);
        stream.next();
      }
    }
    this.state.wheel.advance(untilMs, this.fire);
  }

  /** Event time at which something may be due next, at most `horizonMs` (under 4 s) after the last step. */
  nextDueMs(horizonMs: number): number {
    let at = this.state.wheel.nextDueWithin(horizonMs);
    for (const stream of this.streams) if (stream.atMs < at) at = stream.atMs;
    return at;
  }

  /** The viewer has been welcomed. */
  joined(row: number): void {
    this.rows.linkAttempt[row] = 0;
  }

  /** The viewer's connection was lost, or could not be made. Plans another attempt. */
  lost(row: number, nowMs: number): void {
    planReconnect(this.state, row, nowMs);
  }

  cue(row: number, cueIndex: number, nowMs: number): void {
    receiveCue(this.state, row, cueIndex, nowMs);
  }

  /** The answer to a shop step. `generation` is the row's when the step was sent: a late answer finds another viewer. */
  answer(row: number, generation: number, kind: IntentKind, answer: AnswerKind, nowMs: number): void {
    if (this.rows.alive[row] === 0 || this.rows.generation[row] !== generation) return;
    receiveAnswer(this.state, row, kind, answer, nowMs);
  }

  /** Puts the viewers of a snapshot that belong to this shard into the crowd; calls `each` with their rows. */
  restore(snapshot: CrowdSnapshot, each: (row: number) => void): void {
    for (let i = 0; i < snapshot.count; i++) {
      if (snapshot.index[i] % this.shards !== this.shard) continue;
      const row = this.takeRow(snapshot.source[i], snapshot.index[i]);
      const { rows } = this;
      rows.leaveAtMs[row] = snapshot.leaveAtMs[i];
      rows.chatAtMs[row] = snapshot.chatAtMs[i];
      rows.likeAtMs[row] = snapshot.likeAtMs[i];
      rows.giftAtMs[row] = snapshot.giftAtMs[i];
      rows.chatCount[row] = snapshot.chatCount[i];
      rows.likeCount[row] = snapshot.likeCount[i];
      rows.giftCount[row] = snapshot.giftCount[i];
      rows.lastCue[row] = snapshot.lastCue[i];
      setSelfTimer(this.state, row);
      if (snapshot.shopAtMs[i] !== NEVER) beginPurchase(this.state, row, snapshot.shopCue[i], snapshot.shopAtMs[i]);
      if (snapshot.callAtMs[i] !== NEVER) planCall(this.state, row, snapshot.callCue[i], snapshot.callAtMs[i]);
      each(row);
    }
  }

  private admit(source: number, index: number, atMs: number): void {
    const row = this.takeRow(source, index);
    beginStay(this.state, row, atMs);
    const { keyA, keyB } = this.rows;
    this.selfDigest.add(keyA[row], keyB[row], INTENT.enter, atMs, 0);
    this.state.sink.intent(INTENT.enter, row, atMs, 0, 0);
  }

  private takeRow(source: number, index: number): number {
    if (this.rows.isFull) {
      this.rows.grow();
      this.state.wheel.grow(this.rows.capacity * SLOTS);
    }
    const row = this.rows.take();
    drawTraits(this.rows, row, this.state.scenario, source, index);
    return row;
  }

  private fireTimer(timer: number, dueMs: number): void {
    if (dueMs === NEVER) return;
    const row = Math.floor(timer / SLOTS);
    const slot = timer - row * SLOTS;
    if (slot === SLOT.self) {
      if (fireSelf(this.state, row, dueMs)) this.release(row);
    } else if (slot === SLOT.shop) fireShop(this.state, row, dueMs);
    else if (slot === SLOT.tap) fireTap(this.state, row, dueMs);
    else if (slot === SLOT.call) fireCall(this.state, row, dueMs);
    else this.state.sink.intent(INTENT.enter, row, dueMs, this.rows.linkAttempt[row], 0);
  }

  private release(row: number): void {
    for (let slot = 0; slot < SLOTS; slot++) this.state.wheel.clear(row * SLOTS + slot);
    this.rows.give(row);
  }
}
