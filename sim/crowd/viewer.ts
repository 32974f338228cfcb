import type { CompiledPersona, CompiledScenario, CompiledSource } from './compiled.ts';
import type { Rows } from './rows.ts';
import { chance, draw, keyA, keyB, PURPOSE } from './rng.ts';
import { quantile, quantileInt } from './quantile.ts';

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
  const personaIndex = pickPersona(source, draw(a, b, PURPOSE.persona, 0));
  rows.persona[row] = personaIndex;
  rows.rttMs[row] = Math.min(65535, quantileInt(scenario.tables[scenario.rttTable], draw(a, b, PURPOSE.rtt, 0)));
  drawChatWeight(rows, row, scenario, scenario.personas[personaIndex]);
}

/** How long the viewer in this row stays, in ms (at least 1). */
export function drawDwellMs(rows: Rows, row: number, scenario: CompiledScenario): number {
  const table = scenario.tables[scenario.personas[rows.persona[row]].dwellTable];
  return Math.max(1, quantileInt(table, draw(rows.keyA[row], rows.keyB[row], PURPOSE.dwell, 0)));
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

function pickPersona({ mixUpTo, mixPersona }: CompiledSource, bits: number): number {
  let i = 0;
  while (i < mixUpTo.length - 1 && bits >>> 0 >= mixUpTo[i]) i++;
  return mixPersona[i];
}

function drawChatWeight(rows: Rows, row: number, scenario: CompiledScenario, persona: CompiledPersona): void {
  const { chatterP, weightTable } = scenario.chat;
  const a = rows.keyA[row];
  const b = rows.keyB[row];
  if (persona.chatFactor <= 0 || !chance(draw(a, b, PURPOSE.chatter, 0), chatterP)) rows.chatWeight[row] = 0;
  else
    rows.chatWeight[row] =
      persona.chatFactor * quantile(scenario.tables[weightTable], draw(a, b, PURPOSE.chatWeight, 0));
}
