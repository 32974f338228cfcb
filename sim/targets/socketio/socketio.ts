import { withEventFormat } from '../mapping/event-messages.ts';
import { outgoing, roomParts } from '../mapping/room.ts';
import { member } from '../mapping/shape.ts';
import { jsonTemplate, textTemplate } from '../mapping/template.ts';
import type { RoomIntent, RoomMessage, TargetEnvironment, TargetPart } from '../target.ts';
import { ackReader, type AckReader } from './acks.ts';
import type { SocketioOptions } from './options.ts';
import { heardIn, packets, type Heard } from './packet.ts';

/** Acknowledgement of the join; those of chat follow. */
const JOIN_ACK = 0;
const FIRST_REF_ACK = 1;
const WELCOME = { kind: 'welcome', seq: null, openCueIds: [] } as const;
/** Events that viewers send, by what is said. */
const EVENTS: Readonly<Record<RoomIntent['kind'], string>> = { chat: 'chat', like: 'like', gift: 'gift' };

type Emit = (message: RoomMessage) => void;
type Read = (value: unknown, emit: Emit) => void;

/** A room on Socket.IO 4, over WebSocket alone. Throws Error for options that cannot be read. */
export function socketioTarget(options: SocketioOptions, environment: TargetEnvironment): TargetPart {
  const { join, acks = {} } = options;
  const events = { ...EVENTS, ...options.events };
  const parts = roomParts(withEventFormat(options, [...new Set([EVENTS.chat, events.chat])]), environment);
  const { abilities, arrival, origin, connect, read, say, said, heartbeat, values } = parts;
  const namespaceOf = textTemplate(options.namespace ?? '/');
  const authOf = jsonTemplate(options.auth);
  const joinArgs = jsonTemplate(join?.args ?? ['{{room}}']);
  const messagesOf = listener(options, read);
  return {
    name: 'socketio',
    health: null,
    arrival,
    room: {
      line: 'socket',
      abilities,
      origin,
      connect: (viewer) => {
        const request = connect(viewer);
        return { ...request, url: engineUrl(request.url) };
      },
      reply: (what, viewer) => {
        const known = values(viewer);
        const namespace = namespaceOf(known);
        if (what === 'pong') return [packets.pong()];
        if (what === 'connect') return [packets.connect(namespace, authOf(known))];
        const args = joinArgs(known) as unknown[];
        return [packets.event(namespace, join?.event ?? 'join', args, join?.ack === false ? null : JOIN_ACK)];
      },
      say: (intent, viewer) =>
        outgoing(say(intent, viewer), (json) => {
          const args = Array.isArray(json) ? (json as unknown[]) : [json];
          const ackId = intent.kind === 'like' || acks === false ? null : FIRST_REF_ACK + intent.ref;
          return packets.event(namespaceOf(values(viewer)), events[intent.kind], args, ackId);
        }),
      said,
      decode: (frame, emit) => {
        // Bytes are parts of binary events, which viewers have no use for.
        if (typeof frame === 'string' && frame !== '') messagesOf(heardIn(frame), emit);
      },
      heartbeat,
    },
  };
}

/** What a packet means to a viewer. */
function listener({ join, acks }: SocketioOptions, read: Read): (heard: Heard, emit: Emit) => void {
  const fate = ackReader(acks === undefined || acks === false ? {} : acks);
  return (heard, emit) => {
    switch (heard.kind) {
      case 'open':
        return emit({ kind: 'ask', what: 'connect' });
      case 'ping':
        return emit({ kind: 'ask', what: 'pong' });
      case 'connected':
        return emit(join ? { kind: 'ask', what: 'join' } : WELCOME);
      case 'closed':
      case 'disconnected':
        return emit({ kind: 'refused', code: 'refused', reason: 'the server ended the session' });
      case 'connect_error': {
        const code = member(heard.data, 'code') === 429 ? 'throttled' : 'refused';
        return emit({ kind: 'refused', code, reason: heard.message });
      }
      case 'event':
        return read({ event: heard.name, data: heard.args[0], args: heard.args }, emit);
      case 'ack':
        if (heard.id === JOIN_ACK) return joined(heard.args, fate(heard.args), read, emit);
        return emit({ kind: 'chat_ack', ref: heard.id - FIRST_REF_ACK, ...fate(heard.args) });
      case 'other':
        return;
    }
  };
}

/** The acknowledgement of the join is read as an event `welcome`, or `error`, so that rules find in it what they look for. */
function joined(args: readonly unknown[], { ok, code }: ReturnType<AckReader>, read: Read, emit: Emit): void {
  const kind = ok ? 'welcome' : 'refused';
  let isSaid = false;
  read({ event: ok ? 'welcome' : 'error', data: args[0], args }, (message) => {
    if (message.kind !== kind || isSaid) return;
    isSaid = true;
    emit(message.kind === 'refused' && code === 'throttled' ? { ...message, code } : message);
  });
  if (!isSaid) emit(ok ? WELCOME : { kind: 'refused', code, reason: JSON.stringify(args) });
}

/** Without a path, Engine.IO is where it is by default. */
function engineUrl(url: string): string {
  const [, base, path, query = ''] = /^([a-z]+:\/\/[^/?#]+)([^?#]*)(\?[^#]*)?/.exec(url) ?? [];
  if (base === undefined) throw new Error(`"${url}" is no URL`);
  const engine = `${query === '' ? '?' : `${query}&`}EIO=4&transport=websocket`;
  return `${base.replace(/^http/, 'ws')}${path === '' || path === '/' ? '/socket.io/' : path}${engine}`;
}
