import type { ChatClock } from './chat-clock.ts';
import type { CompiledScenario } from './compiled.ts';
import { nextOfProcess } from './gaps.ts';
import { draw, keyABase, keyAFrom, keyBBase, keyBFrom, PURPOSE } from './rng.ts';
import { LIKES_A_BATCH } from './self.ts';
import { drawChatWeight, drawDwellMs, leaveAtMs, pickPersona } from './viewer.ts';

/** Width of a bin. A constant: a division by it becomes a multiplication. */
export const STAY_BIN_MS = 1000;

/** One step of a draw, as a share of all. */
const DRAW_STEP = 1 / 4294967296;

/** Counts by bins for one room; the model world's. */
export interface StayCounts {
  /** Event time at which bin 0 begins; 0 or less. */
  readonly originMs: number;
  readonly joins: Float64Array;
  readonly leaves: Float64Array;
  readonly chats: Float64Array;
  readonly likes: Float64Array;
  readonly gifts: Float64Array;
}

/**
 * Plays all that a viewer does of itself in one go, into bins: it meets nobody in it, and draws are counted, so the order of
 * the viewers does not matter and nothing about them needs to be kept. The same draws as `self.ts`: the same crowd.
 */
export class StayPlayer {
  /** Who was played last, and until when it stays. */
  keyA = 0;
  keyB = 0;
  persona = 0;
  leaveMs = 0;
  /** What all viewers so far have done: joins, leaves, chats, like batches, gifts. */
  events = 0;
  private readonly scenario: CompiledScenario;
  private readonly clocks: readonly ChatClock[];
  private readonly counts: readonly StayCounts[];
  private readonly untilMs: number;
  private readonly exponential: Float64Array;
  private readonly likesPerMs: Float64Array;
  private readonly giftsPerMs: Float64Array;
  private readonly weight = new Float32Array(1);
  /** What is common to the keys of all viewers, and of those of a source. */
  private readonly basesA: Int32Array;
  private readonly baseB: number;

  /** `clocks` and `counts` by room. What happens at `untilMs` or later is not counted. */
  constructor(
    scenario: CompiledScenario,
    clocks: readonly ChatClock[],
    counts: readonly StayCounts[],
    untilMs: number,
  ) {
    this.scenario = scenario;
    this.clocks = clocks;
    this.counts = counts;
    this.untilMs = untilMs;
    this.basesA = Int32Array.from(scenario.sources, (source) => keyABase(scenario.seedLo, source.key));
    this.baseB = keyBBase(scenario.seedHi);
    this.exponential = scenario.tables[scenario.chat.exponentialTable];
    this.likesPerMs = Float64Array.from(scenario.personas, (persona) => persona.likesPerMs / LIKES_A_BATCH);
    this.giftsPerMs = Float64Array.from(scenario.personas, (persona) => persona.giftsPerMs);
  }

  /** Viewer `index` of a source enters at `enterMs`, before `untilMs`. */
  play(sourceIndex: number, index: number, enterMs: number): void {
    const { scenario } = this;
    const source = scenario.sources[sourceIndex];
    const a = (this.keyA = keyAFrom(this.basesA[sourceIndex], index));
    const b = (this.keyB = keyBFrom(this.baseB, source.key, index));
    const persona = (this.persona = pickPersona(source, a, b));
    const leaveMs = (this.leaveMs = leaveAtMs(enterMs, drawDwellMs(scenario, persona, a, b)));
    const counts = this.counts[source.room];
    const { originMs, joins, leaves } = counts;
    joins[((enterMs - originMs) / STAY_BIN_MS) | 0]++;
    this.events++;
    if (leaveMs < this.untilMs) {
      leaves[((leaveMs - originMs) / STAY_BIN_MS) | 0]++;
      this.events++;
    }
    // The last moment at which it does anything.
    const lastMs = Math.min(leaveMs, this.untilMs - 1);
    this.tap(counts, counts.likes, PURPOSE.likeGap, this.likesPerMs[persona], enterMs, lastMs);
    this.tap(counts, counts.gifts, PURPOSE.giftGap, this.giftsPerMs[persona], enterMs, lastMs);
    this.chat(source.room, enterMs, lastMs);
  }

  private tap(
    { originMs }: StayCounts,
    into: Float64Array,
    purpose: number,
    perMs: number,
    enterMs: number,
    lastMs: number,
  ): void {
    const { exponential, keyA: a, keyB: b } = this;
    // An exponential gap is never shorter than its u in (0, 1): most draws that reach beyond the stay are seen without a look-up.
    const reach = (perMs * (1 + 1e-6)) / DRAW_STEP;
    let n = 0;
    let at = enterMs;
    for (;;) {
      const bits = draw(a, b, purpose, n);
      if (bits >>> 0 > (lastMs - at + 1) * reach) break;
      at = nextOfProcess(exponential, at, bits, perMs);
      if (at > lastMs) break;
      into[((at - originMs) / STAY_BIN_MS) | 0]++;
      n++;
    }
    this.events += n;
  }

  private chat(room: number, enterMs: number, lastMs: number): void {
    const { scenario, weight, keyA: a, keyB: b } = this;
    drawChatWeight(weight, 0, scenario, scenario.personas[this.persona], a, b);
    if (weight[0] <= 0) return;
    const clock = this.clocks[room];
    const { originMs, chats } = this.counts[room];
    let n = 0;
    let at = clock.nextAfter(enterMs, weight, 0, draw(a, b, PURPOSE.chatGap, 0));
    while (at <= lastMs) {
      chats[((at - originMs) / STAY_BIN_MS) | 0]++;
      n++;
      at = clock.nextAfter(at, weight, 0, draw(a, b, PURPOSE.chatGap, n));
    }
    this.events += n;
  }
}
