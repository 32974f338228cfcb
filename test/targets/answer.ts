import type { Conversation, HttpAnswer, HttpRequest } from '../../sim/targets/target.ts';

/** An answer of a backend. `body`: a text as it is, anything else as JSON. Headers by their names in lower case. */
export function answer(status: number, body: unknown = '', headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    header: (name) => headers[name] ?? null,
  };
}

/** Plays a conversation with these answers, in turn. Throws when it asks more or less often than there are answers. */
export function play<T>(
  conversation: Conversation<T>,
  ...answers: readonly HttpAnswer[]
): { asked: HttpRequest[]; end: T } {
  const asked: HttpRequest[] = [];
  let turn = conversation;
  for (const each of answers) {
    if ('end' in turn) throw new Error(`ended after ${asked.length} requests`);
    asked.push(turn.ask);
    turn = turn.then(each);
  }
  if ('ask' in turn) throw new Error(`asks ${turn.ask.method} ${turn.ask.path}`);
  return { asked, end: turn.end };
}
