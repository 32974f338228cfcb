import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { HistoryEvent } from '../../sim/ledger/events.ts';
import { WHOLE_FILE } from '../../sim/run/history/history-file.ts';
import { checkHistory } from '../../sim/run/ledger.ts';
import { ANN, begin, end, hostEvents } from '../ledger/events-rig.ts';

function folderOf(files: Readonly<Record<string, readonly HistoryEvent[]>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashcrowd-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, events] of Object.entries(files))
    writeFileSync(path.join(folder, `${name}.ndjson`), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return folder;
}

const workers = { 'worker-0': [begin(0), ...ANN, end(60_000)], 'worker-1': [begin(1), end(60_000)] };

it('of a host whose cues could not be written, nothing is judged', async () => {
  const host = [...hostEvents().slice(0, -1), end(60_000, 3)];
  const { invariants, problems } = await checkHistory(folderOf({ host, ...workers }), null);
  expect(new Set(invariants.map(({ status }) => status))).toEqual(new Set(['unknown']));
  expect(problems).toEqual([expect.stringContaining('3 events could not be written')]);
});

it('of a host whose cues are all there, what was seen is judged', async () => {
  const { invariants, problems } = await checkHistory(folderOf({ host: hostEvents(), ...workers }), null);
  expect(problems).toEqual([]);
  expect(invariants.find(({ id }) => id === 'chat_delivered')).toMatchObject({ status: 'fail', violations: 1 });
});

it('of a host that was killed, what was seen is judged, and nobody knows whether the generator kept up', async () => {
  const host = hostEvents().slice(0, -1);
  const folder = folderOf({ host, ...workers });
  const unsure = await checkHistory(folder, null);
  expect(new Set(unsure.invariants.map(({ status }) => status))).toEqual(new Set(['unknown']));
  writeFileSync(path.join(folder, WHOLE_FILE), '');
  const { invariants, incidents, problems } = await checkHistory(folder, null);
  expect(problems).toEqual([]);
  expect(invariants.find(({ id }) => id === 'chat_delivered')).toMatchObject({ status: 'fail', violations: 1 });
  // Nothing passes: the last second may be missing.
  expect(invariants.filter(({ status }) => status === 'pass').map(({ id }) => id)).toEqual([]);
  expect(new Set(incidents.map(({ count }) => count))).toEqual(new Set([null]));
});
