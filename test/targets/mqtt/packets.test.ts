import mqttPacket, { type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { readPackets, wholePackets, type ServerPacket } from '../../../sim/targets/mqtt/decode.ts';
import {
  connectPacket,
  PINGREQ,
  pubackPacket,
  publishPacket,
  subscribePacket,
} from '../../../sim/targets/mqtt/encode.ts';

const V5 = { protocolVersion: 5 };

/** What the official parser makes of our bytes. */
function theirs(bytes: Uint8Array): Packet[] {
  const packets: Packet[] = [];
  const parser = mqttPacket.parser(V5);
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', (error) => {
    throw error as Error;
  });
  parser.parse(Buffer.from(bytes));
  return packets;
}

/** What we make of the bytes of the official generator. */
function ours(...packets: Packet[]): ServerPacket[] {
  const read: ServerPacket[] = [];
  const bytes = Buffer.concat(packets.map((packet) => mqttPacket.generate(packet, V5)));
  expect(wholePackets(bytes)).toBe(bytes.length);
  readPackets(bytes, (packet) => read.push(packet));
  return read;
}

describe('packets that we send, read by mqtt-packet', () => {
  const login = {
    clientId: 'v-1',
    username: null,
    password: null,
    keepAliveSec: 60,
    cleanStart: true,
    sessionExpirySec: 0,
  };

  it('connects without a name', () => {
    expect(theirs(connectPacket(login))).toMatchObject([
      { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 5, clientId: 'v-1', keepalive: 60, clean: true },
    ]);
  });

  it('connects with a name, a password and a session', () => {
    const packet = connectPacket({
      ...login,
      username: 'ünser',
      password: 'p:w',
      cleanStart: false,
      sessionExpirySec: 3e9,
    });
    expect(theirs(packet)).toMatchObject([
      {
        clean: false,
        username: 'ünser',
        password: Buffer.from('p:w'),
        properties: { sessionExpiryInterval: 3e9 },
      },
    ]);
  });

  it('subscribes to every topic', () => {
    expect(theirs(subscribePacket(['rooms/a b/+', 'stock/#'], 1))).toMatchObject([
      {
        cmd: 'subscribe',
        messageId: 1,
        subscriptions: [
          { topic: 'rooms/a b/+', qos: 1, nl: false },
          { topic: 'stock/#', qos: 1 },
        ],
      },
    ]);
  });

  it.each([0, 1, 110, 130, 17_000, 2_100_000])('publishes %i bytes', (length) => {
    const payload = new Uint8Array(length).fill(0x61);
    const [read, ...more] = theirs(publishPacket('rooms/1', payload));
    expect(more).toEqual([]);
    if (read.cmd !== 'publish') throw new Error(`read as ${read.cmd}`);
    expect(read).toMatchObject({ topic: 'rooms/1', qos: 0, retain: false });
    // Compared as a whole: element by element takes half a minute.
    expect(Buffer.from(payload).equals(Buffer.from(read.payload))).toBe(true);
  });

  it('thanks and pings', () => {
    expect(theirs(pubackPacket(0x1234))).toMatchObject([{ cmd: 'puback', messageId: 0x1234 }]);
    expect(theirs(PINGREQ)).toMatchObject([{ cmd: 'pingreq' }]);
  });

  it('refuses text that is too long for its length', () => {
    expect(() => publishPacket('t'.repeat(65_536), new Uint8Array(0))).toThrow('at most 65535 bytes, not 65536');
  });
});

