import type { Conversation, HttpAnswer, HttpRequest } from '../target.ts';

/** One of Vendure's two APIs, as requests are made to it. */
export interface Api {
  readonly origin: string;
  readonly path: string;
  readonly channel: string | undefined;
}

/** Who asks, in the memory that the asker keeps: a token, or cookies where the shop is set up for those. */
export type Caller = Record<string, string>;

export interface GraphError {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

/** Whatever the status: with Vendure the truth is in the body. `data` is null when nothing could be read at all. */
export interface GraphReply {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly GraphError[];
  /** The clock of the shop, epoch ms in whole seconds; `null`: its answer says no time. */
  readonly dateMs: number | null;
}

/** Messages come back in English: some refusals are told apart by their words alone. */
const LANGUAGE = 'languageCode=en';

/** Puts one question and goes on with what came back. Throws for a success that is not JSON. */
export function query<T>(
  api: Api,
  caller: Caller,
  text: string,
  variables: Readonly<Record<string, unknown>>,
  then: (reply: GraphReply) => Conversation<T>,
): Conversation<T> {
  return {
    ask: request(api, caller, text, variables),
    then: (answer) => {
      remember(caller, answer);
      return then(readReply(answer));
    },
  };
}

export function request(
  { origin, path, channel }: Api,
  { token, cookie }: Caller,
  text: string,
  variables: Readonly<Record<string, unknown>>,
): HttpRequest {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (channel !== undefined) headers['vendure-token'] = channel;
  if (token) headers.authorization = `Bearer ${token}`;
  else if (cookie) headers.cookie = cookie;
  return {
    method: 'POST',
    origin,
    path: `${path}?${LANGUAGE}`,
    headers,
    body: JSON.stringify({ query: text, variables }),
  };
}

/** As a stranger from now on. */
export function forget(caller: Caller): void {
  delete caller.token;
  delete caller.cookie;
}

function remember(caller: Caller, answer: HttpAnswer): void {
  const token = answer.header('vendure-auth-token');
  if (token) caller.token = token;
  const cookies = answer.header('set-cookie');
  if (cookies) caller.cookie = mergeCookies(caller.cookie ?? '', cookies.split('\n'));
}

/** `a=1; b=2` with what these `set-cookie` lines say. */
function mergeCookies(known: string, lines: readonly string[]): string {
  const pairs = [...known.split(';'), ...lines.map((line) => line.split(';')[0])].map((pair) => pair.trim());
  return [...new Map(pairs.filter(Boolean).map((pair) => [pair.split('=')[0], pair])).values()].join('; ');
}

function readReply(answer: HttpAnswer): GraphReply {
  const { status } = answer;
  const dateMs = Date.parse(answer.header('date') ?? '');
  const date = { dateMs: Number.isNaN(dateMs) ? null : dateMs };
  // A proxy or a firewall answers in HTML.
  if (status >= 400 && !/^\s*\{/.test(answer.body)) return { status, data: null, errors: [], ...date };
  const body = JSON.parse(answer.body) as { data?: GraphReply['data']; errors?: readonly GraphError[] } | null;
  if (body === null || (body.data === undefined && body.errors === undefined)) {
    throw new Error('neither data nor errors in the answer');
  }
  return { status, data: body.data ?? null, errors: body.errors ?? [], ...date };
}
