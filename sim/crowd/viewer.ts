import type { CompiledPersona, CompiledScenario, CompiledSource } from './compiled.ts';
import type { Rows } from './rows.ts';
import { chance, draw, keyA, keyB, PURPOSE } from './rng.ts';
import { quantile } from './quantile.ts';

/** Gives a row the traits of viewer `index` of a source: all of them follow from the seed and these two numbers. */
export function drawTraits(rows: Rows, row: number, scenario: CompiledScenario, sourceIndex: number, index: number): void {
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
  rows.rttMs[row] = Math.min(65535, Math.round(quantile(scenario.tables[scenario.rttTable], draw(a, b, PURPOSE.rtt, 0))));
  rows.chatWeight[row] = chatWeight(scenario, scenario.personas[personaIndex], a, b);
}

/** How long the viewer in this row stays, in ms (at least 1). */
export function drawDwellMs(rows: Rows, row: number, scenario: CompiledScenario): number {
  const table = scenario.tables[scenario.personas[rows.persona[row]].dwellTable];
  return Math.max(1, Math.floor(quantile(table, draw(rows.keyA[row], rows.keyB[row], PURPOSE.dwell, 0))));
}

/** Units that this viewer orders in the purchase that cue `cue` set off. */
export function drawUnits(rows: Rows, row: number, persona: CompiledPersona, cue: number): number {
  const u32 = draw(rows.keyA[row], rows.keyB[row], PURPOSE.units, cue);
  let i = 0;
  while (i < persona.unitsUpTo.length - 1 && u32 >= persona.unitsUpTo[i]) i++;
  return persona.unitsCount[i];
}

/** Whether this viewer's card is declined in the purchase that cue `cue` set off. */
export function drawCardDeclined(rows: Rows, row: number, persona: CompiledPersona, cue: number): boolean {
  return chance(draw(rows.keyA[row], rows.keyB[row], PURPOSE.card, cue), persona.cardDeclinedP);
}

function pickPersona(source: CompiledSource, u32: number): number {
  let i = 0;
  while (i < source.mixUpTo.length - 1 && u32 >= source.mixUpTo[i]) i++;
  return source.mixPersona[i];
}

function chatWeight(scenario: CompiledScenario, persona: CompiledPersona, a: number, b: number): number {
  const { chatterP, weightTable } = scenario.chat;
  if (persona.chatFactor <= 0 || !chance(draw(a, b, PURPOSE.chatter, 0), chatterP)) return 0;
  return persona.chatFactor * quantile(scenario.tables[weightTable], draw(a, b, PURPOSE.chatWeight, 0));
}
