import { expect, it } from 'vitest';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { scenarioWithTitle } from '../../sim/scenario/schema/scenario.ts';
import { windowNames } from '../../sim/scenario/windows.ts';
import creatorDrop from '../../scenarios/creator-drop.ts';
import { smallScenario } from './documents.ts';

const everyCue = {
  ...smallScenario(),
  show: [
    { at: '1m', cue: 'pin', product: 'serum', every: '10m' },
    { at: '2m', cue: 'call', say: 'Type "yes"!' },
    { at: '3m', cue: 'giveaway', keyword: '礼物' },
    { at: '3m', cue: 'giveaway', keyword: '!!!' },
    { at: '4m', cue: 'raid', size: 50, from: 'Mia & Co', every: '20m', until: '44m' },
    { at: '5m', cue: 'restock', product: 'serum', units: 5 },
    { at: '6m', cue: 'price', product: 'serum', price: 'USD 25' },
    { at: '10m', cue: 'drop', product: 'serum', for: '1m' },
    { at: '20m', cue: 'drop', product: 'serum', countdown: 0 },
    { at: '30m', cue: 'outage', for: '2m' },
    { at: '40m', cue: 'outage', endpoint: 'all', for: '2m', every: '10m' },
  ],
};

/** What thresholds may name must be what the compiled show has; the close of a drop is a moment, not a window. */
it.each([
  ['creator-drop', creatorDrop],
  ['every cue', everyCue],
])('windows of %s are those of the compiled cues', (_, document) => {
  const scenario = scenarioWithTitle.parse(document);
  const cues = compileScenario(scenario).cues.filter((cue) => cue.kind !== 'close');
  const compiled = new Set(cues.flatMap((cue) => [cue.window, cue.id]));
  expect(new Set(windowNames(scenario.show, scenario.duration))).toEqual(compiled);
});
