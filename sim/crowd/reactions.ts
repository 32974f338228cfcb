import type { CompiledCue, CompiledPersona } from './compiled.ts';
import { INTENT } from './intents.ts';
import { quantileInt } from './quantile.ts';
import { chance, draw, fraction, PURPOSE } from './rng.ts';
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
  const { rows } = state;
  const a = rows.keyA[row];
  const b = rows.keyB[row];
  const clicks = chance(draw(a, b, PURPOSE.click, cueIndex), persona.clickP * cue.interest);
  const delayMs = clicks ? reactionMs(state, row, persona, PURPOSE.reaction, cueIndex) : -1;
  state.reactionDigest.add(a, b, PURPOSE.click, cueIndex, delayMs);
  // Whoever is in the middle of a purchase does not start another.
  if (!clicks || rows.shopStage[row] !== STAGE.idle) return;
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
  const { rows } = state;
  const a = rows.keyA[row];
  const b = rows.keyB[row];
  const answers = chance(draw(a, b, PURPOSE.answer, cueIndex), persona.answersCallsP * cue.interest);
  const delayMs = answers ? reactionMs(state, row, persona, PURPOSE.answerDelay, cueIndex) : -1;
  state.reactionDigest.add(a, b, PURPOSE.answer, cueIndex, delayMs);
  if (!answers) return;
  planCall(state, row, cueIndex, nowMs + delayMs);
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
  let waitMs = persona.reconnectBackoffMs;
  for (let i = 0; i < attempt && waitMs < persona.reconnectMaxMs; i++) waitMs *= 2;
  waitMs = Math.min(waitMs, persona.reconnectMaxMs);
  const u = fraction(draw(rows.keyA[row], rows.keyB[row], PURPOSE.reconnect, attempt));
  const delayMs = Math.max(1, Math.round(waitMs * (1 + persona.reconnectJitter * (2 * u - 1))));
  state.reactionDigest.add(rows.keyA[row], rows.keyB[row], PURPOSE.reconnect, attempt, delayMs);
  state.wheel.set(row * SLOTS + SLOT.link, nowMs + delayMs);
}

/** The round trip is part of the reaction: the cue travels to the viewer and the tap back. */
function reactionMs(
  state: CrowdState,
  row: number,
  persona: CompiledPersona,
  purpose: number,
  cueIndex: number,
): number {
  const { rows, scenario } = state;
  const bits = draw(rows.keyA[row], rows.keyB[row], purpose, cueIndex);
  return quantileInt(scenario.tables[persona.reactionTable], bits) + rows.rttMs[row];
}
