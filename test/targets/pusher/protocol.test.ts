import { createHmac } from 'node:crypto';
import PusherModule from 'pusher-js';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeEnvironment } from '../../../sim/targets/node-environment.ts';
import { subscriptionAuth } from '../../../sim/targets/pusher/auth.ts';
import { events, heardIn } from '../../../sim/targets/pusher/protocol.ts';
import { startScriptedServer, type ScriptedServer } from '../scripted-server.ts';

/** Its types describe a module; what Node is given is the class itself. */
const Pusher = PusherModule as unknown as typeof PusherModule.default;

const APP = { key: 'app-key', secret: 'app-secret' };
const ESTABLISHED = JSON.stringify({
  event: 'pusher:connection_established',
  data: JSON.stringify({ socket_id: '1234.5678', activity_timeout: 120 }),
});

interface Frame {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

describe('the official client', () => {
  let server: ScriptedServer;
  let client: InstanceType<typeof Pusher>;
  afterEach(async () => {
    client.disconnect();
    await server.close();
  });

  function answer(frame: string): string[] {
    const { event, data } = JSON.parse(frame) as Frame;
    if (event !== 'pusher:subscribe') return [];
    const { channel } = data;
    return [
      JSON.stringify({ event: 'pusher_internal:subscription_succeeded', channel, data: '{}' }),
      JSON.stringify({ event: 'pusher:ping', data: '{}' }),
      JSON.stringify({ event: 'client-chat', channel, data: JSON.stringify({ text: '"hi" \u{1f525}' }) }),
    ];
  }

  it('sends what we send, and hears what we hear', async () => {
    server = await startScriptedServer(answer, [ESTABLISHED]);
    const channelName = 'private-room-1';
    const auth = subscriptionAuth(APP, { socketId: '1234.5678', channel: channelName }, nodeEnvironment);
    client = new Pusher(APP.key, {
      cluster: '',
      wsHost: '127.0.0.1',
      wsPort: server.port,
      forceTLS: false,
      enabledTransports: ['ws'],

      channelAuthorization: {
        transport: 'ajax',
        endpoint: '',
        customHandler: (_, callback) => callback(null, { auth }),
      },
    });
    const channel = client.subscribe(channelName);
    const said = new Promise<unknown>((resolve) => channel.bind('client-chat', resolve));
    expect(await said).toEqual({ text: '"hi" \u{1f525}' });
    channel.trigger('client-chat', { text: 'hello' });
    await expect.poll(() => server.heard.length).toBe(3);

    const parsed = (frames: readonly string[]): unknown[] => frames.map((frame) => JSON.parse(frame) as unknown);
    expect(parsed(server.heard)).toEqual(
      parsed([
        events.subscribe({ channel: channelName, auth }),
        events.pong(),
        events.client('client-chat', channelName, { text: 'hello' }),
      ]),
    );
    expect([ESTABLISHED, ...answer(server.heard[0])].map(heardIn)).toEqual([
      { kind: 'connected', socketId: '1234.5678' },
      { kind: 'subscribed', members: null },
      { kind: 'ping' },
      {
        kind: 'event',
        event: { event: 'client-chat', channel: channelName, data: { text: '"hi" \u{1f525}' }, user: '' },
      },
    ]);
  });
});

describe('the signature of a subscription', () => {
  const hex = (text: string): string => createHmac('sha256', APP.secret).update(text).digest('hex');

  it('is that of the documentation', () => {
    const app = { key: '278d425bdf160c739803', secret: '7ad3773142a6692b25b8' };
    expect(subscriptionAuth(app, { socketId: '1234.1234', channel: 'private-foobar' }, nodeEnvironment)).toBe(
      '278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4',
    );
  });

  it('covers the data of a presence channel, in hex for any digest', () => {
    for (let i = 0; i < 100; i++) {
      const channelData = `{"user_id":"${i}"}`;
      expect(subscriptionAuth(APP, { socketId: '1.2', channel: 'presence-a', channelData }, nodeEnvironment)).toBe(
        `app-key:${hex(`1.2:presence-a:${channelData}`)}`,
      );
    }
  });
});

it('reads data that is JSON, JSON inside JSON, or a word', () => {
  const dataOf = (data: unknown): unknown => heardIn(JSON.stringify({ event: 'chat', channel: 'a', data }));
  expect(dataOf({ a: 1 })).toMatchObject({ event: { data: { a: 1 } } });
  expect(dataOf('{"a":1}')).toMatchObject({ event: { data: { a: 1 } } });
  expect(dataOf('word')).toMatchObject({ event: { data: 'word' } });
});

it('counts the members of a channel', () => {
  const presence = { presence: { count: 3, ids: [], hash: {} } };
  expect(
    heardIn(JSON.stringify({ event: 'pusher_internal:subscription_succeeded', data: JSON.stringify(presence) })),
  ).toEqual({
    kind: 'subscribed',
    members: 3,
  });
  expect(heardIn('{"event":"pusher_internal:subscription_count","data":"{\\"subscription_count\\":12}"}')).toEqual({
    kind: 'count',
    viewers: 12,
  });
});

it('tells errors that end the connection from those that do not', () => {
  const error = (code: number | null, message = 'no'): unknown =>
    heardIn(JSON.stringify({ event: 'pusher:error', data: { code, message } }));
  expect(error(4001)).toEqual({ kind: 'refused', code: 'refused', reason: 'no (4001)' });
  expect(error(4100)).toEqual({ kind: 'refused', code: 'throttled', reason: 'no (4100)' });
  expect(error(4301)).toEqual({ kind: 'other' });
  expect(error(null, 'Existing subscription to channel a')).toEqual({ kind: 'other' });
  expect(error(null, 'Invalid signature')).toEqual({ kind: 'refused', code: 'refused', reason: 'Invalid signature' });
  expect(
    heardIn('{"event":"pusher:subscription_error","data":{"type":"AuthError","error":"not you","status":401}}'),
  ).toEqual({
    kind: 'refused',
    code: 'refused',
    reason: 'not you (401)',
  });
});

it.each(['', 'null', '[]', '{}', '{"event":1}', '{"event":"chat"'])('throws at %j', (frame) => {
  expect(() => heardIn(frame)).toThrow();
});
