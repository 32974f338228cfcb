/** What the one viewer does in the room: gets in, says something, and hears itself. */

import { randomUUID } from 'node:crypto';
import type { Conversed } from '../../sim/live/converse.ts';
import { markerOf, withMarker } from '../../sim/targets/marker.ts';
import type { HttpAnswer, HttpRequest, RoomMessage, RoomTarget, TargetViewer } from '../../sim/targets/target.ts';
import type { Heard, ViewerLine } from './viewer-line.ts';
import type { Came } from './report.ts';

const WELCOME_WITHIN_MS = 10_000;
const ECHO_WITHIN_MS = 5000;

export interface RoomFindings {
  /** Kinds of messages that came. */
  readonly heard: Set<RoomMessage['kind']>;
  /** Our own chat as it came back. */
  ownChat: Extract<RoomMessage, { kind: 'chat' }> | null;
  ack: Extract<RoomMessage, { kind: 'chat_ack' }> | null;
}

export async function joinStep(line: ViewerLine, room: RoomTarget): Promise<Came> {
  const came = await line.wait(0, WELCOME_WITHIN_MS, (heard) => {
    for (const each of heard) {
      if (each.kind === 'closed') return lineClosed(each, heard);
      if (each.kind === 'opened' && room.entersOnOpen) return welcomed({ kind: 'welcome', seq: null, openCueIds: [] });
      if (each.kind === 'frame')
        for (const message of each.messages) {
          if (message.kind === 'welcome') return welcomed(message);
          if (message.kind === 'refused') return refusedBy(message);
        }
    }
    return null;
  });
  if (came !== null) return came;
  const opened = line.heard.some(({ kind }) => kind === 'opened');
  if (!opened) return { status: 'unreachable', detail: 'the line did not open within 10 s' };
  return {
    status: 'failed',
    detail: `no welcome within 10 s, though ${framesOf(line.heard)}`,
    remedy:
      room.line === 'socket'
        ? '`messages.welcome` says which message lets a viewer in; `welcome: open`, where there is that option, that an open line is enough'
        : '`messages.welcome` says which message lets a viewer in',
  };
}

function welcomed({ seq, openCueIds }: Extract<RoomMessage, { kind: 'welcome' }>): Came {
  const last = seq === null ? 'the room does not number its messages' : `last message ${seq}`;
  return { status: 'ok', detail: `welcomed; ${last}; ${openCueIds.length} cues stand` };
}

function refusedBy({ code, reason }: Extract<RoomMessage, { kind: 'refused' }>): Came {
  return { status: 'failed', detail: `the room refuses the viewer: ${code}${reason === '' ? '' : `, ${reason}`}` };
}

function lineClosed({ ending }: Extract<Heard, { kind: 'closed' }>, heard: readonly Heard[]): Came {
  const wasOpen = heard.some(({ kind }) => kind === 'opened');
  const detail = `the line ${wasOpen ? 'ended' : 'did not open'}: ${ending.reason || `code ${ending.code}`}`;
  return { status: wasOpen || ending.status !== null ? 'failed' : 'unreachable', detail };
}

function framesOf(heard: readonly Heard[]): string {
  const { length } = heard.filter(({ kind }) => kind === 'frame' || kind === 'unreadable');
  return `${length} ${length === 1 ? 'frame' : 'frames'} came${unreadableAmong(heard)}`;
}

/** Frames that the adapter cannot make anything of; a run passes over them. */
function unreadableAmong(heard: readonly Heard[]): string {
  const bad = heard.filter((each) => each.kind === 'unreadable');
  return bad.length === 0 ? '' : `; ${bad.length} could not be read: ${bad[0].error.message}`;
}

interface ChatParts {
  readonly line: ViewerLine;
  readonly room: RoomTarget;
  readonly viewer: TargetViewer;
  readonly findings: RoomFindings;
  ask(request: HttpRequest): Promise<Conversed<HttpAnswer>>;
}

