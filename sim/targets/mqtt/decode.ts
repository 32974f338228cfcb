import { Fields, readProperties, varint } from './fields.ts';

/** Packets of MQTT 5 that a server sends, as far as a viewer is concerned. Reason codes: see `reasons.ts`. */
export type ServerPacket =
  | {
      readonly kind: 'connack';
      readonly code: number;
      readonly reason: string | null;
      readonly keepAliveSec: number | null;
    }
  | { readonly kind: 'suback'; readonly code: number; readonly reason: string | null }
  | { readonly kind: 'disconnect'; readonly code: number; readonly reason: string | null }
  /** `packetId`: of QoS 1, which wants thanks. `payload` is good as long as the frame. */
  | { readonly kind: 'publish'; readonly topic: string; readonly packetId: number | null; readonly payload: Uint8Array }
  /** Nothing that a viewer minds: answers to pings and the like. */
  | { readonly kind: 'other' };

const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const SUBACK = 9;
const UNSUBACK = 11;
const PINGRESP = 13;
const DISCONNECT = 14;

/** Bytes of `bytes` that are whole packets. Throws when a packet cannot begin so. */
export function wholePackets(bytes: Uint8Array): number {
  let whole = 0;
  while (whole < bytes.length) {
    checkFirst(bytes[whole]);
    const length = varint(bytes, whole + 1);
    if (!length || length.next + length.value > bytes.length) break;
    whole = length.next + length.value;
  }
  return whole;
}

/** Calls `take` for each packet. Throws when a packet is malformed, or the last is not whole. */
export function readPackets(bytes: Uint8Array, take: (packet: ServerPacket) => void): void {
  let at = 0;
  while (at < bytes.length) {
    checkFirst(bytes[at]);
    const length = varint(bytes, at + 1);
    if (!length || length.next + length.value > bytes.length) throw new Error('MQTT: a packet that ends too soon');
    const end = length.next + length.value;
    take(readPacket(bytes[at], new Fields(bytes, length.next, end)));
    at = end;
  }
}

/** What is no packet of a server is found at its first byte, before its length makes anyone wait. */
function checkFirst(first: number): void {
  const type = first >> 4;
  const flags = first & 0x0f;
  const fits = [CONNACK, PUBACK, SUBACK, UNSUBACK, PINGRESP, DISCONNECT].includes(type) && flags === 0;
  // QoS 2 is not subscribed to, and there is no 3.
  if (!fits && !(type === PUBLISH && (flags & 0x04) === 0))
    throw new Error(
      `MQTT: a server sends this viewer no packet that begins with 0x${first.toString(16).padStart(2, '0')}`,
    );
}

function readPacket(first: number, fields: Fields): ServerPacket {
  switch (first >> 4) {
    case CONNACK: {
      // Whether there was a session of this client is of no interest.
      fields.skip(1);
      const code = fields.byte();
      const { reason, serverKeepAliveSec } = readProperties(fields);
      return { kind: 'connack', code, reason, keepAliveSec: serverKeepAliveSec };
    }
    case PUBLISH:
      return readPublish(first, fields);
    case SUBACK: {
      fields.skip(2);
      const { reason } = readProperties(fields);
      // One code for each topic: the worst counts.
      return { kind: 'suback', code: Math.max(...fields.codes()), reason };
    }
    case DISCONNECT: {
      const code = fields.left === 0 ? 0 : fields.byte();
      return { kind: 'disconnect', code, reason: readProperties(fields).reason };
    }
    default:
      return { kind: 'other' };
  }
}

function readPublish(first: number, fields: Fields): ServerPacket {
  const topic = fields.text();
  const packetId = (first & 0x06) === 0 ? null : fields.uint16();
  fields.skip(fields.varint());
  return { kind: 'publish', topic, packetId, payload: fields.rest() };
}
