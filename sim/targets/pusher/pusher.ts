import { withEventFormat } from '../mapping/event-messages.ts';
import { outgoing, roomParts } from '../mapping/room.ts';
import { jsonTemplate, textTemplate } from '../mapping/template.ts';
import { decodeUtf8 } from '../mapping/utf8.ts';
import type { RoomIntent, RoomMessage, TargetEnvironment, TargetPart, TargetViewer } from '../target.ts';
import { subscriptionAuth } from './auth.ts';
import type { PusherOptions } from './options.ts';
import { events, heardIn, type Heard, type Subscription } from './protocol.ts';

/** Half of what servers name as the longest silence. */
const PING_EVERY_MS = 60_000;
const NAMES: Readonly<Record<RoomIntent['kind'], string>> = {
  chat: 'client-chat',
  like: 'client-like',
  gift: 'client-gift',
};
const MEMBER = { user_id: '{{viewer.id}}', user_info: { name: '{{viewer.name}}' } };

/**
 * A room on Pusher Channels, or on a server of its protocol. A server does not send a client's own events back to it.
 * Throws Error for options that cannot be read.
 */
export function pusherTarget(options: PusherOptions, environment: TargetEnvironment): TargetPart {
  const names = { ...NAMES, ...options.events };
  const parts = roomParts(withEventFormat(options, ['chat', names.chat]), environment);
  const { abilities, arrival, origin, connect, read, say, said, heartbeat, values } = parts;
  const channel = textTemplate(options.channel ?? '{{room}}');
  const channelOf = (viewer: TargetViewer): string => channel(values(viewer));
  const subscription = subscriber(options, environment, values);

  return {
    name: 'pusher',
    health: null,
    arrival,
    room: {
      line: 'socket',
      abilities: options.sayBy ? abilities : { ...abilities, echo: false },
      origin,
      connect: (viewer) => {
        const request = connect(viewer);
        return { ...request, url: appUrl(request.url, options.key) };
      },
      reply: (what, viewer, data = '') => [
        what === 'pong' ? events.pong() : events.subscribe(subscription(viewer, channelOf(viewer), data)),
      ],
      say: (intent, viewer) =>
        outgoing(say(intent, viewer), (json) => {
          const name = channelOf(viewer);
          return isPublic(name) ? null : events.client(names[intent.kind], name, json);
        }),
      said,
      decode: (frame, emit) => {
        const text = typeof frame === 'string' ? frame : decodeUtf8(frame);
        if (text !== '') messagesOf(heardIn(text), read, emit);
      },
      heartbeat: heartbeat ?? { everyMs: PING_EVERY_MS, payload: events.ping() },
    },
  };
}

function messagesOf(
  heard: Heard,
  read: (value: unknown, emit: (message: RoomMessage) => void) => void,
  emit: (message: RoomMessage) => void,
): void {
  switch (heard.kind) {
    case 'connected':
      return emit({ kind: 'ask', what: 'subscribe', data: heard.socketId });
    case 'ping':
      return emit({ kind: 'ask', what: 'pong' });
    case 'subscribed':
      emit({ kind: 'welcome', seq: null, openCueIds: [] });
      if (heard.members !== null) emit({ kind: 'count', viewers: heard.members });
      return;
    case 'count':
    case 'refused':
      return emit(heard);
    case 'event': {
      const { user } = heard.event;
      return read(heard.event, (message) =>
        emit(message.kind === 'chat' && message.from === '' ? { ...message, from: user } : message),
      );
    }
    case 'other':
      return;
  }
}

/** What a viewer sends to subscribe. `socketId`: of its connection, as the server named it. */
function subscriber(
  { key, secret, member }: PusherOptions,
  environment: TargetEnvironment,
  values: (viewer: TargetViewer) => Parameters<ReturnType<typeof jsonTemplate>>[0],
): (viewer: TargetViewer, channel: string, socketId: string) => Subscription {
  const memberOf = jsonTemplate(member ?? MEMBER);
  return (viewer, channel, socketId) => {
    if (isPublic(channel) || secret === undefined) return { channel };
    const isPresence = channel.startsWith('presence-');
    const channelData = isPresence ? JSON.stringify(memberOf(values(viewer))) : undefined;
    const auth = subscriptionAuth({ key, secret }, { socketId, channel, channelData }, environment);
    return { channel, auth, channel_data: channelData };
  };
}

function isPublic(channel: string): boolean {
  return !/^(private|presence)-/.test(channel);
}

/** `wss://ws-eu.pusher.com` -> `wss://ws-eu.pusher.com/app/<key>?protocol=7&...`. What stands behind the host is put before `/app`. */
function appUrl(url: string, key: string): string {
  const base = url
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/^http/, 'ws');
  return `${base}/app/${encodeURIComponent(key)}?protocol=7&client=flashcrowd&version=1&flash=false`;
}
