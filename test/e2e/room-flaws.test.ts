import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import type { Flaw } from '../services/flaws.ts';
import { JsonServer } from '../services/json-server.ts';
import { jsonRoom } from '../targets/room-options.ts';
import { Run, temporaryFolder } from './command.ts';
import { idsOf } from './result-shape.ts';

/** In a room that does not number its messages: only markers in the text tell what is wrong. */
test.each<[string, Flaw, string]>([
  ['sends every tenth message twice', 'twice', 'chat_once'],
  ['sends every tenth message after the next of its sender', 'late', 'chat_in_order'],
  ['sends every tenth message to half of the viewers', 'lost', 'chat_delivered'],
  ['takes every tenth message and sends it to nobody', 'swallowed', 'chat_delivered'],
])('a chat that %s is found out', async (_, flaw, invariant) => {
  const server = await JsonServer.start({ flaw });
  onTestFinished(() => server.kill());
  const target = path.join(temporaryFolder(), 'target.yaml');
  writeFileSync(target, stringify({ chat: { use: 'json', ...jsonRoom(server.url) } }));
  const busy = ['--set=chat.rate=20/min', '--scale=0.3'];
  const run = Run.start('chat-room.yaml', ['--from', '2m', '--for', '8s', ...busy, '--target', target]);
  const { code, stdout, stderr } = await run.ended;
  expect(code, `${stdout}\n${stderr}`).toBe(120);
  expect(idsOf(run.result(), 'fail')).toEqual([invariant]);
});
