import { describe, expect, it } from 'vitest';
import { natsTarget } from '../../../sim/targets/nats/nats.ts';
import { natsOptions } from '../../../sim/targets/nats/options.ts';
import type { Payload, RoomTarget } from '../../../sim/targets/target.ts';
import { cutAnywhere, fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

const url = 'ws://127.0.0.1:8080';

function room(more: object = {}): RoomTarget {
  return natsTarget(natsOptions.parse({ url, ...more }), environment).room!;
}

function textOf(payload: Payload | undefined): string {
  return new TextDecoder().decode(payload as Uint8Array);
}

function frame(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function message(value: unknown, subject = 'room.main'): string {
  const payload = JSON.stringify(value);
  return `MSG ${subject} 1 ${Buffer.byteLength(payload)}\r\n${payload}\r\n`;
}

const CHAT = message({ type: 'chat', from: 'v-2', text: 'größe 🔥', at: 1_750_000_000_000 });
const HEARD = { kind: 'chat', seq: null, publishedAtMs: 1_750_000_000_000, from: 'v-2', text: 'größe 🔥' };
const WELCOME = { kind: 'welcome', seq: null, openCueIds: [] };

describe('a room on a NATS server', () => {
  it('is entered by CONNECT, SUB and PING, and the PONG to it', () => {
    const { opened, decode } = room({ subject: ['room.{{room}}.*', 'stock'], publish: 'room.{{room}}.chat' });
    const [words] = opened!(someone());
    expect(textOf(words)).toMatch(/^CONNECT \{.*"name":"v-1".*\}\r\nSUB room\.main\.\* 1\r\nSUB stock 2\r\nPING\r\n$/);
    expect(messagesOf({ decode }, frame('INFO {"server_id":"x"}\r\n'))).toEqual([]);
    expect(messagesOf({ decode }, frame('PONG\r\n'))).toEqual([WELCOME]);
  });

  it('signs in as its options say', () => {
    const { opened } = room({ user: '{{account.name}}', pass: '{{account.secret}}', authToken: 't', userJwt: 'j' });
    const words = textOf(opened!(someone({ account: { name: 'ann', secret: 'p"w' } }))[0]);
    expect(JSON.parse(words.slice('CONNECT '.length, words.indexOf('\r\n')))).toMatchObject({
      user: 'ann',
      pass: 'p"w',
      auth_token: 't',
      jwt: 'j',
    });
  });

  it('answers PING', () => {
    const { decode, reply } = room();
    expect(messagesOf({ decode }, frame('PING\r\n'))).toEqual([{ kind: 'ask', what: 'pong' }]);
    expect(reply!('pong', someone()).map(textOf)).toEqual(['PONG\r\n']);
  });

  it('sends PING only when it is told to', () => {
    expect(room().heartbeat).toBeNull();
    const { heartbeat } = room({ ping: '20s' });
    expect([heartbeat?.everyMs, textOf(heartbeat?.payload)]).toEqual([20_000, 'PING\r\n']);
  });

  it('hears chat with and without headers, in any number of lines in a frame', () => {
    const { decode } = room();
    const head = 'NATS/1.0\r\nTrace: 1\r\n\r\n';
    const payload = '{"type":"count","viewers":3}';
    const withHead = `HMSG room.main 1 ${head.length} ${head.length + payload.length}\r\n${head}${payload}\r\n`;
    expect(messagesOf({ decode }, frame(`${CHAT}+OK\r\n${withHead}${CHAT}`))).toEqual([
      HEARD,
      { kind: 'count', viewers: 3 },
      HEARD,
    ]);
  });

  it('takes frames of text as well', () => {
    expect(messagesOf(room(), CHAT)).toEqual([HEARD]);
  });

  it('passes over what is no JSON, and what no rule reads', () => {
    expect(messagesOf(room(), frame(`MSG room.main 1 5\r\nplain\r\n${message({ type: 'other' })}`))).toEqual([]);
  });

  it('lets rules look at the subject', () => {
    const rules = { chat: { when: { '$.subject': '/[.]chat$/' }, text: '$.data.body' } };
    const { decode } = room({ envelope: true, messages: rules });
    const chat = { body: 'hi' };
    expect(messagesOf({ decode }, frame(message(chat, 'room.main.stock') + message(chat, 'room.main.chat')))).toEqual([
      { kind: 'chat', seq: null, publishedAtMs: null, from: '', text: 'hi' },
    ]);
  });

  it('says chat by PUB', () => {
    const said = textOf(room().say({ kind: 'chat', text: 'größe 🔥', ref: 3 }, someone()) as Uint8Array);
    const [line, payload, end] = said.split('\r\n');
    expect([line, end]).toEqual([`PUB room.main ${Buffer.byteLength(payload)}`, '']);
    expect(JSON.parse(payload)).toMatchObject({ type: 'chat', from: 'v-1', text: 'größe 🔥', ref: 3 });
  });

  it('never lets a name break a line', () => {
    const viewer = someone({ roomId: 'main\r\nPUB x 0\r\n\r\n y' });
    expect(textOf(room().opened!(viewer)[0])).toContain('\r\nSUB room.main_PUB_x_0_y 1\r\nPING\r\n');
  });

  it.each([
    ['Authorization Violation', 'refused'],
    [`Permissions Violation for Subscription to "room.main"`, 'refused'],
    ['maximum connections exceeded', 'throttled'],
    ['Slow Consumer', 'throttled'],
    ['Stale Connection', 'offline'],
  ])('is refused by -ERR %j', (reason, code) => {
    expect(messagesOf(room(), frame(`-ERR '${reason}'\r\n`))).toEqual([{ kind: 'refused', code, reason }]);
  });

  it('needs to know where to publish when its subject is a pattern', () => {
    expect(natsOptions.safeParse({ url, subject: 'room.>' }).error?.issues).toMatchObject([{ path: ['publish'] }]);
    expect(natsOptions.safeParse({ url, subject: 'room {{room}}' }).success).toBe(false);
    expect(natsOptions.safeParse({ url, subject: 'room.{{ room | url }}' }).success).toBe(true);
  });
});

describe('frames from a server', () => {
  const frames = [
    'INFO {"server_id":"x","headers":true,"max_payload":1048576} \r\n',
    'PONG\r\n',
    'PING\r\n',
    `${CHAT}${CHAT}+OK\r\n`,
    'HMSG room.main 1 answer 12 40\r\nNATS/1.0\r\n\r\n{"type":"count","viewers":3}\r\n',
    "-ERR 'Slow Consumer'\r\n",
  ].map(frame);

  it('say the same wherever they are cut', () => {
    cutAnywhere(room(), frames);
  });

  it('are read or refused whatever is done to them', () => {
    const { emitted, thrown } = fuzz(room(), frames);
    expect(emitted).toBeGreaterThan(1000);
    expect(thrown).toBeGreaterThan(500);
  });
});
