import { jsonOf } from '../mapping/json.ts';
import { outgoing, roomParts } from '../mapping/room.ts';
import { decodeUtf8 } from '../mapping/utf8.ts';
import type { TargetEnvironment, TargetPart } from '../target.ts';
import { eventsIn } from './event.ts';
import type { SseOptions } from './options.ts';

/** A room that is heard as server-sent events with JSON in them; chat is said by `sayBy`. Throws Error for options that cannot be read. */
export function sseTarget(options: SseOptions, environment: TargetEnvironment): TargetPart {
  const { abilities, arrival, origin, connect, read, say, said } = roomParts(options, environment);
  const { welcome = 'open', envelope = false } = options;
  return {
    name: 'sse',
    health: null,
    arrival,
    room: {
      line: 'events',
      abilities,
      origin,
      connect,
      // Nothing can be said over a line that goes one way.
      say: (intent, viewer) => outgoing(say(intent, viewer), () => null),
      said,
      decode: (frame, emit) => {
        const block = typeof frame === 'string' ? frame : decodeUtf8(frame);
        // Nothing at all: the stream has opened.
        if (block === '') {
          if (welcome === 'open') emit({ kind: 'welcome', seq: null, openCueIds: [] });
          return;
        }
        for (const { data: text, ...head } of eventsIn(block)) {
          const data = jsonOf(text);
          // What is no JSON is no business of ours, as everything that no rule reads.
          if (data !== undefined) read(envelope ? { ...head, data } : data, emit);
        }
      },
    },
  };
}
