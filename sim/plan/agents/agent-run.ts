import { ArrivalStream } from '../../crowd/arrivals.ts';
import { ChatClock } from '../../crowd/chat-clock.ts';
import type { CompiledScenario } from '../../crowd/compiled.ts';
import { quantileInt } from '../../crowd/quantile.ts';
import { draw, PURPOSE } from '../../crowd/rng.ts';
import { Shoppers } from '../../crowd/shoppers.ts';
import { StayPlayer, type StayCounts } from '../../crowd/stay.ts';
import { drawRttMs } from '../../crowd/viewer.ts';
import { Fanout } from '../backend/fanout.ts';
import { Shelves } from '../backend/shelves.ts';
import { BIN_MS, Bins } from '../bins.ts';
import type { EngineRun, PlanWindow } from '../engine.ts';
import { Candidates } from './candidates.ts';
import { CueBoard, roomCues, type RoomCue } from './cue-board.ts';
import { Purchases } from './purchases.ts';

/** While a drop is open, newcomers see what was left at most so long ago. */
const RUSH_STEP_MS = 50;

/**
 * Plays an event viewer by viewer. What a viewer does of itself is counted the moment it enters (`StayPlayer`). Whoever will
 * react to a cue gets a row, and meets the others there in the true order of time: at the shelf and in the queues.
 */
export class AgentRun {
  readonly shelves: Shelves;
  readonly board: CueBoard;
  readonly bins: Bins;
  shoppers: Shoppers;
  private readonly scenario: CompiledScenario;
  private readonly untilMs: number;
  private readonly restarts: boolean;
  private readonly counts: readonly StayCounts[];
  private readonly present: Float64Array;
  private readonly coming: readonly (readonly RoomCue[])[];
  /** By room: the first of `coming` that has not come. */
  private readonly next: Int32Array;
  private readonly candidates: Candidates;
  private readonly purchases: Purchases;
  private readonly fanout: Fanout;
  private stays: StayPlayer;
  private streams: ArrivalStream[] = [];
  private shown: readonly (readonly RoomCue[])[] = [];
  private answersToCalls = 0;
  /** Everything before this has been played. */
  private nowMs = 0;
  private cueBeing = { index: 0, receivedMs: 0 };
  private readonly tell = (row: number): void => {
    const { index, receivedMs } = this.cueBeing;
    if (receivedMs < this.shoppers.rows.leaveAtMs[row]) this.shoppers.cue(row, index, receivedMs);
  };

  constructor(scenario: CompiledScenario, window: PlanWindow) {
    this.scenario = scenario;
    this.untilMs = window.untilMs;
    this.restarts = window.restarts === true && window.fromMs > 0;
    this.bins = new Bins(window, scenario.products.length);
    this.shelves = new Shelves(scenario);
    this.board = new CueBoard(scenario, this.shelves);
    this.counts = scenario.rooms.map(() => this.roomCounts(scenario.rooms.length === 1));
    this.present = new Float64Array(scenario.rooms.length);
    this.coming = roomCues(scenario);
    this.next = new Int32Array(scenario.rooms.length);
    this.candidates = new Candidates(scenario.cues.length);
    this.fanout = new Fanout(scenario.backend.fanout);
    this.purchases = new Purchases(scenario, this.shelves, this.bins, () => this.shoppers);
    this.shoppers = new Shoppers(scenario, this.purchases);
    this.stays = this.stayPlayer(scenario);
  }

  /** Plays from the start of the event to the end of the window. */
  play(seedHi: number, seedLo: number): EngineRun {
    const scenario = { ...this.scenario, seedHi, seedLo };
    this.reset(scenario);
    const { bins, untilMs } = this;
    let cue = 0;
    for (let bin = 0; bin < bins.count; bin++) {
      if (bin === bins.from && this.restarts) {
        this.shelves.releaseAll();
        this.shoppers.restartPurchases();
      }
      const lastMs = Math.min(bins.originMs + (bin + 1) * BIN_MS, untilMs) - 1;
      for (; cue < scenario.cues.length && scenario.cues[cue].atMs <= lastMs; cue++) {
        this.advance(scenario.cues[cue].atMs);
        this.apply(cue);
      }
      this.advance(lastMs);
      this.close(bin);
    }
    const { products, soldOutAfterMs, responseMs, failed, refused, requests } = this.purchases;
    const events = this.stays.events + this.answersToCalls + requests;
    return { bins, products, soldOutAfterMs, responseMs, failed, refused, events };
  }

  private reset(scenario: CompiledScenario): void {
    const { seedHi, seedLo, tables, chat } = scenario;
    this.bins.clear();
    for (const counts of this.counts) for (const row of [counts.joins, counts.leaves, counts.chats]) row.fill(0);
    this.present.fill(0);
    this.next.fill(0);
    this.candidates.reset();
    this.board.reset();
    this.fanout.reset();
    this.purchases.reset(seedHi, seedLo);
    this.shoppers = new Shoppers(scenario, this.purchases, this.shoppers.rows.capacity);
    this.stays = this.stayPlayer(scenario);
    this.answersToCalls = 0;
    this.nowMs = 0;
    const exponential = tables[chat.exponentialTable];
    this.streams = scenario.sources.map((source) => new ArrivalStream(source, seedLo, seedHi, exponential));
  }

