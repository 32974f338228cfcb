import { describe, expect, it } from 'vitest';
import { pusherOptions } from '../../../sim/targets/pusher/options.ts';
import { pusherTarget } from '../../../sim/targets/pusher/pusher.ts';
import type { RoomTarget } from '../../../sim/targets/target.ts';
import { fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

const APP = { url: 'wss://ws-eu.pusher.com', key: 'app-key', secret: 'app-secret', channel: 'private-{{room}}' };
const WELCOME = { kind: 'welcome', seq: null, openCueIds: [] };
const viewer = someone({ id: 'followers-7', name: 'Zoë "Z" 🔥', roomId: 'room-1', number: 7 });
const NOW_MS = environment.epochMs();

function roomOf(options: object = {}): RoomTarget {
  return pusherTarget(pusherOptions.parse({ ...APP, ...options }), environment).room!;
}

function frame(event: string, data: unknown, more: object = {}): string {
  return JSON.stringify({ event, channel: 'private-room-1', data: JSON.stringify(data), ...more });
}

describe('entering', () => {
  it.each([
    ['wss://ws-eu.pusher.com', 'wss://ws-eu.pusher.com/app/app-key?protocol=7'],
    ['https://chat.example.com/soketi/', 'wss://chat.example.com/soketi/app/app-key?protocol=7'],
  ])('connects at %s to its app', (url, expected) => {
    expect(roomOf({ url }).connect(viewer).url.startsWith(`${expected}&`)).toBe(true);
  });

  it('subscribes with a signature when it knows the name of its connection', () => {
    const room = roomOf();
    const [ask] = messagesOf(room, frame('pusher:connection_established', { socket_id: '1.2', activity_timeout: 120 }));
    expect(ask).toEqual({ kind: 'ask', what: 'subscribe', data: '1.2' });
    const [subscribe] = (room.reply?.('subscribe', viewer, '1.2') ?? []) as string[];
    expect(JSON.parse(subscribe)).toEqual({
      event: 'pusher:subscribe',
      data: { channel: 'private-room-1', auth: expect.stringMatching(/^app-key:[0-9a-f]{64}$/) as string },
    });
    expect(messagesOf(room, frame('pusher_internal:subscription_succeeded', {}))).toEqual([WELCOME]);
  });

  it('says who it is in a presence channel, and hears how many there are', () => {
    const room = roomOf({ channel: 'presence-{{room}}' });
    const [subscribe] = (room.reply?.('subscribe', viewer, '1.2') ?? []) as string[];
    const { data } = JSON.parse(subscribe) as { data: { channel_data: string } };
    expect(JSON.parse(data.channel_data)).toEqual({ user_id: 'followers-7', user_info: { name: viewer.name } });
    const presence = { presence: { count: 4, ids: [], hash: {} } };
    expect(messagesOf(room, frame('pusher_internal:subscription_succeeded', presence))).toEqual([
      WELCOME,
      { kind: 'count', viewers: 4 },
    ]);
  });

  it('needs no signature in a public channel', () => {
    const room = roomOf({ channel: '{{room}}', secret: undefined, sayBy: { request: 'POST /say' } });
    expect(room.reply?.('subscribe', viewer, '1.2')).toEqual([
      '{"event":"pusher:subscribe","data":{"channel":"room-1"}}',
    ]);
  });

  it('pings, and answers pings', () => {
    const room = roomOf();
    expect(room.heartbeat).toEqual({ everyMs: 60_000, payload: '{"event":"pusher:ping","data":{}}' });
    expect(messagesOf(room, '{"event":"pusher:ping","data":"{}"}')).toEqual([{ kind: 'ask', what: 'pong' }]);
    expect(room.reply?.('pong', viewer)).toEqual(['{"event":"pusher:pong","data":{}}']);
    expect(messagesOf(room, '{"event":"pusher:pong","data":"{}"}')).toEqual([]);
  });
});

describe('hearing and speaking', () => {
  it('speaks by client events, which it reads as well', () => {
    const room = roomOf();
    const said = room.say({ kind: 'chat', text: 'hi', ref: 5 }, viewer) as string;
    expect(JSON.parse(said)).toEqual({
      event: 'client-chat',
      channel: 'private-room-1',
      data: { from: 'followers-7', text: 'hi', ref: 5, at: NOW_MS },
    });
    const chat = { kind: 'chat', seq: null, publishedAtMs: NOW_MS, from: 'followers-7', text: 'hi' };
    expect(messagesOf(room, said)).toEqual([chat]);
  });

  it('knows its sender by the presence channel', () => {
    expect(messagesOf(roomOf(), frame('client-chat', { text: 'hi' }, { user_id: 'bob' }))).toMatchObject([
      { from: 'bob' },
    ]);
  });

  it("reads the backend's events by rules, and what clients cannot say in a public channel is not said", () => {
    const room = roomOf({
      channel: 'shop',
      sayBy: { request: 'POST /say' },
      messages: { stock: { when: { '$.event': 'StockChanged' }, product: '$.data.sku', left: '$.data.left' } },
    });
    expect(messagesOf(room, frame('StockChanged', { sku: 'serum', left: 2 }))).toEqual([
      { kind: 'stock', productId: 'serum', left: 2, publishedAtMs: null },
    ]);
    expect(room.say({ kind: 'like', count: 1 }, viewer)).toBeNull();
    expect(room.say({ kind: 'chat', text: 'hi', ref: 0 }, viewer)).toMatchObject({ path: '/say' });
  });
});

describe('options', () => {
  it.each([
    ['a private channel without the secret', { secret: undefined }],
    ['a channel that is encrypted', { channel: 'private-encrypted-a' }],
    ['a public channel in which nobody can speak', { channel: 'a' }],
    ['an event that is not one of clients', { events: { chat: 'chat' } }],
  ])('refuse %s', (_, options) => {
    expect(pusherOptions.safeParse({ ...APP, ...options }).success).toBe(false);
  });
});

it('promises cues only where the file reads them', () => {
  const cue = { when: { '$.event': 'cue' }, id: '$.data.id' };
  expect(roomOf().abilities).toEqual({ numbers: 'markers', times: true, sampled: false, echo: false, cues: false });
  expect(roomOf({ messages: { cue } }).abilities.cues).toBe(true);
});

it('survives frames that are cut, merged and malformed', () => {
  const frames = [
    frame('pusher:connection_established', { socket_id: '1234.5678', activity_timeout: 120 }),
    frame('pusher_internal:subscription_succeeded', { presence: { count: 4, ids: ['a'], hash: { a: {} } } }),
    frame('client-chat', { from: 'ann', text: 'hi \u{1f525}', at: NOW_MS }, { user_id: 'ann' }),
    frame('count', { viewers: 3 }),
    frame('pusher:error', { code: 4001, message: 'no such app' }),
    '{"event":"pusher:ping","data":"{}"}',
  ];
  const tally = fuzz(roomOf(), frames);
  expect(tally.emitted).toBeGreaterThan(500);
  expect(tally.thrown).toBeGreaterThan(500);
});
