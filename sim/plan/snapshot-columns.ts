import type { ChatClock } from '../crowd/chat-clock.ts';
import type { CompiledScenario } from '../crowd/compiled.ts';
import { nextOfProcess } from '../crowd/gaps.ts';
import { quantileInt } from '../crowd/quantile.ts';
import { chance, draw, keyA, keyB, PURPOSE } from '../crowd/rng.ts';
import { LIKES_A_BATCH } from '../crowd/self.ts';
import type { CrowdSnapshot } from '../crowd/snapshot.ts';
import { drawChatWeight, drawDwellMs, drawRttMs, leaveAtMs, pickPersona } from '../crowd/viewer.ts';
import { NEVER } from '../crowd/wheel.ts';

/** Nobody takes longer than this to answer a call: the lognormal of reactions has no weight there. */
const CALLS_BACK_MS = 60_000;

type Columns = { -readonly [Name in keyof Omit<CrowdSnapshot, 'atMs' | 'count'>]: number[] };

/** Gathers what the viewers who are present at one moment are about to do. */
export class SnapshotColumns {
  private readonly scenario: CompiledScenario;
  private readonly clocks: readonly ChatClock[];
  private readonly atMs: number;
  /** Every cue before the moment has been seen by everybody, or was over before they came. */
  private readonly lastCue: number;
  private readonly calls: readonly number[];
  private readonly weight = new Float32Array(1);
  private readonly columns: Columns = {
    source: [],
    index: [],
    leaveAtMs: [],
    chatAtMs: [],
    likeAtMs: [],
    giftAtMs: [],
    chatCount: [],
    likeCount: [],
    giftCount: [],
    lastCue: [],
    shopCue: [],
    shopAtMs: [],
    callCue: [],
    callAtMs: [],
  };

  constructor(scenario: CompiledScenario, clocks: readonly ChatClock[], atMs: number) {
    this.scenario = scenario;
    this.clocks = clocks;
    this.atMs = atMs;
    this.lastCue = scenario.cues.findLastIndex((cue) => cue.atMs < atMs);
    this.calls = scenario.cues.flatMap(({ kind, atMs: cueMs }, index) =>
      (kind === 'call' || kind === 'giveaway') && cueMs < atMs && cueMs >= atMs - CALLS_BACK_MS ? [index] : [],
    );
  }

  /** Adds a viewer, unless it has left before the moment: then false. */
  add(sourceIndex: number, index: number, enterMs: number): boolean {
    const { scenario, columns } = this;
    const source = scenario.sources[sourceIndex];
    const a = keyA(scenario.seedLo, source.key, index);
    const b = keyB(scenario.seedHi, source.key, index);
    const persona = pickPersona(source, a, b);
    const leaveMs = leaveAtMs(enterMs, drawDwellMs(scenario, persona, a, b));
    if (leaveMs < this.atMs) return false;
    const { likesPerMs, giftsPerMs } = scenario.personas[persona];
    columns.source.push(sourceIndex);
    columns.index.push(index);
    columns.leaveAtMs.push(leaveMs);
    columns.lastCue.push(this.lastCue);
    columns.shopCue.push(-1);
    columns.shopAtMs.push(NEVER);
    this.addProcess('like', PURPOSE.likeGap, likesPerMs / LIKES_A_BATCH, enterMs, a, b);
    this.addProcess('gift', PURPOSE.giftGap, giftsPerMs, enterMs, a, b);
    this.addChat(source.room, persona, enterMs, a, b);
    this.addCall(source.room, persona, enterMs, a, b);
    return true;
  }

  /** The viewer who was added last is on the way through a purchase. */
  isShopping(cue: number, dueMs: number): void {
    const last = this.columns.shopCue.length - 1;
    this.columns.shopCue[last] = cue;
    this.columns.shopAtMs[last] = dueMs;
  }

  snapshot(): CrowdSnapshot {
    const { columns } = this;
    const long = (column: readonly number[]): Int32Array => Int32Array.from(column);
    const short = (column: readonly number[]): Uint16Array => Uint16Array.from(column);
    return {
      atMs: this.atMs,
      count: columns.source.length,
      source: short(columns.source),
      index: long(columns.index),
      leaveAtMs: long(columns.leaveAtMs),
      chatAtMs: long(columns.chatAtMs),
      likeAtMs: long(columns.likeAtMs),
      giftAtMs: long(columns.giftAtMs),
      chatCount: short(columns.chatCount),
      likeCount: short(columns.likeCount),
      giftCount: short(columns.giftCount),
      lastCue: long(columns.lastCue),
      shopCue: long(columns.shopCue),
      shopAtMs: long(columns.shopAtMs),
      callCue: long(columns.callCue),
      callAtMs: long(columns.callAtMs),
    };
  }

  private addProcess(
    what: 'like' | 'gift',
    purpose: number,
    perMs: number,
    enterMs: number,
    a: number,
    b: number,
  ): void {
    const { tables, chat } = this.scenario;
    const exponential = tables[chat.exponentialTable];
    let n = 0;
    let at = nextOfProcess(exponential, enterMs, draw(a, b, purpose, n), perMs);
    while (at < this.atMs) at = nextOfProcess(exponential, at, draw(a, b, purpose, ++n), perMs);
    this.columns[`${what}AtMs`].push(at);
    this.columns[`${what}Count`].push(n);
  }

  private addChat(room: number, persona: number, enterMs: number, a: number, b: number): void {
    const { scenario, weight, columns } = this;
    drawChatWeight(weight, 0, scenario, scenario.personas[persona], a, b);
    const clock = this.clocks[room];
    let n = 0;
    let at = clock.nextAfter(enterMs, weight, 0, draw(a, b, PURPOSE.chatGap, n));
    while (at < this.atMs) at = clock.nextAfter(at, weight, 0, draw(a, b, PURPOSE.chatGap, ++n));
    columns.chatAtMs.push(at);
    columns.chatCount.push(n);
  }

  private addCall(room: number, persona: number, enterMs: number, a: number, b: number): void {
    const { scenario, columns, atMs } = this;
    const { answersCallsP, reactionTable } = scenario.personas[persona];
    let answered = -1;
    let dueMs = NEVER;
    for (const call of this.calls) {
      const cue = scenario.cues[call];
      if (cue.atMs < enterMs || (cue.room !== -1 && cue.room !== room)) continue;
      if (!chance(draw(a, b, PURPOSE.answer, call), answersCallsP * cue.interest)) continue;
      const delayMs = quantileInt(scenario.tables[reactionTable], draw(a, b, PURPOSE.answerDelay, call));
      const due = cue.atMs + Math.round(scenario.backend.fanout.lagMs) + delayMs + drawRttMs(scenario, a, b);
      if (due < atMs) continue;
      answered = call;
      dueMs = due;
    }
    columns.callCue.push(answered);
    columns.callAtMs.push(dueMs);
  }
}
