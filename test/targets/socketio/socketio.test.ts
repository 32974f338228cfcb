import { describe, expect, it } from 'vitest';
import { socketioOptions } from '../../../sim/targets/socketio/options.ts';
import { socketioTarget } from '../../../sim/targets/socketio/socketio.ts';
import type { RoomTarget } from '../../../sim/targets/target.ts';
import { fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

const URL = 'https://chat.example.com';
const WELCOME = { kind: 'welcome', seq: null, openCueIds: [] };
const viewer = someone({
  id: 'followers-7',
  name: 'Zoë "Z" 🔥',
  roomId: 'room-1',
  number: 7,
  account: { token: 'mine' },
});
const NOW_MS = environment.epochMs();

function roomOf(options: object = {}): RoomTarget {
  return socketioTarget(socketioOptions.parse({ url: URL, ...options }), environment).room!;
}

describe('entering', () => {
  it.each([
    [URL, 'wss://chat.example.com/socket.io/?EIO=4&transport=websocket'],
    ['ws://127.0.0.1:8080/', 'ws://127.0.0.1:8080/socket.io/?EIO=4&transport=websocket'],
    [`${URL}/live/io/?as={{viewer.id}}`, 'wss://chat.example.com/live/io/?as=followers-7&EIO=4&transport=websocket'],
  ])('connects by %s', (url, expected) => {
    expect(roomOf({ url }).connect(viewer).url).toBe(expected);
  });

  it('enters the namespace, then the room, and is in when the room has acknowledged', () => {
    const room = roomOf({ namespace: '/live', auth: { token: '{{account.token}}' }, join: { event: 'join' } });
    expect(room.opened?.(viewer) ?? []).toEqual([]);
    expect(messagesOf(room, '0{"sid":"a","upgrades":[],"pingInterval":25000}')).toEqual([
      { kind: 'ask', what: 'connect' },
    ]);
    expect(room.reply?.('connect', viewer)).toEqual(['40/live,{"token":"mine"}']);
    expect(messagesOf(room, '40/live,{"sid":"b"}')).toEqual([{ kind: 'ask', what: 'join' }]);
    expect(room.reply?.('join', viewer)).toEqual(['42/live,0["join","room-1"]']);
    expect(messagesOf(room, '43/live,0[]')).toEqual([WELCOME]);
  });

  it('is in with the namespace when there is no room to join', () => {
    expect(messagesOf(roomOf(), '40{"sid":"b"}')).toEqual([WELCOME]);
    expect(roomOf().reply?.('connect', viewer)).toEqual(['40']);
  });

  it('reads the last number in the acknowledgement, by the rule for a welcome', () => {
    const room = roomOf({ join: { event: 'join', args: [{ id: '{{room}}' }] }, numbers: 'sequence' });
    expect(room.reply?.('join', viewer)).toEqual(['420["join",{"id":"room-1"}]']);
    expect(messagesOf(room, '430[{"ok":true,"seq":41,"cues":["drop"]}]')).toEqual([
      { kind: 'welcome', seq: 41, openCueIds: ['drop'] },
    ]);
  });

  it('is refused by the namespace, or by an acknowledgement that says no', () => {
    const room = roomOf({ join: { event: 'join' } });
    expect(messagesOf(room, '44{"message":"not authorised","data":{"code":429}}')).toEqual([
      { kind: 'refused', code: 'throttled', reason: 'not authorised' },
    ]);
    expect(messagesOf(room, '430[{"ok":false,"message":"full"}]')).toEqual([
      { kind: 'refused', code: 'refused', reason: 'full' },
    ]);
    expect(messagesOf(room, '430[{"error":"closed"}]')).toMatchObject([{ kind: 'refused', code: 'refused' }]);
    expect(messagesOf(room, '41')).toMatchObject([{ kind: 'refused' }]);
  });

  it('waits for a message where nothing is acknowledged', () => {
    const room = roomOf({ join: { event: 'join', ack: false } });
    expect(room.reply?.('join', viewer)).toEqual(['42["join","room-1"]']);
    expect(messagesOf(room, '42["welcome",{}]')).toEqual([WELCOME]);
    const silent = { url: URL, join: { event: 'join', ack: false }, messages: { chat: { text: '$.data' } } };
    expect(socketioOptions.safeParse(silent).success).toBe(false);
  });

  it('answers pings', () => {
    expect(messagesOf(roomOf(), '2')).toEqual([{ kind: 'ask', what: 'pong' }]);
    expect(roomOf().reply?.('pong', viewer)).toEqual(['3']);
  });
});

describe('hearing', () => {
  it('reads events in the plain format', () => {
    expect(messagesOf(roomOf(), `42["chat",{"from":"ann","text":"hi","at":${NOW_MS}}]`)).toEqual([
      { kind: 'chat', seq: null, publishedAtMs: NOW_MS, from: 'ann', text: 'hi' },
    ]);
    expect(messagesOf(roomOf(), '42["stock",{"product":"serum","left":3}]')).toEqual([
      { kind: 'stock', productId: 'serum', left: 3, publishedAtMs: null },
    ]);
  });

  it('reads events by rules, with all their arguments', () => {
    const room = roomOf({
      messages: { chat: { when: { '$.event': 'msg' }, from: '$.args[0]', text: '$.args[1].t' } },
    });
    expect(messagesOf(room, '42["msg","ann",{"t":"hi"}]')).toMatchObject([{ from: 'ann', text: 'hi' }]);
    expect(messagesOf(room, '42["chat",{"text":"hi"}]')).toEqual([]);
  });

  it('passes binary events over', () => {
    expect(messagesOf(roomOf(), '451-["photo",{"_placeholder":true,"num":0}]')).toEqual([]);
    expect(messagesOf(roomOf(), Uint8Array.of(1, 2, 3))).toEqual([]);
  });
});

describe('speaking', () => {
  const intent = { kind: 'chat', text: 'a "b" \u{1f525}', ref: 5 } as const;

  it('sends an event, and knows its acknowledgement', () => {
    const room = roomOf();
    const said = JSON.stringify(['chat', { from: 'followers-7', text: intent.text, ref: 5, at: NOW_MS }]);
    expect(room.say(intent, viewer)).toBe(`426${said}`);
    expect(messagesOf(room, '436[{"ok":true}]')).toEqual([{ kind: 'chat_ack', ref: 5, ok: true, code: 'ok' }]);
    expect(messagesOf(room, '436[]')).toMatchObject([{ ok: true }]);
    expect(messagesOf(room, '436[{"error":"slow down","code":429}]')).toMatchObject([{ ok: false, code: 'throttled' }]);
    expect(room.say({ kind: 'like', count: 2 }, viewer)).toBe('42["like",{"count":2}]');
  });

  it('sends what the file says', () => {
    const room = roomOf({
      events: { chat: 'msg' },
      say: { chat: ['{{room}}', { t: '{{text}}' }], like: null },
      acks: { ok: { '$.args[0]': null }, throttled: { '$.data': 'slow' } },
    });
    expect(room.say(intent, viewer)).toBe(`426${JSON.stringify(['msg', 'room-1', { t: intent.text }])}`);
    expect(room.say({ kind: 'like', count: 2 }, viewer)).toBeNull();
    expect(messagesOf(room, '436[null,{"id":1}]')).toMatchObject([{ ok: true }]);
    expect(messagesOf(room, '436["slow"]')).toMatchObject([{ ok: false, code: 'throttled' }]);
    expect(roomOf({ acks: false }).say(intent, viewer)).toMatch(/^42\[/);
  });
});

it('promises cues only where the file reads them', () => {
  const cue = { when: { '$.event': 'cue' }, id: '$.data.id' };
  expect(roomOf().abilities).toEqual({ numbers: 'markers', times: true, sampled: false, cues: false });
  expect(roomOf({ messages: { cue } }).abilities.cues).toBe(true);
});

it('survives frames that are cut, merged and malformed', () => {
  const frames = [
    '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}',
    '40{"sid":"b"}',
    '2',
    `42["chat",{"from":"ann","text":"hi \u{1f525}","at":${NOW_MS}}]`,
    '42/live,17["count",{"viewers":3}]',
    '430[{"ok":true,"seq":3}]',
    '4312[{"ok":false,"code":429}]',
    '44{"message":"no"}',
    '451-["photo",{"_placeholder":true,"num":0}]',
  ];
  const tally = fuzz(roomOf({ join: { event: 'join' }, numbers: 'sequence' }), frames);
  expect(tally.emitted).toBeGreaterThan(500);
  expect(tally.thrown).toBeGreaterThan(500);
});
