import { outgoing, roomParts, type RoomParts } from '../mapping/room.ts';
import { jsonTemplate, textTemplate, type Values } from '../mapping/template.ts';
import { decodeUtf8 } from '../mapping/utf8.ts';
import type { RoomMessage, TargetEnvironment, TargetPart, TargetViewer } from '../target.ts';
import { publishApi } from './api.ts';
import type { CentrifugoOptions } from './options.ts';
import { commands, heardIn, type Heard } from './protocol.ts';

type Emit = (message: RoomMessage) => void;
type Chat = Extract<RoomMessage, { kind: 'chat' }>;
type Publication = Extract<Heard, { kind: 'publication' }>;

/** A room on Centrifugo, or on a server of its library. Throws Error for options that cannot be read. */
export function centrifugoTarget(options: CentrifugoOptions, environment: TargetEnvironment): TargetPart {
  const parts = roomParts(options, environment);
  const { abilities, arrival, origin, connect, say, said, heartbeat, values } = parts;
  const channel = textTemplate(options.channel ?? '{{room}}');
  const channelOf = (viewer: TargetViewer): string => channel(values(viewer));
  const words = firstWords(options);
  const api = options.api && publishApi(options.api);
  const messagesOf = listener(options, parts);
  return {
    name: 'centrifugo',
    health: null,
    arrival,
    room: {
      line: 'socket',
      abilities,
      origin,
      connect,
      opened: (viewer) => [commands.connect(words.connect(values(viewer)))],
      reply: (what, viewer) => {
        if (what === 'pong') return [commands.pong()];
        return [commands.subscribe({ channel: channelOf(viewer), ...words.subscribe(values(viewer)) })];
      },
      say: (intent, viewer) =>
        outgoing(say(intent, viewer), (json) => {
          if (api && intent.kind === 'chat') return api.publish(channelOf(viewer), json);
          const ref = intent.kind === 'like' ? null : intent.ref;
          if (options.rpc !== undefined) return commands.rpc(options.rpc, json, ref);
          return commands.publish(channelOf(viewer), json, ref);
        }),
      said: api?.said ?? said,
      decode: (frame, emit) => {
        for (const heard of heardIn(typeof frame === 'string' ? frame : decodeUtf8(frame))) messagesOf(heard, emit);
      },
      heartbeat,
    },
  };
}

/** What a reply or a push means to a viewer. */
function listener(options: CentrifugoOptions, { abilities, read }: RoomParts): (heard: Heard, emit: Emit) => void {
  const counts = abilities.numbers === 'sequence';
  const welcome = (seq: number | null): RoomMessage => ({ kind: 'welcome', seq: counts ? seq : null, openCueIds: [] });
  return (heard, emit) => {
    switch (heard.kind) {
      case 'ping':
        if (options.pong !== false) emit({ kind: 'ask', what: 'pong' });
        return;
      case 'connected':
        return emit(options.subscribe === false ? welcome(null) : { kind: 'ask', what: 'subscribe' });
      case 'subscribed':
        return emit(welcome(heard.offset));
      case 'published':
        return emit({ ...heard, kind: 'chat_ack' });
      case 'publication':
        return read(heard.data, (message) =>
          emit(message.kind === 'chat' ? withFacts(message, heard, counts) : message),
        );
      case 'refused':
        return emit(heard);
    }
  };
}

/** What the server knows of a publication, where the data do not say it. */
function withFacts(chat: Chat, { offset, timeMs, user }: Publication, counts: boolean): Chat {
  return {
    ...chat,
    seq: chat.seq ?? (counts ? offset : null),
    publishedAtMs: chat.publishedAtMs ?? timeMs,
    from: chat.from === '' ? user : chat.from,
  };
}

/** Of the connection, and of the subscription. What is not there is left out of the JSON. */
function firstWords({ token, jwt, data, subscription }: CentrifugoOptions) {
  const connectToken = optional(token ?? (jwt && '{{token}}'));
  const connectData = jsonTemplate(data);
  const channelToken = optional(subscription?.token);
  const channelData = jsonTemplate(subscription?.data);
  return {
    connect: (values: Values) => ({ token: connectToken(values), data: connectData(values), name: 'flashcrowd' }),
    subscribe: (values: Values) => ({ token: channelToken(values), data: channelData(values) }),
  };
}

function optional(text: string | undefined): (values: Values) => string | undefined {
  return text === undefined ? () => undefined : textTemplate(text);
}
