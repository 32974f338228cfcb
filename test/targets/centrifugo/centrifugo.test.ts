import { describe, expect, it } from 'vitest';
import { centrifugoTarget } from '../../../sim/targets/centrifugo/centrifugo.ts';
import { centrifugoOptions } from '../../../sim/targets/centrifugo/options.ts';
import type { HttpAnswer, RoomMessage, RoomTarget } from '../../../sim/targets/target.ts';
import { fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

const URL = 'wss://chat.example.com/connection/websocket';
const viewer = someone({
  id: 'followers-7',
  name: 'Zoë "Z" 🔥',
  roomId: 'room-1',
  number: 7,
  account: { token: 'mine' },
});
const NOW_MS = environment.epochMs();

function roomOf(options: object = {}): RoomTarget {
  return centrifugoTarget(centrifugoOptions.parse({ url: URL, ...options }), environment).room!;
}

const parsed = (payloads: unknown): unknown => (payloads as string[]).map((payload) => JSON.parse(payload) as unknown);
const pushed = (pub: object): string => JSON.stringify({ push: { channel: 'room-1', pub } });

describe('entering', () => {
  it('connects, subscribes when it is connected, and is in when it is subscribed', () => {
    const room = roomOf({ channel: 'chat:{{room}}', token: '{{account.token}}', data: { as: '{{viewer.name}}' } });
    expect(parsed(room.opened?.(viewer))).toEqual([
      { id: 1, connect: { token: 'mine', data: { as: viewer.name }, name: 'flashcrowd' } },
    ]);
    expect(messagesOf(room, '{"id":1,"connect":{"client":"c"}}')).toEqual([{ kind: 'ask', what: 'subscribe' }]);
    expect(parsed(room.reply?.('subscribe', viewer))).toEqual([{ id: 2, subscribe: { channel: 'chat:room-1' } }]);
    expect(messagesOf(room, '{"id":2,"subscribe":{}}')).toEqual([{ kind: 'welcome', seq: null, openCueIds: [] }]);
  });

  it('is in when it is connected, where the server subscribes', () => {
    const room = roomOf({ subscribe: false });
    expect(messagesOf(room, '{"id":1,"connect":{"client":"c","subs":{"room-1":{}}}}')).toEqual([
      { kind: 'welcome', seq: null, openCueIds: [] },
    ]);
  });

  it('mints its own token', () => {
    const [connect] = parsed(roomOf({ jwt: { secret: 's' } }).opened?.(someone({ id: 'followers-7' }))) as [
      { connect: { token: string } },
    ];
    const [, claims] = connect.connect.token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      sub: 'followers-7',
      exp: NOW_MS / 1000 + 3600,
    });
  });

  it('answers pings, unless the server wants no answer', () => {
    expect(messagesOf(roomOf(), '{}')).toEqual([{ kind: 'ask', what: 'pong' }]);
    expect(roomOf().reply?.('pong', viewer)).toEqual(['{}']);
    expect(messagesOf(roomOf({ pong: false }), '{}')).toEqual([]);
  });
});

describe('hearing', () => {
  const chat = { type: 'chat', from: 'ann', text: 'hi' };
  const heard: RoomMessage = { kind: 'chat', seq: null, publishedAtMs: null, from: 'ann', text: 'hi' };

  it('reads the data of every publication of a frame', () => {
    const stock = { type: 'stock', product: 'serum', left: 3 };
    expect(messagesOf(roomOf(), [chat, stock].map((data) => pushed({ data, offset: 4 })).join('\n'))).toEqual([
      heard,
      { kind: 'stock', productId: 'serum', left: 3, publishedAtMs: null },
    ]);
  });

  it('takes who and when from the server where the data do not say', () => {
    const pub = { data: { type: 'chat', text: 'hi' }, time: NOW_MS, info: { user: 'bob', client: 'x' } };
    expect(messagesOf(roomOf(), pushed(pub))).toEqual([{ ...heard, from: 'bob', publishedAtMs: NOW_MS }]);
  });

  it("numbers chat by the channel's offsets where it is told to", () => {
    const room = roomOf({ numbers: 'sequence' });
    expect(messagesOf(room, '{"id":2,"subscribe":{"recoverable":true,"offset":41}}')).toMatchObject([{ seq: 41 }]);
    expect(messagesOf(room, pushed({ data: chat, offset: 42 }))).toEqual([{ ...heard, seq: 42 }]);
  });
});

