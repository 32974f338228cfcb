import type { Conversation, HttpAnswer, HttpRequest } from '../../../sim/targets/target.ts';

/** An answer of Vendure: its data, or all of it; with 200 and no headers unless it says otherwise. */
export interface Recorded {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The field `result` of the data. */
  readonly result?: unknown;
  /** The whole body; text as it is. */
  readonly body?: unknown;
}

export interface Asked {
  readonly request: HttpRequest;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Plays a conversation with these answers, each taken once. Throws when there are too few; `left`: those that nobody asked for. */
export function talk<T>(
  conversation: Conversation<T>,
  answers: readonly Recorded[],
): { end: T; asked: Asked[]; left: number } {
  const asked: Asked[] = [];
  let turn = conversation;
  while ('ask' in turn) {
    const { ask } = turn;
    const body = JSON.parse(ask.body ?? '') as Omit<Asked, 'request'>;
    const answer = answers[asked.length];
    asked.push({ ...body, request: ask });
    if (answer === undefined) throw new Error(`nothing recorded for ${body.query}`);
    turn = turn.then(answerOf(answer));
  }
  return { end: turn.end, asked, left: answers.length - asked.length };
}

function answerOf({ status = 200, headers = {}, result, body = { data: { result } } }: Recorded): HttpAnswer {
  return {
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    header: (name) => headers[name] ?? null,
  };
}

/** What a conversation asks, by the field of the query. */
export function fieldsOf(asked: readonly Asked[]): string[] {
  return asked.map(({ query }) => /result: (\w+)/.exec(query)?.[1] ?? query);
}
