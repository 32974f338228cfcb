import { jsonOf } from '../mapping/json.ts';
import { outgoing, roomParts } from '../mapping/room.ts';
import { textTemplate, type Values } from '../mapping/template.ts';
import { decodeUtf8, encodeUtf8 } from '../mapping/utf8.ts';
import type { OutcomeCode, RoomMessage, TargetEnvironment, TargetPart } from '../target.ts';
import { hello, PING, PONG, publish } from './commands.ts';
import { readLines, wholeLines, type ServerLine } from './lines.ts';
import type { NatsOptions } from './options.ts';

/** A room that is a subject of a NATS server, over WebSocket; messages are JSON. Throws Error for options that cannot be read. */
export function natsTarget(options: NatsOptions, environment: TargetEnvironment): TargetPart {
  const { abilities, arrival, origin, connect, read, say, said, values } = roomParts(options, environment);
  const words = wordsOf(options);

  const messageOf = (line: ServerLine, emit: (message: RoomMessage) => void): void => {
    switch (line.kind) {
      case 'msg': {
        const data = jsonOf(decodeUtf8(line.payload));
        // What is no JSON is no business of ours, as everything that no rule reads.
        if (data !== undefined) read(options.envelope ? { subject: line.subject, data } : data, emit);
        return;
      }
      case 'ping':
        return emit({ kind: 'ask', what: 'pong' });
      case 'pong':
        // The first answers the PING behind the subscriptions; a world minds no other.
        return emit({ kind: 'welcome', seq: null, openCueIds: [] });
      case 'err':
        return emit({ kind: 'refused', code: outcomeOf(line.text), reason: line.text });
    }
  };

  return {
    name: 'nats',
    health: null,
    arrival,
    room: {
      line: 'socket',
      abilities,
      origin,
      connect,
      opened: (viewer) => [words.hello(values(viewer))],
      reply: () => [PONG],
      say: (intent, viewer) =>
        outgoing(say(intent, viewer), (json) =>
          publish(words.publish(values(viewer)), encodeUtf8(JSON.stringify(json))),
        ),
      said,
      decode: (frame, emit) => {
        readLines(typeof frame === 'string' ? encodeUtf8(frame) : frame, (line) => messageOf(line, emit));
      },
      wholeBytes: wholeLines,
      heartbeat: options.ping === undefined ? null : { everyMs: options.ping, payload: PING },
    },
  };
}

/** What viewers are told to say, by templates. */
function wordsOf({ subject = 'room.{{room}}', ...options }: NatsOptions) {
  const subjects = (typeof subject === 'string' ? [subject] : subject).map(subjectTemplate);
  const [first] = subjects;
  const user = optional(options.user);
  const pass = optional(options.pass);
  const authToken = optional(options.authToken);
  const jwt = optional(options.userJwt);
  const name = textTemplate('{{viewer.id}}');
  return {
    publish: options.publish === undefined ? first : subjectTemplate(options.publish),
    hello: (values: Values) =>
      hello(
        { user: user(values), pass: pass(values), authToken: authToken(values), jwt: jwt(values), name: name(values) },
        subjects.map((each) => each(values)),
      ),
  };
}

/** A blank would end the subject, and a line break the line. */
function subjectTemplate(text: string): (values: Values) => string {
  const render = textTemplate(text);
  return (values) => render(values).replace(/\s+/g, '_');
}

function optional(text: string | undefined): (values: Values) => string | null {
  return text === undefined ? () => null : textTemplate(text);
}

/** By the words of the server: errors have no numbers. */
function outcomeOf(text: string): OutcomeCode {
  if (/slow consumer|maximum/i.test(text)) return 'throttled';
  return /shutdown|stale connection/i.test(text) ? 'offline' : 'refused';
}
