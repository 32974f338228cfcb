/** Outages are for plans: a run neither plays them nor misses them, and says so. */

import { expect, it } from 'vitest';
import { Host } from '../../sim/live/host.ts';
import { missing } from '../../sim/run/faults.ts';
import { notesOn } from '../../sim/run/notes.ts';
import { buildResult } from '../../sim/run/result.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { stubAt } from './stub-target.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled, sorted, YesWorld } from '../crowd/help.ts';
import { cueEntry, findingsOf } from './findings.ts';

const SHOW: ScenarioInput = {
  name: 'broken',
  duration: '10m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 10 } },
  show: [
    { at: '1m', cue: 'outage', for: '30s', every: '2m', until: '3m' },
    { at: '2m', cue: 'pin', product: 'mug' },
    { at: '6m', cue: 'outage', endpoint: 'all', for: '1m' },
  ],
};
const SILENT_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

function outageNotes(fromMs: number): string[] {
  return notesOn(findingsOf(SHOW, fromMs), new Set(), false).filter((note) => note.includes('outage'));
}

it('the host has no outage among its cues', async () => {
  const scenario = compiled(SHOW);
  const target = stubAt('http://127.0.0.1:1');
  const host = new Host(target, scenario, 0, scenario.durationMs, SILENT_LOG, new HttpClients(8));
  await host.close();
  expect(host.cues.map((entry) => scenario.cues[entry.index].id)).toEqual(['pin:mug#1']);
});

it('the run lacks nothing, and its result lists the cues that it played', () => {
  const index = compiled(SHOW).cues.findIndex((cue) => cue.kind === 'pin');
  const findings = findingsOf(SHOW, 0, { cues: [cueEntry(index, 120_000)] });
  expect(missing(findings)).toEqual([]);
  expect(buildResult(findings).cues.map((cue) => [cue.id, cue.status])).toEqual([['pin:mug#1', 'done']]);
});

it('a note says which were left out', () => {
  expect(outageNotes(0)).toEqual([
    '3 outages (outage:checkout#1 to outage:all#1) were not played: a run does not break a real backend; `flashcrowd plan` plays outages.',
  ]);
});

it('one that lasts into the window is left out of it, one that is over is not', () => {
  expect(outageNotes(200_000)[0]).toContain('(outage:checkout#2 to outage:all#1)');
  expect(outageNotes(210_000).map((note) => note.split(' ')[0])).toEqual(['outage:all#1']);
  expect(outageNotes(420_000)).toEqual([]);
});

it('a crowd that is shown an outage does not react to it', () => {
  const { show, ...calm } = SHOW;
  const eager = { guest: { dwell: '1m', answersCalls: 1, funnel: { click: 1, cart: 1, checkout: 1, pay: 1 } } };
  const outagesOnly = show!.filter((cue) => cue.cue === 'outage');
  const played = (input: ScenarioInput) =>
    sorted(new YesWorld(compiled({ ...input, personas: eager })).play(500).trace);
  expect(played({ ...calm, show: outagesOnly })).toEqual(played(calm));
});
