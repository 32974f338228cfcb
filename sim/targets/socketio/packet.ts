/**
 * Packets of Socket.IO 5 inside messages of Engine.IO 4, over WebSocket alone: no long polling, no upgrade.
 * https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/
 */

import { isRecord, member, textOr } from '../mapping/shape.ts';

/** What a frame of text says. */
export type Heard =
  /** Engine.IO: the line is open, and the client may enter a namespace. */
  | { readonly kind: 'open' }
  | { readonly kind: 'ping' }
  /** Nothing that a viewer has a use for: binary events, and what the server says to itself. */
  | { readonly kind: 'other' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'connect_error'; readonly message: string; readonly data: unknown }
  | { readonly kind: 'event'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'ack'; readonly id: number; readonly args: readonly unknown[] };

const ENGINE = { open: '0', close: '1', ping: '2', pong: '3', message: '4', upgrade: '5', noop: '6' } as const;
const PACKET = {
  connect: '0',
  disconnect: '1',
  event: '2',
  ack: '3',
  connectError: '4',
  binaryEvent: '5',
  binaryAck: '6',
} as const;

/** Type, namespace with its comma, acknowledgement id, and the rest, which is JSON. A line is in one namespace: which, is of no matter. */
const SHAPE = /^([0-4])(?:\/[^,]*(?:,|$))?(\d+)?([\s\S]*)$/;

export const packets = {
  pong: (): string => ENGINE.pong,
  connect: (namespace: string, auth: unknown): string =>
    packet(PACKET.connect, namespace, null, auth === undefined ? '' : JSON.stringify(auth)),
  /** `ackId`: the server is asked to acknowledge; null: it is not. */
  event: (namespace: string, name: string, args: readonly unknown[], ackId: number | null): string =>
    packet(PACKET.event, namespace, ackId, JSON.stringify([name, ...args])),
};

/** Throws when the frame is not a message of Engine.IO, or not a packet of Socket.IO. */
export function heardIn(frame: string): Heard {
  switch (frame[0]) {
    case ENGINE.open:
      return isRecord(json(frame, frame.slice(1))) ? { kind: 'open' } : malformed(frame);
    case ENGINE.close:
      return { kind: 'closed' };
    case ENGINE.ping:
      return { kind: 'ping' };
    case ENGINE.message:
      return packetIn(frame.slice(1));
    case ENGINE.pong:
    case ENGINE.upgrade:
    case ENGINE.noop:
      return { kind: 'other' };
    default:
      return malformed(frame);
  }
}

function packet(type: string, namespace: string, ackId: number | null, rest: string): string {
  return `${ENGINE.message}${type}${namespace === '/' ? '' : `${namespace},`}${ackId ?? ''}${rest}`;
}

function packetIn(text: string): Heard {
  if (text[0] === PACKET.binaryEvent || text[0] === PACKET.binaryAck) return { kind: 'other' };
  const found = SHAPE.exec(text);
  if (found === null) return malformed(text);
  const [, type, id, rest] = found;
  const data = rest === '' ? undefined : json(text, rest);
  switch (type) {
    case PACKET.connect:
      return data === undefined || isRecord(data) ? { kind: 'connected' } : malformed(text);
    case PACKET.disconnect:
      return data === undefined ? { kind: 'disconnected' } : malformed(text);
    case PACKET.event:
      return event(text, data);
    case PACKET.ack:
      if (!Array.isArray(data) || !Number.isSafeInteger(Number(id))) return malformed(text);
      return { kind: 'ack', id: Number(id), args: data };
    default:
      return connectError(text, data);
  }
}

function event(text: string, data: unknown): Heard {
  if (!Array.isArray(data)) return malformed(text);
  const [name, ...args] = data as unknown[];
  // Names may be numbers; nobody listens for those.
  if (typeof name === 'number') return { kind: 'other' };
  return typeof name === 'string' ? { kind: 'event', name, args } : malformed(text);
}

function connectError(text: string, data: unknown): Heard {
  if (typeof data !== 'string' && !isRecord(data)) return malformed(text);
  const message = typeof data === 'string' ? data : textOr(data.message, 'no reason given');
  return { kind: 'connect_error', message, data: member(data, 'data') };
}

function json(text: string, rest: string): unknown {
  try {
    return JSON.parse(rest);
  } catch {
    return malformed(text);
  }
}

function malformed(text: string): never {
  throw new Error(`not a packet of Socket.IO: ${text.slice(0, 80)}`);
}
