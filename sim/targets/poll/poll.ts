import { jsonOf } from '../mapping/json.ts';
import { pathOf } from '../mapping/path.ts';
import { outgoing, roomParts } from '../mapping/room.ts';
import { decodeUtf8 } from '../mapping/utf8.ts';
import type { RoomMessage, TargetEnvironment, TargetPart, TargetViewer } from '../target.ts';
import type { PollOptions } from './options.ts';

const EVERY_MS = 5000;
/** A backend that names a longer time has named something else. */
const EVERY_AT_MOST_MS = 600_000;
/** Where a viewer's cursor is kept for answers that name none; in its scratch space, because a second device has read something else. */
const KEPT = 'pollCursor';

/**
 * A room whose viewers ask again and again, as with YouTube's live chat: an answer is JSON with the messages since the last, the cursor of
 * the next question, and when to ask it. Chat is said by `sayBy`. Throws Error for options that cannot be read.
 */
export function pollTarget(options: PollOptions, environment: TargetEnvironment): TargetPart {
  const { abilities, arrival, origin, connect, read, say, said } = roomParts(options, environment);
  const cursorOf = cursorReader(options.cursor);
  const waitOf = waitReader(options);
  const param = encodeURIComponent(options.cursorParam ?? 'cursor');
  return {
    name: 'poll',
    health: null,
    arrival,
    room: {
      line: 'poll',
      abilities,
      origin,
      connect,
      poll: (viewer, cursor) => {
        const { url, headers } = connect(viewer);
        const from = resume(viewer, cursor);
        const asked = from === '' ? url : withParam(url, `${param}=${encodeURIComponent(from)}`);
        return { method: 'GET', ...placeOf(asked), headers };
      },
      // An answer to a question takes nothing along.
      say: (intent, viewer) => outgoing(say(intent, viewer), () => null),
      said,
      decode: (frame, emit) => {
        const answer = jsonOf(typeof frame === 'string' ? frame : decodeUtf8(frame));
        if (answer === undefined) throw new Error('the answer to a poll is not JSON');
        const messages: RoomMessage[] = [];
        read(answer, (message) => messages.push(message));
        const verdicts = messages.filter(isVerdict);
        // Whoever has an answer is in; a world minds no further welcome.
        if (verdicts.length === 0) emit({ kind: 'welcome', seq: null, openCueIds: [] });
        for (const verdict of verdicts) emit(verdict);
        for (const message of messages) if (!isVerdict(message)) emit(message);
        emit({ kind: 'poll_again', afterMs: waitOf(answer), cursor: cursorOf(answer) });
      },
    },
  };
}

/** The rules of the target file say themselves whether the viewer is in. */
function isVerdict({ kind }: RoomMessage): boolean {
  return kind === 'welcome' || kind === 'refused';
}

/** The cursor to ask with, empty for none: that of the answer, or else the last that this viewer had. */
function resume({ session }: TargetViewer, cursor: string | null): string {
  if (cursor === null) delete session[KEPT];
  else if (cursor !== '') session[KEPT] = cursor;
  return session[KEPT] ?? '';
}

/** Empty: the answer names none. */
function cursorReader(path: string | undefined): (answer: unknown) => string {
  if (path === undefined) return () => '';
  const get = pathOf(path);
  return (answer) => {
    const cursor = get(answer);
    return typeof cursor === 'string' || typeof cursor === 'number' ? String(cursor) : '';
  };
}

/** Milliseconds. */
function waitReader({ every, everyUnit = 'ms' }: PollOptions): (answer: unknown) => number {
  if (typeof every !== 'string') return () => every ?? EVERY_MS;
  const get = pathOf(every);
  const unitMs = everyUnit === 's' ? 1000 : 1;
  return (answer) => {
    const wait = get(answer);
    const isNumber = typeof wait === 'number' || (typeof wait === 'string' && wait.trim() !== '');
    const waitMs = isNumber ? Number(wait) * unitMs : NaN;
    return waitMs >= 0 ? Math.min(waitMs, EVERY_AT_MOST_MS) : EVERY_MS;
  };
}

function withParam(url: string, param: string): string {
  const [place] = url.split('#');
  return `${place}${place.includes('?') ? '&' : '?'}${param}`;
}

/** `https://chat.example.com?a=1` -> `https://chat.example.com` and `/?a=1`. */
function placeOf(url: string): { readonly origin: string; readonly path: string } {
  const [, origin, path] = /^(https?:\/\/[^/?#]+)([^#]*)/.exec(url) ?? [];
  if (origin === undefined) throw new Error(`"${url}" is no URL of http: or https:`);
  return { origin, path: path.startsWith('/') ? path : `/${path}` };
}
