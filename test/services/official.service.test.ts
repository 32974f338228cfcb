import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { needService } from '../need.ts';
import { CENTRIFUGE_API_KEY, centrifugeToken, TestCentrifuge } from './centrifuge.ts';
import { TestMosquitto } from './mosquitto.ts';
import { TestNats } from './nats.ts';
import { officialContract } from './official-contract.ts';
import { officialCentrifuge } from './official/centrifuge.ts';
import { officialMqtt } from './official/mqtt.ts';
import { officialNats } from './official/nats.ts';

const mosquitto = needService('mosquitto');
const nats = needService('nats-server');
const centrifuge = needService('centrifuge');

describe.skipIf(!mosquitto)('Mosquitto', () => {
  let open: TestMosquitto;
  let shut: TestMosquitto;
  beforeAll(async () => {
    open = await TestMosquitto.start(mosquitto);
    shut = await TestMosquitto.start(mosquitto, { login: { username: 'viewer', password: 'right' } });
  });
  afterAll(() => Promise.all([open.kill(), shut.kill()]));

  officialContract({
    enter: (room) => officialMqtt(open.url, `rooms/${room}`),
    refused: () => officialMqtt(shut.url, 'rooms/main', { username: 'viewer', password: 'wrong' }),
    refusal: /not authorized/i,
  });

  test('the right password is let in', async () => {
    const client = await officialMqtt(shut.url, 'rooms/main', { username: 'viewer', password: 'right' });
    await client.close();
  });
});

describe.skipIf(!nats)('NATS', () => {
  let open: TestNats;
  let shut: TestNats;
  beforeAll(async () => {
    open = await TestNats.start(nats);
    shut = await TestNats.start(nats, { login: { user: 'viewer', password: 'right' } });
  });
  afterAll(() => Promise.all([open.kill(), shut.kill()]));

  officialContract({
    enter: (room) => officialNats(open.url, `rooms.${room}`),
    refused: () => officialNats(shut.url, 'rooms.main', { user: 'viewer', pass: 'wrong' }),
    refusal: /authorization violation/i,
  });

  test('the right password is let in', async () => {
    const client = await officialNats(shut.url, 'rooms.main', { user: 'viewer', pass: 'right' });
    await client.close();
  });
});

describe.skipIf(!centrifuge)("Centrifugo's protocol", () => {
  let server: TestCentrifuge;
  beforeAll(async () => {
    server = await TestCentrifuge.start(centrifuge);
  });
  afterAll(() => server.kill());

  officialContract({
    enter: (room) => officialCentrifuge(server.url, room),
    refused: () => officialCentrifuge(server.url, 'main', centrifugeToken({ sub: 'a' }, 'another secret')),
    refusal: /3500 invalid token/,
  });

  test('a token is good until it expires', async () => {
    const nowSec = Math.floor(Date.now() / 1000);
    const client = await officialCentrifuge(server.url, 'main', centrifugeToken({ sub: 'a', exp: nowSec + 60 }));
    await client.close();
    const old = centrifugeToken({ sub: 'a', exp: nowSec - 60 });
    await expect(officialCentrifuge(server.url, 'main', old)).rejects.toThrow('3500');
  });

  test('the host publishes by HTTP, with the key', async () => {
    const client = await officialCentrifuge(server.url, 'main');
    onTestFinished(() => client.close());
    const publish = (key: string, text: string): Promise<Response> =>
      fetch(`${server.origin}/api/publish`, {
        method: 'POST',
        headers: { 'x-api-key': key },
        body: JSON.stringify({ channel: 'main', data: { type: 'chat', from: 'host', text } }),
      });
    expect((await publish('wrong', 'not heard')).status).toBe(401);
    expect(await (await publish(CENTRIFUGE_API_KEY, 'heard')).json()).toEqual({ result: {} });
    expect((await client.heard.first(() => true)).text).toBe('heard');
  });
});
