import type { CompiledPersona, CompiledScenario, CompiledSource } from './compiled.ts';
import type { Rows } from './rows.ts';
import { chance, draw, keyA, keyB, PURPOSE } from './rng.ts';
import { quantile, quantileInt } from './quantile.ts';
import { NEVER } from './wheel.ts';

/** Gives a row the traits of viewer `index` of a source: all of them follow from the seed and these two numbers. */
export function drawTraits(
  rows: Rows,
  row: number,
  scenario: CompiledScenario,
  sourceIndex: number,
  index: number,
): void {
  const source = scenario.sources[sourceIndex];
  const a = keyA(scenario.seedLo, source.key, index);
  const b = keyB(scenario.seedHi, source.key, index);
  rows.source[row] = sourceIndex;
  rows.index[row] = index;
  rows.keyA[row] = a;
  rows.keyB[row] = b;
  rows.room[row] = source.room;
  const personaIndex = pickPersona(source, a, b);
  rows.persona[row] = personaIndex;
  rows.rttMs[row] = drawRttMs(scenario, a, b);
  drawChatWeight(rows.chatWeight, row, scenario, scenario.personas[personaIndex], a, b);
}

/** How long a viewer stays, in ms (at least 1). */
export function drawDwellMs(scenario: CompiledScenario, persona: number, a: number, b: number): number {
  const table = scenario.tables[scenario.personas[persona].dwellTable];
  return Math.max(1, quantileInt(table, draw(a, b, PURPOSE.dwell, 0)));
}

/** Whole ms below NEVER. */
export function leaveAtMs(enterMs: number, dwellMs: number): number {
  return Math.min(NEVER - 1, enterMs + dwellMs);
}

export function drawRttMs(scenario: CompiledScenario, a: number, b: number): number {
  return Math.min(65535, quantileInt(scenario.tables[scenario.rttTable], draw(a, b, PURPOSE.rtt, 0)));
}

/** Units that this viewer orders in the purchase that cue `cue` set off. */
export function drawUnits(rows: Rows, row: number, persona: CompiledPersona, cue: number): number {
  const u32 = draw(rows.keyA[row], rows.keyB[row], PURPOSE.units, cue) >>> 0;
  let i = 0;
  while (i < persona.unitsUpTo.length - 1 && u32 >= persona.unitsUpTo[i]) i++;
  return persona.unitsCount[i];
}

/** Whether this viewer's card is declined in the purchase that cue `cue` set off. */
export function drawCardDeclined(rows: Rows, row: number, persona: CompiledPersona, cue: number): boolean {
  return chance(draw(rows.keyA[row], rows.keyB[row], PURPOSE.card, cue), persona.cardDeclinedP);
}

/** Whether this viewer enters the product's coupon, if there is one, in the purchase that cue `cue` set off. */
export function drawsCoupon(rows: Rows, row: number, persona: CompiledPersona, cue: number): boolean {
  return chance(draw(rows.keyA[row], rows.keyB[row], PURPOSE.coupon, cue), persona.couponP);
}

/** Whether the payment of the purchase that cue `cue` set off is sent twice at once, with the same idempotency key. */
export function doubleTaps(rows: Rows, row: number, persona: CompiledPersona, cue: number): boolean {
  return chance(draw(rows.keyA[row], rows.keyB[row], PURPOSE.doubleTap, cue), persona.doubleTapP);
}

/** Whether the purchase that cue `cue` set off is made on two devices of the account at the same time. */
export function twoDevices(rows: Rows, row: number, persona: CompiledPersona, cue: number): boolean {
  return chance(draw(rows.keyA[row], rows.keyB[row], PURPOSE.twoDevices, cue), persona.twoDevicesP);
}

export function pickPersona({ mixUpTo, mixPersona }: CompiledSource, a: number, b: number): number {
  if (mixPersona.length === 1) return mixPersona[0];
  const u32 = draw(a, b, PURPOSE.persona, 0) >>> 0;
  let i = 0;
  while (i < mixUpTo.length - 1 && u32 >= mixUpTo[i]) i++;
  return mixPersona[i];
}

/** Into slot `at` of a column: a number that is handed back is boxed. */
export function drawChatWeight(
  column: Float32Array,
  at: number,
  scenario: CompiledScenario,
  persona: CompiledPersona,
  a: number,
  b: number,
): void {
  const { chatterP, weightTable } = scenario.chat;
  if (persona.chatFactor <= 0 || !chance(draw(a, b, PURPOSE.chatter, 0), chatterP)) column[at] = 0;
  else column[at] = persona.chatFactor * quantile(scenario.tables[weightTable], draw(a, b, PURPOSE.chatWeight, 0));
}