describe('speaking', () => {
  const intent = { kind: 'chat', text: 'hi', ref: 5 } as const;
  const data = { type: 'chat', from: 'followers-7', text: 'hi', ref: 5, at: NOW_MS };

  it('publishes, and knows its reply', () => {
    const room = roomOf();
    const command = JSON.parse(room.say(intent, viewer) as string) as { id: number };
    expect(command).toEqual({ id: command.id, publish: { channel: 'room-1', data } });
    expect(messagesOf(room, JSON.stringify({ id: command.id, publish: {} }))).toEqual([
      { kind: 'chat_ack', ref: 5, ok: true, code: 'ok' },
    ]);
    const like = JSON.parse(room.say({ kind: 'like', count: 2 }, viewer) as string) as { id: number };
    expect(messagesOf(room, JSON.stringify({ id: like.id, error: { code: 103 } }))).toEqual([]);
  });

  it('calls a method', () => {
    expect(JSON.parse(roomOf({ rpc: 'say' }).say(intent, viewer) as string)).toMatchObject({
      rpc: { method: 'say', data },
    });
  });

  it('publishes over the server API', () => {
    const room = roomOf({ api: { url: 'http://10.0.0.1:8000/api/', key: 'k' } });
    expect(room.say(intent, viewer)).toEqual({
      method: 'POST',
      origin: 'http://10.0.0.1:8000',
      path: '/api/publish',
      headers: { 'content-type': 'application/json', 'x-api-key': 'k' },
      body: JSON.stringify({ channel: 'room-1', data }),
    });
    const answer = (status: number, body: string): HttpAnswer => ({ status, body, header: () => null });
    expect(room.said?.(answer(200, '{"result":{}}'))).toEqual({ ok: true, code: 'ok' });
    expect(room.said?.(answer(200, '{"error":{"code":111}}'))).toEqual({ ok: false, code: 'throttled' });
    expect(room.said?.(answer(401, 'no'))).toEqual({ ok: false, code: 'refused' });
    expect(() => room.said?.(answer(502, ''))).toThrow('502');
  });

  it('does so in one way', () => {
    expect(centrifugoOptions.safeParse({ url: URL, rpc: 'a', sayBy: { request: 'POST /a' } }).success).toBe(false);
  });
});

it('survives frames that are cut, merged and malformed', () => {
  const frames = [
    '{"id":1,"connect":{"client":"c","version":"0","ping":25,"pong":true}}',
    '{"id":2,"subscribe":{"recoverable":true,"epoch":"x","offset":41}}\n{}',
    pushed({
      data: { type: 'chat', from: 'ann', text: 'hi \u{1f525}', at: NOW_MS },
      offset: 7,
      info: { user: 'u' },
      time: NOW_MS,
    }),
    `${pushed({ data: { type: 'count', viewers: 12 } })}\n${pushed({ data: { type: 'likes', total: 3 } })}`,
    '{"id":9,"publish":{}}\n{"id":10,"error":{"code":111,"message":"too many requests"}}',
    '{"push":{"disconnect":{"code":3500,"reason":"invalid token"}}}',
    '{}',
  ];
  const tally = fuzz(roomOf({ numbers: 'sequence' }), frames);
  expect(tally.emitted).toBeGreaterThan(500);
  expect(tally.thrown).toBeGreaterThan(500);
});
