import type { CompiledScenario } from './compiled.ts';
import { nextOfProcess } from './gaps.ts';
import { INTENT } from './intents.ts';
import { below, draw, PURPOSE } from './rng.ts';
import { SLOT, SLOTS, type CrowdState } from './state.ts';
import { drawDwellMs, leaveAtMs } from './viewer.ts';

/**
 * What a viewer does without being asked: chat, like, send gifts, leave. Each activity is a Poisson process of the
 * viewer's own, so the due times follow from the seed alone, whatever the network does.
 */

/** Taps in one like message: clients gather them. Uniform over 1..9. */
export const LIKES_A_BATCH = 5;

/** Plans the viewer's stay from the moment it enters. */
export function beginStay(state: CrowdState, row: number, enterMs: number): void {
  const { rows, scenario } = state;
  rows.leaveAtMs[row] = leaveAtMs(enterMs, drawDwellMs(scenario, rows.persona[row], rows.keyA[row], rows.keyB[row]));
  planChat(state, row, enterMs);
  planLike(state, row, enterMs);
  planGift(state, row, enterMs);
  setSelfTimer(state, row);
}

export function setSelfTimer(state: CrowdState, row: number): void {
  const { rows } = state;
  let at = rows.leaveAtMs[row];
  if (rows.chatAtMs[row] < at) at = rows.chatAtMs[row];
  if (rows.likeAtMs[row] < at) at = rows.likeAtMs[row];
  if (rows.giftAtMs[row] < at) at = rows.giftAtMs[row];
  state.wheel.set(row * SLOTS + SLOT.self, at);
}

/** Does all that is due now. Returns true when the viewer leaves. */
export function fireSelf(state: CrowdState, row: number, dueMs: number): boolean {
  const { rows } = state;
  if (rows.chatAtMs[row] <= dueMs) chat(state, row, dueMs);
  if (rows.likeAtMs[row] <= dueMs) like(state, row, dueMs);
  if (rows.giftAtMs[row] <= dueMs) gift(state, row, dueMs);
  if (rows.leaveAtMs[row] <= dueMs) {
    state.selfDigest.add(rows.keyA[row], rows.keyB[row], INTENT.leave, dueMs, 0);
    state.sink.intent(INTENT.leave, row, dueMs, 0, 0);
    return true;
  }
  setSelfTimer(state, row);
  return false;
}

function chat(state: CrowdState, row: number, dueMs: number): void {
  const { rows, scenario } = state;
  const n = rows.chatCount[row]++;
  const bits = draw(rows.keyA[row], rows.keyB[row], PURPOSE.chatText, n);
  const phrase = scenario.phrases.length > 0 ? below(bits, scenario.phrases.length) : 0;
  planChat(state, row, dueMs);
  state.selfDigest.add(rows.keyA[row], rows.keyB[row], INTENT.chat, dueMs, phrase);
  state.sink.intent(INTENT.chat, row, dueMs, phrase, 0);
}

function like(state: CrowdState, row: number, dueMs: number): void {
  const { rows } = state;
  const n = rows.likeCount[row]++;
  const taps = 1 + below(draw(rows.keyA[row], rows.keyB[row], PURPOSE.likeCount, n), 2 * LIKES_A_BATCH - 1);
  planLike(state, row, dueMs);
  state.selfDigest.add(rows.keyA[row], rows.keyB[row], INTENT.like, dueMs, taps);
  state.sink.intent(INTENT.like, row, dueMs, taps, 0);
}

function gift(state: CrowdState, row: number, dueMs: number): void {
  const { rows } = state;
  const n = rows.giftCount[row]++;
  planGift(state, row, dueMs);
  state.selfDigest.add(rows.keyA[row], rows.keyB[row], INTENT.gift, dueMs, n);
  state.sink.intent(INTENT.gift, row, dueMs, n, 0);
}

function planChat(state: CrowdState, row: number, fromMs: number): void {
  const { rows } = state;
  const bits = draw(rows.keyA[row], rows.keyB[row], PURPOSE.chatGap, rows.chatCount[row]);
  rows.chatAtMs[row] = state.chatClocks[rows.room[row]].nextAfter(fromMs, rows.chatWeight, row, bits);
}

function planLike(state: CrowdState, row: number, fromMs: number): void {
  const { rows, scenario } = state;
  const bits = draw(rows.keyA[row], rows.keyB[row], PURPOSE.likeGap, rows.likeCount[row]);
  const perMs = scenario.personas[rows.persona[row]].likesPerMs / LIKES_A_BATCH;
  rows.likeAtMs[row] = nextOfProcess(exponentialOf(scenario), fromMs, bits, perMs);
}

function planGift(state: CrowdState, row: number, fromMs: number): void {
  const { rows, scenario } = state;
  const bits = draw(rows.keyA[row], rows.keyB[row], PURPOSE.giftGap, rows.giftCount[row]);
  const perMs = scenario.personas[rows.persona[row]].giftsPerMs;
  rows.giftAtMs[row] = nextOfProcess(exponentialOf(scenario), fromMs, bits, perMs);
}

function exponentialOf({ tables, chat: { exponentialTable } }: CompiledScenario): Float64Array {
  return tables[exponentialTable];
}
