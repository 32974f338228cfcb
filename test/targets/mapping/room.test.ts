import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tokenMaker } from '../../../sim/targets/mapping/jwt.ts';
import { roomOptions } from '../../../sim/targets/mapping/options.ts';
import { roomParts } from '../../../sim/targets/mapping/room.ts';
import type { RoomMessage } from '../../../sim/targets/target.ts';
import { answer, play } from '../answer.ts';
import { environment, someone } from '../viewer.ts';

const CHAT = { kind: 'chat', text: 'hi', ref: 1 } as const;

function parts(options: object) {
  return roomParts(
    roomOptions.parse({ url: 'wss://chat.test/rooms/{{room}}?u={{viewer.id}}', ...options }),
    environment,
  );
}

describe('a room', () => {
  it('is connected to by templates', () => {
    const room = parts({
      headers: { Cookie: 'a={{account.sid}}', 'x-none': '{{account.none}}' },
      protocols: ['v1', '{{account.sid}}'],
    });
    expect(room.connect(someone({ id: 'a b', account: { sid: 's' } }))).toEqual({
      url: 'wss://chat.test/rooms/main?u=a%20b',
      protocols: ['v1', 's'],
      headers: { cookie: 'a=s' },
    });
    expect(room.origin).toBe('https://chat.test');
  });

  it.each<[object, object]>([
    [{}, { numbers: 'markers', times: true, sampled: false, cues: false }],
    [{ numbers: 'sequence' }, { numbers: 'sequence', times: true, cues: false }],
    [{ numbers: 'sequence', messages: { chat: { text: '$.t' } } }, { times: false }],
    [
      { numbers: 'none', messages: { chat: [{ text: '$.t' }, { at: '$.at' }] } },
      { numbers: 'none', times: true },
    ],
    [
      { messages: { cues: { is: 'drop' } }, sampled: true },
      { cues: true, sampled: true },
    ],
    [{ messages: { cue: { id: '$.id' } }, cues: false }, { cues: false }],
    [{ cues: true }, { cues: true }],
  ])('of %j can do %j', (options, abilities) => {
    expect(parts(options).abilities).toMatchObject(abilities);
  });

  it('numbers chat only when the file says that it does', () => {
    const read = (options: object) => {
      const found: RoomMessage[] = [];
      parts(options).read({ type: 'chat', seq: 3, at: 1_750_000_000_000, text: 'hi', from: 'a' }, (message) =>
        found.push(message),
      );
      return found[0];
    };
    expect(read({})).toMatchObject({ seq: null, text: 'hi' });
    expect(read({ numbers: 'sequence' })).toMatchObject({ seq: 3 });
  });

  it('is spoken to over the line, or by a request', () => {
    expect(parts({}).say(CHAT, someone())).toEqual({
      json: { type: 'chat', from: 'v-1', text: 'hi', ref: 1, at: environment.epochMs() },
    });
    const room = parts({
      sayBy: { request: 'POST /rooms/{{room}}/messages', headers: { 'X-User': '{{viewer.id}}' } },
      say: { chat: { m: '{{text}}' }, like: null },
    });
    expect(room.say(CHAT, someone())).toEqual({
      request: {
        method: 'POST',
        path: '/rooms/main/messages',
        headers: { 'content-type': 'application/json', 'x-user': 'v-1' },
        body: '{"m":"hi"}',
      },
    });
    expect(room.say({ kind: 'like', count: 2 }, someone())).toBeNull();
    expect(room.say({ kind: 'gift', gift: 'rose', ref: 2 }, someone())).toEqual({
      json: { type: 'gift', gift: 'rose', ref: 2 },
    });
    const form = parts({ sayBy: { request: 'POST /say', form: { t: '{{text}}' } } }).say(CHAT, someone());
    expect(form).toMatchObject({ request: { body: 't=hi' } });
  });

  it('says what became of a chat by request', () => {
    const { said } = parts({
      sayBy: { request: 'POST /m', ok: { '$.ok': true }, throttled: [{ status: 429 }, { '$.code': 'SLOW' }] },
    });
    expect(said(answer(200, { ok: true }))).toEqual({ ok: true, code: 'ok' });
    expect(said(answer(200, { ok: false, code: 'SLOW' }))).toEqual({ ok: false, code: 'throttled' });
    expect(said(answer(429, ''))).toEqual({ ok: false, code: 'throttled' });
    expect(said(answer(403, 'no'))).toEqual({ ok: false, code: 'refused' });
    expect(() => said(answer(502, ''))).toThrow(/502/);
  });

  it('may have to be signed in to', () => {
    const { arrival } = parts({
      cookies: true,
      arrive: { request: 'POST /login', json: { user: '{{viewer.id}}' }, capture: { 'account.token': '$.token' } },
    });
    const viewer = someone();
    const { asked, end } = play(arrival!.arrive(viewer), answer(200, { token: 't' }, { 'set-cookie': 'sid=1' }));
    expect([arrival?.origin, asked[0].body, end]).toEqual([
      'https://chat.test',
      '{"user":"v-1"}',
      { ok: true, code: 'ok' },
    ]);
    expect(viewer.account).toEqual({ token: 't', cookie: 'sid=1' });
    expect(play(arrival!.arrive(viewer), answer(401)).end).toEqual({ ok: false, code: 'refused' });
    expect(parts({}).arrival).toBeUndefined();
  });

  it('is kept by a heartbeat', () => {
    expect(parts({}).heartbeat).toBeNull();
    expect(parts({ heartbeat: { every: '25s', json: { type: 'ping' } } }).heartbeat).toEqual({
      everyMs: 25_000,
      payload: '{"type":"ping"}',
    });
    expect(parts({ heartbeat: { every: '1m', text: 'ping' } }).heartbeat).toEqual({ everyMs: 60_000, payload: 'ping' });
  });

  it.each([
    { url: 'chat.test' },
    { url: 'wss://{{room}}.test/' },
    { url: 'wss://chat.test/{{rom}}' },
    { numbers: 'gaps' },
    { messages: { chat: { text: 'text' } } },
    { messages: { chat: { when: { status: 200 }, text: '$.t' } } },
    { messages: { cues: { is: 'sale' } } },
    { say: { chat: { m: '{{txt}}' } } },
    { heartbeat: { every: 25 } },
    { origin: 'https://chat.test/path' },
    { colour: 'red' },
  ])('%j is refused', (options) => {
    expect(roomOptions.safeParse({ url: 'wss://chat.test/', ...options }).success).toBe(false);
  });

  it('names what is meant', () => {
    const found = roomOptions.safeParse({ url: 'wss://chat.test/{{rom}}' });
    expect(found.error?.issues).toMatchObject([{ path: ['url'], params: { hint: 'did you mean "room"?' } }]);
  });
});

