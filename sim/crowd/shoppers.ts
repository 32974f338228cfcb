import type { CompiledScenario } from './compiled.ts';
import { Digest } from './digest.ts';
import type { AnswerKind, IntentKind, IntentSink } from './intents.ts';
import { receiveCue } from './reactions.ts';
import { Rows } from './rows.ts';
import { beginPurchase, endPurchase, fireShop, fireTap, receiveAnswer, STAGE } from './shopping.ts';
import { SLOT, SLOTS, type CrowdState } from './state.ts';
import { drawTraits } from './viewer.ts';
import { TimingWheel } from './wheel.ts';

/**
 * The viewers who will react to a cue that is for sale: the only ones who meet others, in front of a shelf or in a queue. The
 * model world keeps these in rows and plays all others with `StayPlayer`. What they do is `reactions.ts` and `shopping.ts`, as in the
 * whole crowd.
 */
export class Shoppers {
  readonly rows: Rows;
  private readonly state: CrowdState;
  private readonly fire = (timer: number, dueMs: number): void => this.fireTimer(timer, dueMs);

  constructor(scenario: CompiledScenario, sink: IntentSink, capacity = 1024) {
    this.rows = new Rows(capacity);
    this.state = {
      scenario,
      sink,
      rows: this.rows,
      wheel: new TimingWheel(capacity * SLOTS, 0),
      chatClocks: [],
      selfDigest: new Digest(),
      reactionDigest: new Digest(),
    };
  }

  /** Viewer `index` of a source, who is there until `leaveMs`. Returns the row, the viewer's until then. */
  admit(source: number, index: number, leaveMs: number): number {
    const { rows, state } = this;
    if (rows.isFull) {
      rows.grow();
      state.wheel.grow(rows.capacity * SLOTS);
    }
    const row = rows.take();
    drawTraits(rows, row, state.scenario, source, index);
    rows.leaveAtMs[row] = leaveMs;
    state.wheel.set(row * SLOTS + SLOT.self, leaveMs);
    return row;
  }

  cue(row: number, cueIndex: number, nowMs: number): void {
    receiveCue(this.state, row, cueIndex, nowMs);
  }

  answer(row: number, kind: IntentKind, answer: AnswerKind, nowMs: number): void {
    receiveAnswer(this.state, row, kind, answer, nowMs);
  }

  advance(untilMs: number): void {
    this.state.wheel.advance(untilMs, this.fire);
  }

  /** When the purchase of the viewer in this row goes on; -1 when there is none under way, or only its refund is to come. */
  shopDueMs(row: number): number {
    const { wheel, rows } = this.state;
    const timer = row * SLOTS + SLOT.shop;
    return wheel.isSet(timer) && rows.shopStage[row] !== STAGE.refund ? wheel.dueOf(timer) : -1;
  }

  /**
   * Whoever is in the middle of a purchase begins it again with the product page, when its next step was due. Orders that are paid
   * are forgotten: nobody gives them back any more.
   */
  restartPurchases(): void {
    const { rows, state } = this;
    for (let row = 0; row < rows.used; row++) {
      const dueMs = rows.alive[row] === 1 ? this.shopDueMs(row) : -1;
      state.wheel.clear(row * SLOTS + SLOT.tap);
      if (dueMs >= 0) beginPurchase(state, row, rows.shopCue[row], dueMs);
      else if (rows.shopStage[row] === STAGE.refund) {
        state.wheel.clear(row * SLOTS + SLOT.shop);
        endPurchase(state, row);
      }
    }
  }

  private fireTimer(timer: number, dueMs: number): void {
    const row = Math.floor(timer / SLOTS);
    const slot = timer - row * SLOTS;
    if (slot === SLOT.shop) fireShop(this.state, row, dueMs);
    else if (slot === SLOT.tap) fireTap(this.state, row, dueMs);
    else this.release(row);
  }

  private release(row: number): void {
    for (let slot = 0; slot < SLOTS; slot++) this.state.wheel.clear(row * SLOTS + slot);
    this.rows.give(row);
  }
}
