import { jsonOf } from '../mapping/json.ts';
import { outgoing, roomParts } from '../mapping/room.ts';
import { textTemplate, type Values } from '../mapping/template.ts';
import { decodeUtf8, encodeUtf8 } from '../mapping/utf8.ts';
import type { RoomMessage, TargetEnvironment, TargetPart } from '../target.ts';
import { readPackets, wholePackets, type ServerPacket } from './decode.ts';
import { connectPacket, PINGREQ, pubackPacket, publishPacket, subscribePacket } from './encode.ts';
import type { MqttOptions } from './options.ts';
import { FAILURE, reasonOutcome, reasonText } from './reasons.ts';

const KEEP_ALIVE_MS = 60_000;

/** A room that is a topic of an MQTT 5 broker, over WebSocket; messages are JSON. Throws Error for options that cannot be read. */
export function mqttTarget(options: MqttOptions, environment: TargetEnvironment): TargetPart {
  const protocols = options.protocols ?? ['mqtt'];
  const { abilities, arrival, origin, connect, read, say, said, values } = roomParts(
    { ...options, protocols },
    environment,
  );
  const words = wordsOf(options);
  const heartbeat = { everyMs: words.keepAliveMs / 2, payload: PINGREQ };

  const messageOf = (packet: ServerPacket, emit: (message: RoomMessage) => void): void => {
    switch (packet.kind) {
      case 'connack':
        if (packet.code !== 0) return emit(refusal(packet.code, packet.reason));
        if (packet.keepAliveSec !== null && packet.keepAliveSec * 1000 < heartbeat.everyMs)
          return emit({ kind: 'refused', code: 'refused', reason: tooSlow(packet.keepAliveSec) });
        return emit({ kind: 'ask', what: 'subscribe' });
      case 'suback':
        if (packet.code >= FAILURE) return emit(refusal(packet.code, packet.reason));
        return emit({ kind: 'welcome', seq: null, openCueIds: [] });
      case 'publish': {
        if (packet.packetId !== null) emit({ kind: 'ask', what: 'puback', data: String(packet.packetId) });
        const data = jsonOf(decodeUtf8(packet.payload));
        // What is no JSON is no business of ours, as everything that no rule reads.
        if (data !== undefined) read(options.envelope ? { topic: packet.topic, data } : data, emit);
        return;
      }
      case 'disconnect':
        return emit(refusal(packet.code, packet.reason));
    }
  };

  return {
    name: 'mqtt',
    health: null,
    arrival,
    room: {
      line: 'socket',
      abilities,
      origin,
      connect,
      opened: (viewer) => [connectPacket(words.login(values(viewer)))],
      reply: (what, viewer, data) => {
        if (what === 'puback') return [pubackPacket(Number(data))];
        return [subscribePacket(words.topics(values(viewer)), options.qos ?? 0)];
      },
      say: (intent, viewer) =>
        outgoing(say(intent, viewer), (json) =>
          publishPacket(words.publish(values(viewer)), encodeUtf8(JSON.stringify(json))),
        ),
      said,
      decode: (frame, emit) => {
        if (typeof frame === 'string') throw new Error('MQTT: a frame of text');
        readPackets(frame, (packet) => messageOf(packet, emit));
      },
      wholeBytes: wholePackets,
      heartbeat,
    },
  };
}

/** What viewers are told to say, by templates. */
function wordsOf(options: MqttOptions) {
  const { topic = 'rooms/{{room}}', keepAlive: keepAliveMs = KEEP_ALIVE_MS, cleanStart = true } = options;
  const topics = (typeof topic === 'string' ? [topic] : topic).map((each) => textTemplate(each));
  const [first] = topics;
  const clientId = textTemplate(options.clientId ?? '{{viewer.id}}');
  const username = optional(options.username);
  const password = optional(options.password);
  const sessionExpirySec = Math.ceil((options.sessionExpiry ?? 0) / 1000);
  return {
    keepAliveMs,
    topics: (values: Values) => topics.map((each) => each(values)),
    publish: options.publish === undefined ? first : textTemplate(options.publish),
    login: (values: Values) => ({
      clientId: clientId(values),
      username: username(values),
      password: password(values),
      keepAliveSec: Math.ceil(keepAliveMs / 1000),
      cleanStart,
      sessionExpirySec,
    }),
  };
}

function optional(text: string | undefined): (values: Values) => string | null {
  return text === undefined ? () => null : textTemplate(text);
}

function refusal(code: number, reason: string | null): RoomMessage {
  return { kind: 'refused', code: reasonOutcome(code), reason: reasonText(code, reason) };
}

function tooSlow(keepAliveSec: number): string {
  return `the broker wants to hear from clients every ${keepAliveSec} s: set keepAlive: ${keepAliveSec}s`;
}