describe('a token', () => {
  const options = {
    secret: 's€cret',
    ttl: 3_600_000,
    claims: { sub: '{{viewer.id}}', n: '{{viewer.number}}' },
    header: { kid: 'k-1' },
  };

  it('is a JWT that its secret has signed', () => {
    const token = tokenMaker(options, environment, 'jwtRoom')?.(someone({ name: 'Zoë' })) ?? '';
    const [head, claims, signature] = token.split('.');
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
    const iat = environment.epochMs() / 1000;
    expect(read(head)).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'k-1' });
    expect(read(claims)).toEqual({ sub: 'v-1', n: 1, iat, exp: iat + 3600 });
    expect(signature).toBe(createHmac('sha256', options.secret).update(`${head}.${claims}`).digest('base64url'));
    expect(token).not.toContain('=');
  });

  it('survives letters of any kind, and every length', () => {
    for (let n = 0; n < 6; n++) {
      const claims = { name: `${'x'.repeat(n)}é🔥` };
      const token = tokenMaker({ secret: 's', claims }, environment, 'jwtRoom')?.(someone()) ?? '';
      expect(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'))).toMatchObject(claims);
    }
  });

  it('is kept until it is nearly over; a room and a shop have their own', () => {
    let nowMs = environment.epochMs();
    const clock = { ...environment, epochMs: () => nowMs };
    const room = tokenMaker(options, clock, 'jwtRoom')!;
    const shop = tokenMaker({ ...options, secret: 'other' }, clock, 'jwtShop')!;
    const viewer = someone();
    const first = room(viewer);
    expect(shop(viewer)).not.toBe(first);
    nowMs += 0.89 * options.ttl;
    expect(room(viewer)).toBe(first);
    nowMs += 0.02 * options.ttl;
    expect(room(viewer)).not.toBe(first);
    expect(room(someone({ id: 'v-2' }))).not.toBe(room(viewer));
  });
});