export async function chatStep({ line, room, viewer, findings, ask }: ChatParts): Promise<Came> {
  const word = `hello ${randomUUID().slice(0, 8)}`;
  const text =
    room.abilities.numbers === 'markers'
      ? withMarker(word, { run: 'chk0', shard: 0, n: 1, before: 0, sentAtMs: Date.now() })
      : word;
  const said = room.say({ kind: 'chat', text, ref: 0 }, viewer);
  if (said === null) return { status: 'skipped', detail: 'nobody chats there: `say.chat` is null' };
  const from = line.heard.length;
  const taken = await sayIt(said, line, room, ask);
  if (taken !== null) return taken;
  if (room.abilities.echo === false) {
    return {
      status: 'ok',
      detail: 'said; nobody hears there what they said themselves, so nothing more can be told by one viewer',
    };
  }
  const came = await line.wait(from, ECHO_WITHIN_MS, (heard) => echoIn(heard, { word, text }, viewer, findings));
  return came ?? notHeard(line.heard.slice(from), word, findings);
}

/** Null: it is said. */
async function sayIt(
  said: NonNullable<ReturnType<RoomTarget['say']>>,
  line: ViewerLine,
  room: RoomTarget,
  ask: ChatParts['ask'],
): Promise<Came | null> {
  if (typeof said === 'string' || said instanceof Uint8Array)
    return line.send(said)
      ? null
      : { status: 'failed', detail: 'the line takes no words: is chat said by a request there (`sayBy`)?' };
  const result = await ask(said);
  if (!('end' in result)) return { status: 'failed', detail: `chat was not taken: ${result.failure}` };
  const { ok, code } = room.said?.(result.end) ?? { ok: result.end.status < 300, code: 'refused' };
  return ok ? null : { status: 'failed', detail: `chat was not taken: ${code}, status ${result.end.status}` };
}

function echoIn(
  heard: readonly Heard[],
  { word, text: said }: { readonly word: string; readonly text: string },
  viewer: TargetViewer,
  findings: RoomFindings,
): Came | null {
  for (const each of heard) {
    if (each.kind === 'closed')
      return { status: 'failed', detail: `the line ended: ${each.ending.reason || `code ${each.ending.code}`}` };
    if (each.kind !== 'frame') continue;
    const acks = each.messages.filter((message) => message.kind === 'chat_ack');
    findings.ack ??= acks[0] ?? null;
    if (acks.some(({ ok }) => !ok)) return { status: 'failed', detail: `chat was not taken: ${acks[0].code}` };
    const chats = each.messages.filter((message) => message.kind === 'chat');
    // The text is passed on only where a marker is looked for; the frame has it in any case.
    const own = chats.find(
      ({ text, from }) => text?.includes(word) === true || (from === viewer.id && each.text.includes(word)),
    );
    if (!own && !(chats.length === 1 && each.text.includes(word))) continue;
    findings.ownChat = own ?? chats[0];
    return heardBack(findings.ownChat, said);
  }
  return null;
}

function heardBack(chat: Extract<RoomMessage, { kind: 'chat' }>, said: string): Came {
  const marker = chat.text === undefined ? null : markerOf(chat.text);
  if (markerOf(said) !== null && marker === null) {
    return {
      status: 'failed',
      detail: `our own chat came back without its marker: its text was read as ${JSON.stringify(chat.text ?? null)}`,
      remedy:
        'the text must come back whole: `messages.chat.text` says where it is; a room that changes or shortens it needs `numbers: none`, and then its chat is not checked',
    };
  }
  const number =
    chat.seq === null ? (marker ? 'its marker came back whole' : 'it has no number') : `number ${chat.seq}`;
  const time = chat.publishedAtMs === null ? 'it does not say when it was published' : 'it says when it was published';
  return { status: 'ok', detail: `our own chat came back: ${number}; ${time}` };
}

function notHeard(heard: readonly Heard[], word: string, { ack }: RoomFindings): Came {
  const frames = heard.filter((each) => each.kind === 'frame');
  if (frames.some(({ text }) => text.includes(word)))
    return {
      status: 'failed',
      detail: 'our own chat came back, but was not recognised as chat',
      remedy: '`messages.chat` says which message is chat: compare `when` and `text` with the frame above',
    };
  const taken = ack === null ? '' : ', though it was acknowledged';
  return {
    status: 'failed',
    detail: `our own chat did not come back within 5 s${taken}; ${framesOf(heard)}`,
    remedy:
      'what was sent above must be what the room understands (`say.chat`), and the viewer must be in the room that it speaks to',
  };
}
