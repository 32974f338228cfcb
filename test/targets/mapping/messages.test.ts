import { describe, expect, it } from 'vitest';
import { messageReader } from '../../../sim/targets/mapping/messages.ts';
import { messageRules, type MessageRules } from '../../../sim/targets/mapping/options.ts';
import { sayings } from '../../../sim/targets/mapping/sayings.ts';
import type { RoomMessage } from '../../../sim/targets/target.ts';
import { someone } from '../viewer.ts';

const AT_MS = 1_750_000_000_000;

function readAll(
  value: unknown,
  rules?: MessageRules,
  ...more: [products?: Record<string, string>, numbers?: 'markers']
): RoomMessage[] {
  const found: RoomMessage[] = [];
  messageReader(rules && messageRules.parse(rules), ...more)(value, (message) => found.push(message));
  return found;
}

describe('the plain format', () => {
  it.each<[unknown, RoomMessage]>([
    [
      { type: 'chat', from: 'v-2', text: 'hi', seq: 4, at: AT_MS },
      { kind: 'chat', seq: 4, publishedAtMs: AT_MS, from: 'v-2' },
    ],
    [
      { type: 'chat', from: 7, text: 'hi', at: AT_MS },
      { kind: 'chat', seq: null, publishedAtMs: AT_MS, from: '7', text: 'hi' },
    ],
    [
      { type: 'cue', id: 'drop-1', at: AT_MS },
      { kind: 'cue', cueId: 'drop-1', publishedAtMs: AT_MS },
    ],
    [
      { type: 'stock', product: 'mug', left: '0', at: AT_MS },
      { kind: 'stock', productId: 'mug', left: 0, publishedAtMs: AT_MS },
    ],
    [
      { type: 'count', viewers: 12 },
      { kind: 'count', viewers: 12 },
    ],
    [
      { type: 'likes', total: 99 },
      { kind: 'likes', total: 99 },
    ],
    [
      { type: 'ack', ref: 3, ok: true },
      { kind: 'chat_ack', ref: 3, ok: true, code: 'ok' },
    ],
    [
      { type: 'ack', ref: 3, ok: false, code: 'throttled' },
      { kind: 'chat_ack', ref: 3, ok: false, code: 'throttled' },
    ],
    [
      { type: 'ack', ref: 3, ok: false },
      { kind: 'chat_ack', ref: 3, ok: false, code: 'refused' },
    ],
    [
      { type: 'welcome', seq: 9, cues: ['a', 'b'] },
      { kind: 'welcome', seq: 9, openCueIds: ['a', 'b'] },
    ],
    [{ type: 'welcome' }, { kind: 'welcome', seq: null, openCueIds: [] }],
    [
      { type: 'error', code: 429, message: 'slow down' },
      { kind: 'refused', code: 'throttled', reason: 'slow down' },
    ],
    [
      { type: 'error', message: 'no' },
      { kind: 'refused', code: 'refused', reason: 'no' },
    ],
  ])('%j', (value, expected) => {
    expect(readAll(value)).toEqual([expected]);
  });

  it.each([
    { type: 'cue' },
    { type: 'stock', product: 'mug' },
    { type: 'stock', product: 'mug', left: 1.5 },
    { type: 'count', viewers: {} },
    { type: 'ack', ref: 'x' },
    { type: 'other' },
    [],
    null,
    3,
    'text',
  ])('says nothing of %j', (value) => {
    expect(readAll(value)).toEqual([]);
  });

  it('is what viewers say and a server echoes', () => {
    const say = sayings(undefined);
    const said = say({ kind: 'chat', text: 'hi "all"', ref: 5 }, someone(), AT_MS + 0.4);
    expect(said).toEqual({ type: 'chat', from: 'v-1', text: 'hi "all"', ref: 5, at: AT_MS });
    expect(readAll(said)).toEqual([{ kind: 'chat', seq: null, publishedAtMs: AT_MS, from: 'v-1', text: 'hi "all"' }]);
    expect(say({ kind: 'like', count: 3 }, someone(), AT_MS)).toEqual({ type: 'like', count: 3 });
    expect(say({ kind: 'gift', gift: 'rose', ref: 6 }, someone(), AT_MS)).toEqual({
      type: 'gift',
      gift: 'rose',
      ref: 6,
    });
  });
});

describe('rules of a target file', () => {
  const rules = {
    each: '$.events[*]',
    chat: [
      { when: { '$.t': 'msg' }, text: '$.body', from: '$.user.name', at: '$.ts' },
      { when: { '$.t': 'sticker' }, from: '$.user.name' },
    ],
    cues: { when: { '$.t': 'flash_sale' }, is: 'drop', product: '$.sku', at: '$.ts' },
    stock: { product: '$.sku', left: '$.remaining' },
  } satisfies MessageRules;

  it('read several messages of a frame, and translate products', () => {
    const events = [
      { t: 'msg', body: 'hi', user: { name: 'ann' }, ts: '2026-11-27T20:00:05Z' },
      { t: 'sticker', user: { name: 'bob' } },
      { t: 'flash_sale', sku: 'SKU-1', ts: 1_750_000_000 },
      { t: 'left', sku: 'SKU-1', remaining: 3 },
    ];
    expect(readAll({ events }, rules, { mug: 'SKU-1' })).toEqual([
      { kind: 'chat', seq: null, publishedAtMs: Date.UTC(2026, 10, 27, 20, 0, 5), from: 'ann', text: 'hi' },
      { kind: 'chat', seq: null, publishedAtMs: null, from: 'bob', text: '' },
      { kind: 'announcement', cueKind: 'drop', productId: 'mug', publishedAtMs: AT_MS },
      { kind: 'stock', productId: 'mug', left: 3, publishedAtMs: null },
    ]);
  });

  it('make a message of everything that fits', () => {
    const both: MessageRules = { count: { viewers: '$.viewers' }, likes: { total: '$.likes' } };
    expect(readAll({ viewers: 3, likes: 4 }, both)).toEqual([
      { kind: 'count', viewers: 3 },
      { kind: 'likes', total: 4 },
    ]);
  });

  it('number chat only in rooms that number it', () => {
    const chat = { type: 'chat', from: 'a', text: 'hi [fc:0.1.0.a]', seq: 4, at: AT_MS };
    expect(readAll(chat, undefined, undefined, 'markers')).toEqual([
      { kind: 'chat', seq: null, publishedAtMs: AT_MS, from: 'a', text: chat.text },
    ]);
  });

  it('say what is not said there', () => {
    const say = sayings({ chat: { op: 'say', args: ['{{room}}', '{{text}}'] }, like: null });
    expect(say({ kind: 'chat', text: 'hi', ref: 1 }, someone(), AT_MS)).toEqual({ op: 'say', args: ['main', 'hi'] });
    expect(say({ kind: 'like', count: 1 }, someone(), AT_MS)).toBeNull();
  });
});