describe('packets of mqtt-packet, read by us', () => {
  const userProperties = { a: 'b', ä: ['1', '2'] };

  it('finds reason and keep alive among all properties of CONNACK', () => {
    const properties = {
      sessionExpiryInterval: 1,
      receiveMaximum: 20,
      maximumQoS: 1,
      retainAvailable: true,
      maximumPacketSize: 100_000,
      assignedClientIdentifier: 'given',
      topicAliasMaximum: 10,
      reasonString: 'because',
      userProperties,
      wildcardSubscriptionAvailable: true,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: true,
      serverKeepAlive: 30,
      responseInformation: 'r',
      serverReference: 's',
      authenticationMethod: 'm',
      authenticationData: Buffer.from([1, 2, 3]),
    };
    expect(ours({ cmd: 'connack', sessionPresent: false, reasonCode: 0x87, properties })).toEqual([
      { kind: 'connack', code: 0x87, reason: 'because', keepAliveSec: 30 },
    ]);
  });

  it('reads a subscription that was granted, and the worst of several', () => {
    const properties = { reasonString: 'no', userProperties };
    expect(
      ours(
        { cmd: 'suback', messageId: 1, granted: [1] },
        { cmd: 'suback', messageId: 1, granted: [0, 0x87, 1], properties },
      ),
    ).toEqual([
      { kind: 'suback', code: 1, reason: null },
      { kind: 'suback', code: 0x87, reason: 'no' },
    ]);
  });

  it('skips every property of a message', () => {
    const properties = {
      payloadFormatIndicator: true,
      messageExpiryInterval: 99,
      topicAlias: 7,
      responseTopic: 'answer/here',
      correlationData: Buffer.from([0, 255]),
      userProperties,
      subscriptionIdentifier: [120, 268_435_455],
      contentType: 'application/json',
    };
    const message = { cmd: 'publish', topic: 'r/1', dup: true, retain: true, payload: '{"a":1}' } as const;
    expect(ours({ ...message, qos: 0, properties }, { ...message, qos: 1, messageId: 77 })).toEqual([
      { kind: 'publish', topic: 'r/1', packetId: null, payload: Buffer.from('{"a":1}') },
      { kind: 'publish', topic: 'r/1', packetId: 77, payload: Buffer.from('{"a":1}') },
    ]);
  });

  it('reads a message whose topic is only a number', () => {
    const bytes = Uint8Array.of(0x30, 8, 0, 0, 3, 0x23, 0, 7, 0x7b, 0x7d);
    const read: ServerPacket[] = [];
    readPackets(bytes, (packet) => read.push(packet));
    expect(read).toEqual([{ kind: 'publish', topic: '', packetId: null, payload: Uint8Array.of(0x7b, 0x7d) }]);
  });

  it('is told to go, with and without a reason', () => {
    expect(
      ours(
        { cmd: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'bye', serverReference: 'elsewhere' } },
        { cmd: 'disconnect', reasonCode: 0x8e },
      ),
    ).toEqual([
      { kind: 'disconnect', code: 0x8b, reason: 'bye' },
      { kind: 'disconnect', code: 0x8e, reason: null },
    ]);
    const short: ServerPacket[] = [];
    readPackets(Uint8Array.of(0xe0, 0, 0xe0, 1, 0x98), (packet) => short.push(packet));
    expect(short.map((packet) => packet.kind === 'disconnect' && packet.code)).toEqual([0, 0x98]);
  });

  it('minds neither answers to pings nor thanks', () => {
    expect(ours({ cmd: 'pingresp' }, { cmd: 'puback', messageId: 3 }).map(({ kind }) => kind)).toEqual([
      'other',
      'other',
    ]);
  });
});

describe('packets that nobody should send', () => {
  const read = (...bytes: number[]): void => readPackets(Uint8Array.from(bytes), () => undefined);

  it.each([
    ['a CONNECT', [0x10, 0]],
    ['a message of QoS 2', [0x34, 0]],
    ['flags on an answer', [0xd1, 0]],
    ['a type that there is not', [0x00, 0]],
    ['a length without an end', [0x30, 0xff, 0xff, 0xff, 0xff]],
  ])('throws on %s before it is whole', (_, bytes) => {
    expect(() => wholePackets(Uint8Array.from(bytes))).toThrow(/^MQTT: /);
    expect(() => read(...bytes)).toThrow(/^MQTT: /);
  });

  it.each([
    ['a topic longer than its packet', [0x30, 3, 0, 9, 0x61]],
    ['properties longer than their packet', [0x30, 5, 0, 1, 0x61, 9, 0]],
    ['a property that there is not', [0x20, 5, 0, 0, 2, 0x7f, 0]],
    ['a reason longer than its properties', [0x20, 7, 0, 0, 3, 0x1f, 0, 9, 0]],
    ['a SUBACK without an answer', [0x90, 3, 0, 1, 0]],
    ['a packet that is not whole', [0xd0]],
  ])('throws on %s', (_, bytes) => {
    expect(() => read(...bytes)).toThrow(/^MQTT: /);
  });
});
