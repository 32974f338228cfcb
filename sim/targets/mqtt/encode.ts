import { encodeUtf8 } from '../mapping/utf8.ts';

/**
 * Packets of MQTT 5 that a viewer sends (https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html). No properties but those named here:
 * without `Topic Alias Maximum` a server may not shorten topics to numbers, which a decoder without a memory could not read.
 */

interface Connect {
  readonly clientId: string;
  /** `null`: none. */
  readonly username: string | null;
  readonly password: string | null;
  /** 0 to 65,535; 0: the server waits for ever. */
  readonly keepAliveSec: number;
  readonly cleanStart: boolean;
  /** How long the server keeps the session of a viewer who has gone. */
  readonly sessionExpirySec: number;
}

const SESSION_EXPIRY = 0x11;
const MAX_TEXT_BYTES = 0xffff;

export const PINGREQ: Uint8Array = Uint8Array.of(0xc0, 0);

export function connectPacket(connect: Connect): Uint8Array {
  const { clientId, username, password, keepAliveSec, cleanStart, sessionExpirySec } = connect;
  const flags = (username === null ? 0 : 0x80) | (password === null ? 0 : 0x40) | (cleanStart ? 0x02 : 0);
  const properties = sessionExpirySec === 0 ? [] : [Uint8Array.of(SESSION_EXPIRY), uint32(sessionExpirySec)];
  return packet(0x10, [
    text('MQTT'),
    Uint8Array.of(5, flags),
    uint16(keepAliveSec),
    lengthOf(properties),
    ...properties,
    text(clientId),
    ...(username === null ? [] : [text(username)]),
    ...(password === null ? [] : [text(password)]),
  ]);
}

/** Packet identifier 1: a viewer subscribes once. The server sends each message at `qos` at most. */
export function subscribePacket(topics: readonly string[], qos: 0 | 1): Uint8Array {
  const filters = topics.flatMap((topic) => [text(topic), Uint8Array.of(qos)]);
  return packet(0x82, [uint16(1), Uint8Array.of(0), ...filters]);
}

/** At QoS 0. */
export function publishPacket(topic: string, payload: Uint8Array): Uint8Array {
  return packet(0x30, [text(topic), Uint8Array.of(0), payload]);
}

/** Thanks for a message of QoS 1. */
export function pubackPacket(packetId: number): Uint8Array {
  return packet(0x40, [uint16(packetId)]);
}

function packet(first: number, parts: readonly Uint8Array[]): Uint8Array {
  return join([Uint8Array.of(first), lengthOf(parts), ...parts]);
}

/** The bytes of the parts together, as a variable byte integer. */
function lengthOf(parts: readonly Uint8Array[]): Uint8Array {
  let left = parts.reduce((sum, { length }) => sum + length, 0);
  const bytes: number[] = [];
  do {
    const low = left & 0x7f;
    left >>>= 7;
    bytes.push(left > 0 ? low | 0x80 : low);
  } while (left > 0);
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Throws for text that the two bytes of its length cannot hold. */
function text(value: string): Uint8Array {
  const bytes = encodeUtf8(value);
  if (bytes.length > MAX_TEXT_BYTES)
    throw new Error(`MQTT text has at most ${MAX_TEXT_BYTES} bytes, not ${bytes.length}`);
  return join([uint16(bytes.length), bytes]);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
