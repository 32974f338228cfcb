import { doubledMs, jitteredMs } from './back-off.ts';
import type { CompiledCue, CompiledPersona } from './compiled.ts';
import { INTENT } from './intents.ts';
import { quantileInt } from './quantile.ts';
import { chance, draw, PURPOSE } from './rng.ts';
import { SLOT, SLOTS, type CrowdState } from './state.ts';
import { beginPurchase, STAGE } from './shopping.ts';

/**
 * What a viewer does when a cue arrives. The decision and the delay are drawn by (viewer, cue), so they are the
 * same however late the cue came; the delay runs from the moment it came.
 */

/** Call once for each cue that reaches the viewer; cues it has seen already (a welcome after a reconnect) do nothing. */
export function receiveCue(state: CrowdState, row: number, cueIndex: number, nowMs: number): void {
  const { rows, scenario } = state;
  if (cueIndex <= rows.lastCue[row]) return;
  rows.lastCue[row] = cueIndex;
  const cue = scenario.cues[cueIndex];
  const persona = scenario.personas[rows.persona[row]];
  if (cue.kind === 'call' || cue.kind === 'giveaway') considerAnswer(state, row, cueIndex, cue, persona, nowMs);
  else if (cue.product >= 0 && cue.interest > 0) considerProduct(state, row, cueIndex, cue, persona, nowMs);
}

function considerProduct(
  state: CrowdState,
  row: number,
  cueIndex: number,
  cue: CompiledCue,
  persona: CompiledPersona,
  nowMs: number,
): void {
  const delayMs = decide(state, row, cueIndex, PURPOSE.click, persona.clickP * cue.interest, PURPOSE.reaction);
  // Whoever is in the middle of a purchase does not start another.
  if (delayMs < 0 || state.rows.shopStage[row] !== STAGE.idle) return;
  beginPurchase(state, row, cueIndex, nowMs + delayMs);
}

function considerAnswer(
  state: CrowdState,
  row: number,
  cueIndex: number,
  cue: CompiledCue,
  persona: CompiledPersona,
  nowMs: number,
): void {
  const p = persona.answersCallsP * cue.interest;
  const delayMs = decide(state, row, cueIndex, PURPOSE.answer, p, PURPOSE.answerDelay);
  if (delayMs >= 0) planCall(state, row, cueIndex, nowMs + delayMs);
}

/** Draws whether the viewer reacts to a cue, and when: the delay in ms, or -1. `whether` and `when` are purposes. */
function decide(state: CrowdState, row: number, cueIndex: number, whether: number, p: number, when: number): number {
  const { rows, scenario } = state;
  const a = rows.keyA[row];
  const b = rows.keyB[row];
  const reacts = chance(draw(a, b, whether, cueIndex), p);
  const table = scenario.tables[scenario.personas[rows.persona[row]].reactionTable];
  // The round trip is part of the reaction: the cue travels to the viewer and the tap back.
  const delayMs = reacts ? quantileInt(table, draw(a, b, when, cueIndex)) + rows.rttMs[row] : -1;
  state.reactionDigest.add(a, b, whether, cueIndex, delayMs);
  return delayMs;
}

export function planCall(state: CrowdState, row: number, cueIndex: number, atMs: number): void {
  state.rows.callCue[row] = cueIndex;
  state.wheel.set(row * SLOTS + SLOT.call, atMs);
}

export function fireCall(state: CrowdState, row: number, dueMs: number): void {
  state.sink.intent(INTENT.chat, row, dueMs, -1 - state.rows.callCue[row], 0);
}

/** The connection was lost or not made: plans the next attempt, with back-off and jitter, unless the viewer gives up. */
export function planReconnect(state: CrowdState, row: number, nowMs: number): void {
  const { rows, scenario } = state;
  const persona = scenario.personas[rows.persona[row]];
  const attempt = rows.linkAttempt[row];
  if (attempt >= persona.reconnectAttempts) return;
  rows.linkAttempt[row] = attempt + 1;
  const { reconnectBackoffMs, reconnectMaxMs, reconnectJitter } = persona;
  const waitMs = Math.min(doubledMs(reconnectBackoffMs, attempt, reconnectMaxMs), reconnectMaxMs);
  const bits = draw(rows.keyA[row], rows.keyB[row], PURPOSE.reconnect, attempt);
  const delayMs = jitteredMs(waitMs, reconnectJitter, bits);
  state.reactionDigest.add(rows.keyA[row], rows.keyB[row], PURPOSE.reconnect, attempt, delayMs);
  state.wheel.set(row * SLOTS + SLOT.link, nowMs + delayMs);
}