  private advance(toMs: number): void {
    while (this.nowMs <= toMs) {
      this.shown = this.board.refresh();
      // A batch may be gone within a second: who comes after that must not be shown it.
      const endMs = this.board.showsDrop ? Math.min(toMs, this.nowMs + RUSH_STEP_MS - 1) : toMs;
      this.advanceAtOnce(endMs);
      this.nowMs = endMs + 1;
    }
  }

  /** Those who come until then are shown what stands now. */
  private advanceAtOnce(toMs: number): void {
    const { streams, stays } = this;
    for (let source = 0; source < streams.length; source++) {
      const stream = streams[source];
      while (stream.atMs <= toMs) {
        stays.play(source, stream.index, stream.atMs);
        this.react(source, stream.index, stream.atMs);
        stream.next();
      }
    }
    this.shoppers.advance(toMs);
  }

  /** What the viewer who was just played makes of the cues that stand, and of those that will come while it is there. */
  private react(source: number, index: number, enterMs: number): void {
    const { stays, untilMs, candidates } = this;
    const { keyA: a, keyB: b, persona, leaveMs } = stays;
    const { room } = this.scenario.sources[source];
    let row = -1;
    const shown = this.shown[room];
    for (let k = 0; k < shown.length; k++) {
      const cue = shown[k];
      if (draw(a, b, PURPOSE.click, cue.index) >>> 0 >= cue.upTo[persona]) continue;
      if (row === -1) row = this.shoppers.admit(source, index, leaveMs);
      this.shoppers.cue(row, cue.index, enterMs);
    }
    const coming = this.coming[room];
    const endMs = leaveMs < untilMs ? leaveMs : untilMs;
    for (let k = this.next[room]; k < coming.length; k++) {
      const cue = coming[k];
      if (cue.atMs >= endMs) break;
      const bits = draw(a, b, cue.isCall ? PURPOSE.answer : PURPOSE.click, cue.index);
      if (bits >>> 0 >= cue.upTo[persona]) continue;
      if (cue.isCall) this.answerCall(room, cue, a, b, persona, endMs);
      else {
        if (row === -1) row = this.shoppers.admit(source, index, leaveMs);
        candidates.add(cue.index, row);
      }
    }
  }

  /** Answers are counted at once, as what a viewer does of itself: with the lag of a fan-out that keeps up. */
  private answerCall(room: number, cue: RoomCue, a: number, b: number, persona: number, endMs: number): void {
    const { scenario } = this;
    const table = scenario.tables[scenario.personas[persona].reactionTable];
    const delayMs = quantileInt(table, draw(a, b, PURPOSE.answerDelay, cue.index)) + drawRttMs(scenario, a, b);
    const atMs = cue.atMs + Math.round(scenario.backend.fanout.lagMs) + delayMs;
    if (atMs >= endMs) return;
    this.counts[room].chats[this.bins.at(atMs)]++;
    this.answersToCalls++;
  }

  /** The host does something; it reaches the viewers after the lag of the moment. */
  private apply(index: number): void {
    this.shelves.sweep(this.scenario.cues[index].atMs);
    this.shelves.apply(index);
    this.purchases.opened(index);
    this.board.apply(index);
    this.cueBeing = { index, receivedMs: this.scenario.cues[index].atMs + Math.round(this.fanout.lagMs) };
    this.candidates.take(index, this.tell);
    this.coming.forEach((cues, room) => {
      while (this.next[room] < cues.length && cues[this.next[room]].index <= index) this.next[room]++;
    });
  }

  /** All that can happen in this bin has happened. */
  private close(bin: number): void {
    const { rows, stockLeft, originMs } = this.bins;
    const { counts, present, fanout } = this;
    let deliveries = 0;
    let viewers = 0;
    for (let room = 0; room < counts.length; room++) {
      const { joins, leaves, chats } = counts[room];
      present[room] += joins[bin] - leaves[bin];
      viewers += present[room];
      deliveries += fanout.deliveries(chats[bin], present[room], BIN_MS);
      if (counts.length === 1) continue;
      rows.joins[bin] += joins[bin];
      rows.leaves[bin] += leaves[bin];
      rows.chatSent[bin] += chats[bin];
    }
    fanout.pass(deliveries, BIN_MS);
    rows.viewers[bin] = viewers;
    rows.deliveries[bin] = deliveries;
    rows.chatLagMs[bin] = fanout.lagMs;
    this.shelves.sweep(originMs + (bin + 1) * BIN_MS - 1);
    for (let product = 0; product < stockLeft.length; product++)
      stockLeft[product][bin] = this.shelves.forSale(product);
  }

  /** A single room counts straight into the rows of the result. Gifts are messages, as in a real run. */
  private roomCounts(isOnly: boolean): StayCounts {
    const { rows, originMs, count } = this.bins;
    const column = (): Float64Array => new Float64Array(count);
    const chats = isOnly ? rows.chatSent : column();
    return {
      originMs,
      joins: isOnly ? rows.joins : column(),
      leaves: isOnly ? rows.leaves : column(),
      chats,
      likes: rows.likeBatches,
      gifts: chats,
    };
  }

  private stayPlayer(scenario: CompiledScenario): StayPlayer {
    const { rooms, chat, tables, seedLo, seedHi } = scenario;
    const clocks = rooms.map((room) => new ChatClock(room, chat, tables, seedLo, seedHi));
    return new StayPlayer(scenario, clocks, this.counts, this.untilMs);
  }
}
