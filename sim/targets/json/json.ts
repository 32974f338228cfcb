import { outgoing, roomParts } from '../mapping/room.ts';
import { jsonTemplate, textTemplate, type Values } from '../mapping/template.ts';
import { decodeUtf8 } from '../mapping/utf8.ts';
import { withValues } from '../mapping/values.ts';
import type { TargetEnvironment, TargetPart } from '../target.ts';
import { answersTo } from './answers.ts';
import { documentsOf, valuesOf } from './frames.ts';
import type { JsonOptions } from './options.ts';

/** A room that speaks JSON over WebSocket, in frames of text. Throws Error for options that cannot be read. */
export function jsonTarget(options: JsonOptions, environment: TargetEnvironment): TargetPart {
  const { abilities, arrival, origin, connect, read, say, said, heartbeat, values } = roomParts(options, environment);
  const first = options.open?.map(frameTemplate) ?? [];
  const answers = answersTo(options.answers ?? []);
  const silent = new Set(options.ignore);
  const messagesIn = options.messages?.each === undefined ? valuesOf : documentsOf;
  return {
    name: 'json',
    health: null,
    arrival,
    room: {
      line: 'socket',
      abilities,
      origin,
      connect,
      entersOnOpen: options.welcome === 'open',
      opened: (viewer) => first.map((frame) => frame(values(viewer))),
      reply: (what, viewer, data) => [answers.answer(what, withValues(values(viewer), messageOf(data)))],
      say: (intent, viewer) => outgoing(say(intent, viewer), JSON.stringify),
      said,
      decode: (frame, emit) => {
        const text = typeof frame === 'string' ? frame : decodeUtf8(frame);
        if (answers.toFrame(text, emit) || silent.has(text) || text.trim() === '') return;
        for (const value of messagesIn(text)) {
          answers.toMessage(value, emit);
          read(value, emit);
        }
      },
      heartbeat,
    },
  };
}

function frameTemplate(written: unknown): (values: Values) => string {
  if (typeof written === 'string') return textTemplate(written);
  const json = jsonTemplate(written);
  return (values) => JSON.stringify(json(values));
}

function messageOf(data: string | undefined): Values {
  return data === undefined ? {} : { message: JSON.parse(data) as unknown };
}
