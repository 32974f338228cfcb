import mqttPacket, { type ISubackPacket, type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { mqttTarget } from '../../../sim/targets/mqtt/mqtt.ts';
import { mqttOptions } from '../../../sim/targets/mqtt/options.ts';
import type { Payload, RoomTarget } from '../../../sim/targets/target.ts';
import { cutAnywhere, fuzz, messagesOf } from '../fuzz.ts';
import { environment, someone } from '../viewer.ts';

const V5 = { protocolVersion: 5 };
const url = 'ws://127.0.0.1:9001/mqtt';

function room(more: object = {}): RoomTarget {
  return mqttTarget(mqttOptions.parse({ url, ...more }), environment).room!;
}

function packetsOf(payloads: readonly Payload[]): Packet[] {
  const packets: Packet[] = [];
  const parser = mqttPacket.parser(V5);
  parser.on('packet', (packet) => packets.push(packet));
  for (const payload of payloads) parser.parse(Buffer.from(payload as Uint8Array));
  return packets;
}

function frame(...packets: Packet[]): Uint8Array {
  return new Uint8Array(Buffer.concat(packets.map((packet) => mqttPacket.generate(packet, V5))));
}

const CONNACK = { cmd: 'connack', sessionPresent: false, reasonCode: 0 } as const;
const SUBACK: ISubackPacket = { cmd: 'suback', messageId: 1, granted: [0] };
const message = (value: unknown, more: object = {}): Packet => ({
  cmd: 'publish',
  topic: 'rooms/main',
  qos: 0,
  dup: false,
  retain: false,
  payload: JSON.stringify(value),
  ...more,
});
const CHAT = message({ type: 'chat', from: 'v-2', text: 'größe 🔥 [fc:0.1.0.a]', at: 1_750_000_000_000 });
const HEARD = {
  kind: 'chat',
  seq: null,
  publishedAtMs: 1_750_000_000_000,
  from: 'v-2',
  text: 'größe 🔥 [fc:0.1.0.a]',
};

describe('a room on an MQTT broker', () => {
  it('is entered by CONNECT, SUBSCRIBE and its answer', () => {
    const { connect, opened, reply, decode } = room({
      topic: ['shows/{{room}}/+', 'stock'],
      publish: 'shows/{{room}}/chat',
    });
    expect(connect(someone())).toMatchObject({ url, protocols: ['mqtt'] });
    expect(packetsOf(opened!(someone()))).toMatchObject([
      { cmd: 'connect', clientId: 'v-1', clean: true, keepalive: 60 },
    ]);
    expect(messagesOf({ decode }, frame(CONNACK))).toEqual([{ kind: 'ask', what: 'subscribe' }]);
    expect(packetsOf(reply!('subscribe', someone()))).toMatchObject([
      { cmd: 'subscribe', subscriptions: [{ topic: 'shows/main/+', qos: 0 }, { topic: 'stock' }] },
    ]);
    expect(messagesOf({ decode }, frame(SUBACK))).toEqual([{ kind: 'welcome', seq: null, openCueIds: [] }]);
  });

  it('signs in as its options say', () => {
    const { opened } = room({
      clientId: 'load-{{viewer.number}}',
      username: '{{account.name}}',
      password: '{{account.secret}}',
      keepAlive: '10s',
      cleanStart: false,
      sessionExpiry: '1h',
    });
    const [connect] = packetsOf(opened!(someone({ account: { name: 'ann', secret: 'pw' } })));
    expect(connect).toMatchObject({
      clientId: 'load-1',
      username: 'ann',
      password: Buffer.from('pw'),
      keepalive: 10,
      clean: false,
      properties: { sessionExpiryInterval: 3600 },
    });
  });

  it('pings twice in the keep alive', () => {
    const { heartbeat } = room({ keepAlive: '10s' });
    expect(heartbeat?.everyMs).toBe(5000);
    expect(packetsOf([heartbeat!.payload])).toMatchObject([{ cmd: 'pingreq' }]);
  });

  it('hears chat, in any number of packets in a frame', () => {
    const { decode } = room();
    expect(messagesOf({ decode }, frame({ cmd: 'pingresp' }, CHAT, CHAT))).toEqual([HEARD, HEARD]);
  });

  it('thanks for messages of QoS 1', () => {
    const { decode, reply } = room({ qos: 1 });
    expect(messagesOf({ decode }, frame({ ...CHAT, qos: 1, messageId: 65_535 } as Packet))).toEqual([
      { kind: 'ask', what: 'puback', data: '65535' },
      HEARD,
    ]);
    expect(packetsOf(reply!('puback', someone(), '65535'))).toMatchObject([{ cmd: 'puback', messageId: 65_535 }]);
    expect(packetsOf(reply!('subscribe', someone()))).toMatchObject([{ subscriptions: [{ qos: 1 }] }]);
  });

  it('passes over what is no JSON, and what no rule reads', () => {
    const { decode } = room();
    expect(messagesOf({ decode }, frame(message({ type: 'other' }), { ...CHAT, payload: 'plain' } as Packet))).toEqual(
      [],
    );
  });

  it('lets rules look at the topic', () => {
    const { decode } = room({
      envelope: true,
      messages: { chat: { when: { '$.topic': '/chat$/' }, text: '$.data.body', from: '$.data.who' } },
    });
    const chat = message({ body: 'hi', who: 'v-3' }, { topic: 'shows/main/chat' });
    const stock = message({ body: 'hi', who: 'v-3' }, { topic: 'shows/main/stock' });
    expect(messagesOf({ decode }, frame(stock, chat))).toEqual([
      { kind: 'chat', seq: null, publishedAtMs: null, from: 'v-3', text: 'hi' },
    ]);
  });

  it('says chat by PUBLISH', () => {
    const { say } = room();
    const said = say({ kind: 'chat', text: 'größe 🔥', ref: 3 }, someone());
    const [packet] = packetsOf([said as Uint8Array]);
    if (packet?.cmd !== 'publish') throw new Error('no PUBLISH');
    expect(packet).toMatchObject({ topic: 'rooms/main', qos: 0 });
    expect(JSON.parse(packet.payload.toString())).toMatchObject({
      type: 'chat',
      from: 'v-1',
      text: 'größe 🔥',
      ref: 3,
    });
  });

  it('says chat by a request when it is told to, and not what it is told not to say', () => {
    const { say } = room({ sayBy: { request: 'POST /say' }, say: { like: null } });
    expect(say({ kind: 'chat', text: 'hi', ref: 3 }, someone())).toMatchObject({ method: 'POST', path: '/say' });
    expect(say({ kind: 'like', count: 3 }, someone())).toBeNull();
  });

  it.each([
    [0x86, 'refused', 'bad user name or password (0x86): try again'],
    [0x97, 'throttled', 'quota exceeded (0x97): try again'],
    [0x88, 'offline', 'server unavailable (0x88): try again'],
    [0xff, 'refused', 'reason (0xff): try again'],
  ])('is refused by reason 0x%x', (reasonCode, code, reason) => {
    const { decode } = room();
    const properties = { reasonString: 'try again' };
    const refused = [{ kind: 'refused', code, reason }];
    // The generator knows only some reasons by packet; the bytes of a SUBACK are free.
    expect(messagesOf({ decode }, frame({ ...SUBACK, granted: [reasonCode], properties }))).toEqual(refused);
    if (reasonCode === 0xff) return;
    expect(messagesOf({ decode }, frame({ ...CONNACK, reasonCode, properties }))).toEqual(refused);
  });

  it('is left when the broker says so', () => {
    const { decode } = room();
    expect(messagesOf({ decode }, frame({ cmd: 'disconnect', reasonCode: 0x8e }))).toEqual([
      { kind: 'refused', code: 'refused', reason: 'session taken over (0x8e)' },
    ]);
  });

  it('is refused by a broker that wants more pings than it gets', () => {
    const { decode } = room();
    expect(messagesOf({ decode }, frame({ ...CONNACK, properties: { serverKeepAlive: 20 } }))).toEqual([
      { kind: 'refused', code: 'refused', reason: expect.stringContaining('set keepAlive: 20s') as string },
    ]);
    expect(messagesOf({ decode }, frame({ ...CONNACK, properties: { serverKeepAlive: 30 } }))).toEqual([
      { kind: 'ask', what: 'subscribe' },
    ]);
  });

  it('is refused by a broker of version 3', () => {
    expect(messagesOf(room(), Uint8Array.of(0x20, 2, 0, 1))).toEqual([
      { kind: 'refused', code: 'refused', reason: 'the broker does not speak MQTT 5 (0x01)' },
    ]);
  });

  it('refuses a frame of text', () => {
    expect(() => room().decode('hi', () => undefined)).toThrow('MQTT: a frame of text');
  });

  it('needs to know where to publish when its topic is a pattern', () => {
    expect(mqttOptions.safeParse({ url, topic: 'rooms/#' }).error?.issues).toMatchObject([{ path: ['publish'] }]);
    expect(mqttOptions.safeParse({ url: 'http://x', keepAlive: '20h', nonsense: 1 }).error?.issues).toHaveLength(3);
  });
});

describe('frames from a broker', () => {
  const frames = [
    frame(CONNACK),
    frame({
      ...CONNACK,
      reasonCode: 0x87,
      properties: { reasonString: 'no', serverKeepAlive: 30, userProperties: { a: 'b' } },
    }),
    frame(SUBACK),
    frame({ ...CHAT, qos: 1, messageId: 77, properties: { contentType: 'application/json', topicAlias: 3 } } as Packet),
    frame(
      CHAT,
      { cmd: 'pingresp' },
      message(
        { type: 'count', viewers: 12 },
        { payload: JSON.stringify({ type: 'count', viewers: 12, pad: 'x'.repeat(300) }) },
      ),
    ),
    frame({ cmd: 'disconnect', reasonCode: 0x8b }),
  ];

  it('say the same wherever they are cut', () => {
    cutAnywhere(room(), frames);
  });

  it('are read or refused whatever is done to them', () => {
    const { emitted, thrown } = fuzz(room(), frames);
    expect(emitted).toBeGreaterThan(1000);
    expect(thrown).toBeGreaterThan(500);
  });
});
