import { describe, expect, it } from 'vitest';
import { sseOptions } from '../../../sim/targets/sse/options.ts';
import { sseTarget } from '../../../sim/targets/sse/sse.ts';
import type { RoomTarget } from '../../../sim/targets/target.ts';
import { fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

function room(more: object = {}): RoomTarget {
  const url = 'https://chat.example.com/rooms/{{room}}/events?as={{viewer.id}}';
  return sseTarget(sseOptions.parse({ url, ...more }), environment).room!;
}

const WELCOME = { kind: 'welcome', seq: null, openCueIds: [] };
const CHAT = 'data: {"type":"chat","from":"v-2","text":"größe 🔥","at":1750000000000}\n\n';
const HEARD = { kind: 'chat', seq: null, publishedAtMs: 1_750_000_000_000, from: 'v-2', text: 'größe 🔥' };

describe('a room heard as server-sent events', () => {
  it('is entered when the stream is open', () => {
    const { line, connect, decode } = room({ headers: { Authorization: 'Bearer {{account.token}}' } });
    expect(line).toBe('events');
    expect(connect(someone({ account: { token: 't' } }))).toMatchObject({
      url: 'https://chat.example.com/rooms/main/events?as=v-1',
      headers: { authorization: 'Bearer t' },
    });
    expect(messagesOf({ decode }, '')).toEqual([WELCOME]);
    expect(messagesOf({ decode }, new Uint8Array(0))).toEqual([WELCOME]);
  });

  it('is entered by a message when it is told to', () => {
    const { decode } = room({ welcome: 'message' });
    expect(messagesOf({ decode }, '')).toEqual([]);
    expect(messagesOf({ decode }, 'data: {"type":"welcome"}\n\n')).toEqual([WELCOME]);
  });

  it('hears chat, as text and as bytes', () => {
    expect(messagesOf(room(), CHAT)).toEqual([HEARD]);
    expect(messagesOf(room(), new TextEncoder().encode(CHAT))).toEqual([HEARD]);
  });

  it('passes over comments, words that are no JSON, and what no rule reads', () => {
    expect(messagesOf(room(), ': ping\n\n')).toEqual([]);
    expect(messagesOf(room(), 'data: [DONE]\n\n')).toEqual([]);
    expect(messagesOf(room(), 'data: {"type":"other"}\n\n')).toEqual([]);
  });

  it('lets rules look at the name and the id of an event', () => {
    const { decode } = room({
      envelope: true,
      numbers: 'sequence',
      messages: { chat: { when: { '$.event': 'chat' }, text: '$.data.body', number: '$.id' } },
    });
    const chat = { kind: 'chat', seq: 7, publishedAtMs: null, from: '', text: 'hi' };
    expect(messagesOf({ decode }, 'event: chat\r\nid: 7\r\ndata: {"body":\r\ndata: "hi"}\r\n\r\n')).toEqual([chat]);
    expect(messagesOf({ decode }, 'event: note\nid: 8\ndata: {"body":"hi"}\n\n')).toEqual([]);
  });

  it('says chat by a request, and nothing else', () => {
    const { say, said, origin } = room({ sayBy: { request: 'POST /rooms/{{room}}/messages' } });
    expect(origin).toBe('https://chat.example.com');
    expect(say({ kind: 'chat', text: 'hi', ref: 1 }, someone())).toMatchObject({
      method: 'POST',
      path: '/rooms/main/messages',
    });
    expect(say({ kind: 'like', count: 1 }, someone())).toBeNull();
    expect(room().say({ kind: 'chat', text: 'hi', ref: 1 }, someone())).toBeNull();
    expect(said!({ status: 429, body: '', header: () => null })).toEqual({ ok: false, code: 'throttled' });
  });

  it('takes no socket', () => {
    expect(sseOptions.safeParse({ url: 'wss://chat.example.com' }).success).toBe(false);
  });

  it('reads or refuses an event whatever is done to it', () => {
    const named = 'event: chat\r\nid: 7\r\n: note\r\ndata: {"type":"chat",\r\ndata: "text":"hi","from":"v"}\r\n\r\n';
    const stock = 'data: {"type":"stock","product":"mug","left":3}\n\n';
    const { emitted } = fuzz(room(), [CHAT, named, stock, 'retry: 100\n\n', '']);
    expect(emitted).toBeGreaterThan(1000);
  });
});
