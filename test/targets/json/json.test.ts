import { describe, expect, it } from 'vitest';
import { jsonTarget } from '../../../sim/targets/json/json.ts';
import { jsonOptions } from '../../../sim/targets/json/options.ts';
import type { RoomMessage, RoomTarget } from '../../../sim/targets/target.ts';
import { fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

const URL = 'wss://chat.example.com/rooms/{{room}}';
const viewer = someone({ id: 'followers-7', name: 'Zoë "Z" 🔥', roomId: 'room-1', number: 7 });
const NOW_MS = environment.epochMs();

function roomOf(options: object = {}): RoomTarget {
  return jsonTarget(jsonOptions.parse({ url: URL, ...options }), environment).room!;
}

function chat(text: string): RoomMessage {
  return { kind: 'chat', seq: null, publishedAtMs: null, from: 'ann', text };
}

const line = (text: string): string => JSON.stringify({ type: 'chat', from: 'ann', text });

describe('frames', () => {
  const both = [chat('one'), chat('two\n')];

  it.each([
    ['one message', line('one'), [chat('one')]],
    ['one a line', `${line('one')}\n${line('two\n')}\n`, both],
    ['one a line, with CRLF', `${line('one')}\r\n\r\n${line('two\n')}`, both],
    ['an array', `[${line('one')},${line('two\n')}]`, both],
    ['arrays, one a line', `[${line('one')}]\n[${line('two\n')}]`, both],
    ['a value that is no object', '1', []],
    ['white space', ' \n ', []],
    ['nothing', '', []],
  ])('%s', (_, frame, expected) => {
    expect(messagesOf(roomOf(), frame)).toEqual(expected);
    expect(messagesOf(roomOf(), new TextEncoder().encode(frame))).toEqual(expected);
  });

  it('with messages where the rules say', () => {
    const rules = { each: '$.items[*]', chat: { text: '$.msg' } };
    const frame = '{"items":[{"msg":"one"},{"msg":"two"}]}';
    const found = messagesOf(roomOf({ messages: rules }), `${frame}\n${frame}`);
    expect(found.map((message) => message.kind === 'chat' && message.text)).toEqual(['one', 'two', 'one', 'two']);
  });

  it('of which a line is broken are malformed as a whole', () => {
    const found: RoomMessage[] = [];
    expect(() => roomOf().decode(`${line('one')}\n{"type":`, (message) => found.push(message))).toThrow(SyntaxError);
    expect(found).toEqual([]);
  });
});

describe('the line', () => {
  it('opens with what the file says, by its templates', () => {
    const room = roomOf({
      open: ['HELLO {{viewer.id}}', { join: '{{room}}', as: '{{viewer.name}}', number: '{{viewer.number}}' }],
    });
    expect(room.connect(viewer).url).toBe('wss://chat.example.com/rooms/room-1');
    expect(room.opened?.(viewer)).toEqual([
      'HELLO followers-7',
      JSON.stringify({ join: 'room-1', as: viewer.name, number: 7 }),
    ]);
  });

  it('is itself the welcome where the file says so', () => {
    expect(roomOf({ welcome: 'open' }).entersOnOpen).toBe(true);
    expect(roomOf().entersOnOpen).toBe(false);
    expect(messagesOf(roomOf({ welcome: 'open' }), line('one'))).toEqual([chat('one')]);
  });

  it('says chat in the plain format, or in the words of the file', () => {
    const intent = { kind: 'chat', text: 'a "b"\n🔥', ref: 3 } as const;
    expect(JSON.parse(roomOf().say(intent, viewer) as string)).toEqual({
      type: 'chat',
      from: 'followers-7',
      text: intent.text,
      ref: 3,
      at: NOW_MS,
    });
    const terse = roomOf({ say: { chat: { m: '{{text}}' }, like: null } });
    expect(terse.say(intent, viewer)).toBe(JSON.stringify({ m: intent.text }));
    expect(terse.say({ kind: 'like', count: 2 }, viewer)).toBeNull();
  });

  it('says chat by a request', () => {
    const room = roomOf({ sayBy: { request: 'POST /rooms/{{room}}/messages' }, say: { chat: { m: '{{text}}' } } });
    expect(room.say({ kind: 'chat', text: 'hi', ref: 0 }, viewer)).toMatchObject({
      method: 'POST',
      path: '/rooms/room-1/messages',
      body: '{"m":"hi"}',
    });
    expect(room.origin).toBe('https://chat.example.com');
  });
});

it('signs viewers in before they connect, where the file says how', () => {
  const arrive = [{ request: 'POST /login', json: { as: '{{viewer.id}}' }, capture: { 'account.sid': '$.sid' } }];
  const options = jsonOptions.parse({ url: URL, arrive, headers: { Authorization: 'Bearer {{account.sid}}' } });
  const { arrival, room } = jsonTarget(options, environment);
  const ann = someone({ id: 'ann' });
  const login = arrival!.arrive(ann);
  if (!('ask' in login)) throw new Error('it asks nothing');
  expect(login.ask).toMatchObject({ method: 'POST', path: '/login', body: '{"as":"ann"}' });
  expect(login.then({ status: 200, body: '{"sid":"s1"}', header: () => null })).toMatchObject({ end: { ok: true } });
  expect(room!.connect(ann).headers).toEqual({ authorization: 'Bearer s1' });
});

describe('answers', () => {
  const room = roomOf({
    answers: [
      { when: { '$.type': 'ping' }, json: { type: 'pong', id: '{{message.id}}', who: '{{viewer.id}}' } },
      { frame: 'ping', text: 'pong' },
    ],
    ignore: ['pong'],
  });

  it('go to messages, with what stood in them', () => {
    const [ask, ...more] = messagesOf(room, `{"type":"ping","id":12}`);
    expect(more).toEqual([]);
    if (ask.kind !== 'ask') throw new Error(`not asked, but ${ask.kind}`);
    expect(room.reply?.(ask.what, viewer, ask.data)).toEqual(['{"type":"pong","id":12,"who":"followers-7"}']);
  });

  it('go to frames that are not JSON', () => {
    expect(messagesOf(room, 'ping')).toEqual([{ kind: 'ask', what: '1' }]);
    expect(room.reply?.('1', viewer)).toEqual(['pong']);
  });

  it('are not given to what is to be ignored', () => {
    expect(messagesOf(room, 'pong')).toEqual([]);
  });

  it.each([{}, { json: 1 }, { when: {}, frame: 'a', json: 1 }, { frame: 'a', text: 'b', json: 1 }, { frame: 'a' }])(
    'need something to answer, and one answer: %j',
    (answer) => {
      expect(jsonOptions.safeParse({ url: URL, answers: [answer] }).success).toBe(false);
    },
  );
});

it('survives frames that are cut, merged and malformed', () => {
  const frames = [
    line('hello \u{1f525}'),
    `${line('a')}\n{"type":"stock","product":"serum","left":3,"at":"2026-03-01T12:00:00Z"}`,
    '[{"type":"cue","id":"drop","at":1772366400000},{"type":"count","viewers":12},{"type":"likes","total":7}]',
    '{"type":"welcome","seq":41,"cues":["a","b"]}',
    '{"type":"ack","ref":7,"ok":true}',
    '{"type":"error","message":"full","code":429}',
    '{"type":"ping","id":1}',
    'ping',
  ];
  const answers = [
    { when: { '$.type': 'ping' }, json: {} },
    { frame: 'ping', text: 'pong' },
  ];
  const tally = fuzz(roomOf({ numbers: 'sequence', answers }), frames);
  expect(tally.emitted).toBeGreaterThan(500);
  expect(tally.thrown).toBeGreaterThan(500);
});
