import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { JsonServer } from './json-server.ts';
import { officialContract } from './official-contract.ts';
import { officialEvents } from './official/eventsource.ts';
import { officialPusher } from './official/pusher.ts';
import { officialSocketIo } from './official/socketio.ts';
import { officialWs } from './official/ws.ts';
import { signedQuery } from './pusher-app.ts';
import { PusherServer } from './pusher-server.ts';
import { SseServer } from './sse-server.ts';
import { TestSocketIo } from './socketio.ts';

describe('Socket.IO', () => {
  let open: TestSocketIo;
  let shut: TestSocketIo;
  beforeAll(async () => {
    open = await TestSocketIo.start();
    shut = await TestSocketIo.start({ token: 'right' });
  });
  afterAll(() => Promise.all([open.kill(), shut.kill()]));

  officialContract({
    enter: (room) => officialSocketIo(open.url, room),
    refused: () => officialSocketIo(shut.url, 'main', 'wrong'),
    refusal: /not authorised/,
  });
});

describe('plain JSON', () => {
  let open: JsonServer;
  let shut: JsonServer;
  beforeAll(async () => {
    open = await JsonServer.start();
    shut = await JsonServer.start({ token: 'right' });
  });
  afterAll(() => Promise.all([open.kill(), shut.kill()]));

  officialContract({
    enter: (room) => officialWs(`${open.url}/rooms/${room}`),
    refused: () => officialWs(`${shut.url}/rooms/main?token=wrong`),
    refusal: /401/,
  });

  test('messages are numbered when the server is told to', async () => {
    const server = await JsonServer.start({ numbered: true });
    onTestFinished(() => server.kill());
    const client = await officialWs(`${server.url}/rooms/main`);
    await client.say('a');
    await client.say('b');
    expect((await client.heard.atLeast(2)).map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

describe('server-sent events', () => {
  let open: SseServer;
  let shut: SseServer;
  beforeAll(async () => {
    open = await SseServer.start();
    shut = await SseServer.start({ authorization: 'Bearer right' });
  });
  afterAll(() => Promise.all([open.kill(), shut.kill()]));

  officialContract({
    enter: (room) => officialEvents(open.url, room),
    refused: () => officialEvents(shut.url, 'main', { authorization: 'Bearer wrong' }),
    refusal: /401/,
  });
});

describe('Pusher', () => {
  let server: PusherServer;
  beforeAll(async () => {
    server = await PusherServer.start();
  });
  afterAll(() => server.kill());

  officialContract({
    enter: (room) => officialPusher(server.origin, room),
    refused: () => officialPusher(server.origin, 'main', 'no-such-key'),
    refusal: /Application does not exist/,
  });

  test('in a private channel clients hear the others, and not themselves', async () => {
    const [a, b] = [await officialPusher(server.origin, 'private-a'), await officialPusher(server.origin, 'private-a')];
    onTestFinished(() => Promise.all([a.close(), b.close()]).then(() => undefined));
    await a.say('from a');
    await b.heard.first(({ text }) => text === 'from a');
    await b.say('from b');
    expect((await a.heard.first(() => true)).text).toBe('from b');
  });

  test('the API for events publishes what is signed, and nothing else', async () => {
    const client = await officialPusher(server.origin, 'main');
    onTestFinished(() => client.close());
    const path = '/apps/42/events';
    const message = { type: 'chat', from: 'the shop', text: 'hello' };
    const body = JSON.stringify({ name: 'chat', channels: ['main'], data: JSON.stringify(message) });
    const query = signedQuery(path, body, Date.now());
    const post = (what: string): Promise<Response> =>
      fetch(`${server.origin}${path}?${query.toString()}`, { method: 'POST', body: what });
    expect((await post(body.replace('hello', 'other'))).status).toBe(401);
    expect((await post(body)).status).toBe(200);
    expect(await client.heard.first(() => true)).toEqual(message);
  });
});
