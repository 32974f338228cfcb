/** What all rooms have in common, made of the options that they share. A codec adds its protocol. */

import type {
  ArrivalTarget,
  HttpAnswer,
  HttpRequest,
  OutcomeCode,
  Payload,
  RoomAbilities,
  RoomIntent,
  RoomMessage,
  SocketRequest,
  TargetEnvironment,
  TargetViewer,
} from '../target.ts';
import { arrivalOf } from './arrival.ts';
import { condition } from './condition.ts';
import { jsonOf } from './json.ts';
import { tokenMaker } from './jwt.ts';
import { messageReader } from './messages.ts';
import type { RoomOptions } from './options.ts';
import { headerTemplates, requestTemplate } from './request.ts';
import { saidValues, sayings } from './sayings.ts';
import { textTemplate, type Values } from './template.ts';
import { viewerValues, withValues } from './values.ts';

/** What is said: by a request, or as JSON for the codec to put on its line; null: it is not said there. */
type Said = { readonly request: HttpRequest } | { readonly json: unknown } | null;

export interface RoomParts {
  readonly abilities: RoomAbilities;
  /** Of requests: `https://chat.example.com`. */
  readonly origin: string;
  /** URL, subprotocols and headers by their templates. */
  connect(viewer: TargetViewer): SocketRequest;
  /** JSON from the room -> messages. */
  read(value: unknown, emit: (message: RoomMessage) => void): void;
  say(intent: RoomIntent, viewer: TargetViewer): Said;
  said(answer: HttpAnswer): { readonly ok: boolean; readonly code: OutcomeCode };
  /** A text to be sent as it is. */
  readonly heartbeat: { readonly everyMs: number; readonly payload: string } | null;
  /** Signing in, where `arrive` says how. */
  readonly arrival: ArrivalTarget | undefined;
  /** For templates of a codec's own: `{{viewer.id}}`, `{{account.*}}`, `{{room}}`, `{{token}}`, `{{now}}`. */
  values(viewer: TargetViewer): Values;
}

/** Throws Error for options that cannot be read: templates, paths, conditions. */
export function roomParts(options: RoomOptions, environment: TargetEnvironment): RoomParts {
  const tokenOf = tokenMaker(options.jwt, environment, 'jwtRoom');
  const values = (viewer: TargetViewer): Values =>
    withValues(viewerValues(viewer, tokenOf), { now: Math.round(environment.epochMs()) });
  const url = textTemplate(options.url, 'url');
  const headers = options.headers && headerTemplates(options.headers);
  const protocols = options.protocols?.map((protocol) => textTemplate(protocol));
  const origin = options.origin ?? originOf(options.url);
  return {
    abilities: abilitiesOf(options),
    origin,
    arrival:
      options.arrive &&
      arrivalOf(options.arrive, values, { origin, cookies: options.cookies ?? false, epochMs: environment.epochMs }),
    values,
    connect: (viewer) => {
      const known = values(viewer);
      return { url: url(known), protocols: protocols?.map((protocol) => protocol(known)), headers: headers?.(known) };
    },
    read: messageReader(options.messages, options.products, options.numbers ?? 'markers'),
    say: speaker(options, origin, values, environment),
    said: saidReader(options.sayBy),
    heartbeat: heartbeatOf(options.heartbeat),
  };
}

/** What goes out: the request, or what the codec's `frame` makes of the JSON; null: it is not said there. */
export function outgoing(
  said: Said,
  frame: (json: unknown) => Payload | HttpRequest | null,
): Payload | HttpRequest | null {
  if (said === null) return null;
  return 'request' in said ? said.request : frame(said.json);
}

/** `wss://chat.example.com/rooms/1` -> `https://chat.example.com`. */
export function originOf(url: string): string {
  const [, scheme, host] = /^(ws|wss|http|https):\/\/([^/?#]+)/.exec(url) ?? [];
  if (host === undefined) throw new Error(`"${url}" is no URL of ws:, wss:, http: or https:`);
  return `${scheme.replace('ws', 'http')}://${host}`;
}

function abilitiesOf({
  numbers = 'markers',
  sampled = false,
  echo = true,
  cues,
  messages,
}: RoomOptions): RoomAbilities {
  const chats = messages?.chat ?? [];
  const isTimed = messages === undefined || (Array.isArray(chats) ? chats : [chats]).some(({ at }) => at !== undefined);
  return {
    numbers,
    times: numbers === 'markers' || isTimed,
    sampled,
    ...(echo ? {} : { echo }),
    cues: cues ?? (messages?.cue !== undefined || messages?.cues !== undefined),
  };
}

function speaker(
  options: RoomOptions,
  origin: string,
  values: (viewer: TargetViewer) => Values,
  environment: TargetEnvironment,
): RoomParts['say'] {
  const jsonFor = sayings(options.say, values);
  const over = (intent: RoomIntent, viewer: TargetViewer): unknown => jsonFor(intent, viewer, environment.epochMs());
  const request = options.sayBy && requestOf(options.sayBy, origin);
  return (intent, viewer) => {
    const json = over(intent, viewer);
    if (json === null) return null;
    if (request === undefined || intent.kind !== 'chat') return { json };
    return { request: request(saidValues(values(viewer), intent, environment.epochMs()), json) };
  };
}

function requestOf(sayBy: NonNullable<RoomOptions['sayBy']>, origin: string) {
  const hasBody =
    [sayBy.json, sayBy.form, sayBy.body].some((body) => body !== undefined) || sayBy.request.startsWith('GET ');
  const request = requestTemplate(hasBody ? sayBy : { ...sayBy, json: '{{said}}' }, undefined, origin);
  return (values: Values, said: unknown): HttpRequest => request(withValues(values, { said }));
}

function saidReader(sayBy: RoomOptions['sayBy']): RoomParts['said'] {
  const isOk = condition(sayBy?.ok ?? { status: '2xx' });
  const isThrottled = condition(sayBy?.throttled ?? { status: 429 });
  return ({ status, body }) => {
    if (status >= 500) throw new Error(`the chat was answered with status ${status}`);
    const value = jsonOf(body);
    if (isOk(value, status)) return { ok: true, code: 'ok' };
    return { ok: false, code: isThrottled(value, status) ? 'throttled' : 'refused' };
  };
}

function heartbeatOf(heartbeat: RoomOptions['heartbeat']): RoomParts['heartbeat'] {
  if (heartbeat === undefined) return null;
  const { everyMs, text, json } = heartbeat;
  return { everyMs, payload: text ?? JSON.stringify(json ?? {}) };
}
