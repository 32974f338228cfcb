import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { JsonServer, type JsonServerOptions } from '../services/json-server.ts';
import { jsonRoom } from '../targets/room-options.ts';
import { Run, temporaryFolder } from './command.ts';
import { idsOf } from './result-shape.ts';

/** In a room that does not number its messages: only markers in the text tell what is wrong. */
test.each<[string, JsonServerOptions, string]>([
  ['sends every tenth message twice', { flaw: 'twice' }, 'chat_once'],
  ['sends every tenth message after the next of its sender', { flaw: 'late' }, 'chat_in_order'],
  ['sends every tenth message to half of the viewers', { flaw: 'lost', acknowledges: false }, 'chat_delivered'],
  ['takes every tenth message and sends it to nobody', { flaw: 'swallowed' }, 'chat_delivered'],
  [
    'says nothing and sends every tenth message to nobody',
    { flaw: 'swallowed', acknowledges: false },
    'chat_delivered',
  ],
])('a chat that %s is found out, by three workers', async (_, options, invariant) => {
  const { code, run, words } = await played(options);
  expect(code, words).toBe(120);
  expect(idsOf(run.result(), 'fail')).toEqual([invariant]);
});

test('a chat that plays what was said before to who enters is no worse for it, the second time either', async () => {
  const server = await started({ history: 50, acknowledges: false });
  for (const time of ['first', 'second']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: the second run hears what the first said
    const { code, run, words } = await playAgainst(server);
    expect(idsOf(run.result(), 'fail'), `${time}: ${words}`).toEqual([]);
    expect(code, `${time}: ${words}`).toBe(0);
  }
});

async function started(options: JsonServerOptions): Promise<JsonServer> {
  const server = await JsonServer.start(options);
  onTestFinished(() => server.kill());
  return server;
}

async function played(options: JsonServerOptions) {
  return playAgainst(await started(options));
}

async function playAgainst({ url }: JsonServer) {
  const target = path.join(temporaryFolder(), 'target.yaml');
  writeFileSync(target, stringify({ chat: { use: 'json', ...jsonRoom(url) } }));
  const busy = ['--set=chat.rate=20/min', '--scale=0.3', '--workers=3'];
  const run = Run.start('chat-room.yaml', ['--from', '2m', '--for', '8s', ...busy, '--target', target]);
  const { code, stdout, stderr } = await run.ended;
  return { code, run, words: `${stdout}\n${stderr}` };
}
