import { doubledMs, jitteredMs } from './back-off.ts';
import type { CompiledPersona } from './compiled.ts';
import { ANSWER, INTENT, type AnswerKind, type IntentKind } from './intents.ts';
import { quantileInt } from './quantile.ts';
import { chance, draw, fraction, PURPOSE } from './rng.ts';
import { SLOT, SLOTS, type CrowdState } from './state.ts';

/**
 * A purchase: view, cart, checkout, pay, and now and then a refund. Each step waits for the answer to the one before; whether the
 * viewer goes on, and after how long, is drawn by (viewer, the cue that began the purchase, step).
 *
 * Whoever will give an order back is in the middle of its purchase until then, and begins no other: a backend's session knows one order.
 */

export const STAGE = { idle: 0, view: 1, cart: 2, checkout: 3, pay: 4, refund: 5 } as const;

/** Stage s sends this intent. */
const STAGE_INTENT: readonly IntentKind[] = [
  INTENT.view,
  INTENT.view,
  INTENT.cart,
  INTENT.checkout,
  INTENT.pay,
  INTENT.refund,
];

/** The viewer will open the product page of the cue's product at `atMs`. */
export function beginPurchase(state: CrowdState, row: number, cueIndex: number, atMs: number): void {
  const { rows, scenario } = state;
  rows.shopStage[row] = STAGE.view;
  rows.shopCue[row] = cueIndex;
  rows.shopAttempt[row] = 0;
  rows.tapsLeft[row] = extraTaps(rows.keyA[row], rows.keyB[row], scenario.personas[rows.persona[row]], cueIndex);
  state.wheel.set(row * SLOTS + SLOT.shop, atMs);
}

export function fireShop(state: CrowdState, row: number, dueMs: number): void {
  const { rows, scenario } = state;
  const stage = rows.shopStage[row];
  const attempt = rows.shopAttempt[row];
  const product = scenario.cues[rows.shopCue[row]].product;
  if (stage === STAGE.view && attempt === 0) planTap(state, row, dueMs);
  state.sink.intent(STAGE_INTENT[stage], row, dueMs, product, attempt);
}

/** An impatient viewer taps the link again and again; the extra taps load the product page and nothing else. */
export function fireTap(state: CrowdState, row: number, dueMs: number): void {
  const product = state.scenario.cues[state.rows.shopCue[row]].product;
  state.sink.intent(INTENT.view, row, dueMs, product, -1);
  planTap(state, row, dueMs);
}

function planTap(state: CrowdState, row: number, dueMs: number): void {
  const { rows, scenario } = state;
  if (rows.tapsLeft[row] === 0) return;
  rows.tapsLeft[row]--;
  state.wheel.set(row * SLOTS + SLOT.tap, dueMs + scenario.personas[rows.persona[row]].tapGapMs);
}

/** The backend answered the current step of the viewer in this row. */
export function receiveAnswer(
  state: CrowdState,
  row: number,
  kind: IntentKind,
  answer: AnswerKind,
  nowMs: number,
): void {
  const { rows } = state;
  const stage = rows.shopStage[row];
  if (stage === STAGE.idle || STAGE_INTENT[stage] !== kind) return;
  if (answer === ANSWER.unsure) return tryAgain(state, row, nowMs);
  if (answer === ANSWER.no || stage === STAGE.refund) return endPurchase(state, row);
  const persona = state.scenario.personas[rows.persona[row]];
  if (stage === STAGE.view) goOn(state, row, STAGE.cart, PURPOSE.cart, PURPOSE.cartThink, persona.cartP, nowMs);
  else if (stage === STAGE.cart)
    goOn(state, row, STAGE.checkout, PURPOSE.checkout, PURPOSE.checkoutThink, persona.checkoutP, nowMs);
  else if (stage === STAGE.checkout) goOn(state, row, STAGE.pay, PURPOSE.pay, PURPOSE.payThink, persona.payP, nowMs);
  else considerRefund(state, row, persona, nowMs);
}

function goOn(
  state: CrowdState,
  row: number,
  next: number,
  decide: number,
  think: number,
  p: number,
  nowMs: number,
): void {
  const { rows, scenario } = state;
  const a = rows.keyA[row];
  const b = rows.keyB[row];
  const cue = rows.shopCue[row];
  const yes = chance(draw(a, b, decide, cue), p);
  const thinkTable = scenario.tables[scenario.personas[rows.persona[row]].thinkTable];
  const delayMs = yes ? quantileInt(thinkTable, draw(a, b, think, cue)) + rows.rttMs[row] : -1;
  state.reactionDigest.add(a, b, decide, cue, delayMs);
  if (!yes) return endPurchase(state, row);
  rows.shopStage[row] = next;
  rows.shopAttempt[row] = 0;
  state.wheel.set(row * SLOTS + SLOT.shop, nowMs + delayMs);
}

/** Who will have left by then does not come back for it: that purchase is over now. */
function considerRefund(state: CrowdState, row: number, persona: CompiledPersona, nowMs: number): void {
  if (persona.refundP <= 0) return endPurchase(state, row);
  const { rows, scenario } = state;
  const a = rows.keyA[row];
  const b = rows.keyB[row];
  const cue = rows.shopCue[row];
  const yes = chance(draw(a, b, PURPOSE.refund, cue), persona.refundP);
  const table = scenario.tables[persona.refundTable];
  const delayMs = yes ? quantileInt(table, draw(a, b, PURPOSE.refundDelay, cue)) + rows.rttMs[row] : -1;
  state.reactionDigest.add(a, b, PURPOSE.refund, cue, delayMs);
  if (!yes || nowMs + delayMs >= rows.leaveAtMs[row]) return endPurchase(state, row);
  rows.shopStage[row] = STAGE.refund;
  rows.shopAttempt[row] = 0;
  state.wheel.set(row * SLOTS + SLOT.shop, nowMs + delayMs);
}

function tryAgain(state: CrowdState, row: number, nowMs: number): void {
  const { rows, scenario } = state;
  const persona = scenario.personas[rows.persona[row]];
  const attempt = rows.shopAttempt[row];
  if (attempt >= persona.retryAttempts) return endPurchase(state, row);
  rows.shopAttempt[row] = attempt + 1;
  const a = rows.keyA[row];
  const b = rows.keyB[row];
  // One number for (cue, stage, attempt): there are six stages and at most 100 attempts.
  const n = (rows.shopCue[row] * 8 + rows.shopStage[row]) * 128 + attempt;
  const waitMs = doubledMs(persona.retryBackoffMs, attempt, persona.timeoutMs);
  const delayMs = jitteredMs(waitMs, persona.retryJitter, draw(a, b, PURPOSE.retry, n));
  state.reactionDigest.add(a, b, PURPOSE.retry, n, delayMs);
  state.wheel.set(row * SLOTS + SLOT.shop, nowMs + delayMs);
}

export function endPurchase(state: CrowdState, row: number): void {
  state.rows.shopStage[row] = STAGE.idle;
}

/** Taps beyond the first: mean `tapsMean - 1`, spread over 0 to twice that. */
function extraTaps(a: number, b: number, persona: CompiledPersona, cueIndex: number): number {
  const u = fraction(draw(a, b, PURPOSE.taps, cueIndex));
  const rounding = fraction(draw(a, b, PURPOSE.taps, cueIndex + 0x10000));
  return Math.min(255, Math.floor(u * 2 * (persona.tapsMean - 1) + rounding));
}
