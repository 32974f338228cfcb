import type { Target } from '../targets/combine.ts';
import type { HttpAnswer, HttpRequest } from '../targets/target.ts';
import type { HttpSender } from '../live/http.ts';

/** Why there is no time in an answer. `cached`: a cache answered, with the date of another answer. */
export type NoTime = 'no_question' | 'no_answer' | 'no_date' | 'bad_date' | 'cached';

/** A date in whole seconds: the clock stood in the second from `dateMs` when the answer was dated, at most `lateMs` before it was given. */
export type Told =
  | { readonly dateMs: number; readonly lateMs: number; readonly queuedMs: number }
  | { readonly why: NoTime };

/** Asks a server for its time. Never rejects. */
export type AskTime = (timeoutMs: number) => Promise<Told>;

export type ClockQuestion = HttpRequest & { readonly origin: string };

/**
 * How late a server may be in taking up a new second. Go's net/http reads its clock for each answer, and nginx at each turn of its event
 * loop. Node keeps the text of the date until a timer, set for the end of the second, throws it away (lib/internal/http.js): when its
 * loop stands still just then, all that waits is answered with the old second first. A Node with nothing to do was seen 16 ms late, on a
 * machine that had much to do.
 */
const SAME_SECOND_LATE_MS = 20;

/**
 * Servers that make a date every so often whatever the clock shows, so that each of their seconds begins late, and by the same: from
 * outside that is a clock which is behind. Only their name tells. Envoy: every 500 ms (date_provider_impl.cc); the others once a second.
 */
const KEEPS_DATES: readonly (readonly [server: RegExp, everyMs: number])[] = [
  [/envoy/i, 500],
  [/uvicorn|kestrel|fasthttp/i, 1000],
];

const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * Whom to ask for the time: whoever dates what the room says, or else the shop. A cheap request to its origin: the one about its health,
 * or the head of its front page. `null`: the target has neither.
 */
export function clockQuestion({ room, shop, health }: Target): ClockQuestion | null {
  const origin = (room ?? shop)?.origin;
  if (origin === undefined) return health[0] ?? null;
  return health.find((request) => request.origin === origin) ?? { method: 'HEAD', path: '/', origin };
}

/** Asks over HTTP: any answer does, whatever its status. */
export function askOver(http: HttpSender, question: ClockQuestion | null): AskTime {
  if (question === null) return async () => ({ why: 'no_question' });
  const request = { ...question, headers: { 'cache-control': 'no-cache', ...question.headers } };
  return async (timeoutMs) => {
    const result = await http.sendTo(question.origin, request, timeoutMs);
    return 'answer' in result ? timeOf(result.answer, result.queuedMs) : { why: 'no_answer' };
  };
}

function timeOf(answer: HttpAnswer, queuedMs: number): Told {
  const date = answer.header('date');
  if (date === null) return { why: 'no_date' };
  // RFC 9110, 5.6.7: all that servers may send today. Date.parse alone would take "1" for a date.
  const dateMs = IMF_FIXDATE.test(date) ? Date.parse(date) : NaN;
  if (Number.isNaN(dateMs)) return { why: 'bad_date' };
  // RFC 9111, 5.1: only an answer that was kept has an age.
  if (answer.header('age') !== null) return { why: 'cached' };
  return { dateMs, lateMs: latenessMs(answer.header('server')), queuedMs };
}

function latenessMs(server: string | null): number {
  const keeps = KEEPS_DATES.find(([pattern]) => server !== null && pattern.test(server));
  return SAME_SECOND_LATE_MS + (keeps?.[1] ?? 0);
}
