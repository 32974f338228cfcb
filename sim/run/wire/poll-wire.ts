import type { HttpRequest } from '../../targets/target.ts';
import type { HttpClients } from '../http-clients.ts';
import type { HttpResult } from '../../live/http.ts';
import { retryAfterMs } from './retry-after.ts';
import { SILENT } from './silent.ts';
import type { WireEnding, WireEvents } from './wire.ts';
import type { Line } from '../../live/line.ts';

const CUT_CODE = 1006;
const LEAST_WAIT_MS = 100;
/** Until the next question when neither the room nor a refusal says otherwise. */
const USUAL_WAIT_MS = 5000;
const MOST_FAILURES = 3;
const TOO_MANY_REQUESTS = 429;
const NOT_MODIFIED = 304;

export interface Timers {
  /** Returns what `stop` takes. */
  start(callback: () => void, inMs: number): unknown;
  stop(timer: unknown): void;
}

const NODE_TIMERS: Timers = {
  start: (callback, inMs) => setTimeout(callback, inMs),
  stop: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

export interface Polling {
  readonly http: HttpClients;
  /** Where questions go that do not name a place of their own. */
  readonly origin: string;
  /** The next question; `cursor`: null at first. */
  readonly request: (cursor: string | null) => HttpRequest;
  /** Of each question. */
  readonly timeoutMs: number;
  /** A number that no other viewer of the run has. */
  readonly viewer: number;
  /** Default: those of Node. */
  readonly timers?: Timers;
}

/**
 * A room that is asked again and again. Open from the first good answer on; the body of every good answer is a message. Who hears it says
 * with `again` when to ask next, and from where. It reads only.
 */
export class PollWire implements Line {
  private events: WireEvents;
  private readonly polling: Polling;
  private readonly timers: Timers;
  private timer: unknown = null;
  private cursor: string | null = null;
  private isAsking = false;
  private isHeard = false;
  private isClosed = false;
  private isPaused = false;
  /** Came while the line was paused. */
  private held: HttpResult | null = null;
  private failures = 0;

  constructor(polling: Polling, events: WireEvents) {
    this.polling = polling;
    this.events = events;
    this.timers = polling.timers ?? NODE_TIMERS;
    this.ask();
  }

  get isOpen(): boolean {
    return this.isHeard && !this.isClosed;
  }

  /** When to ask next, at least 100 ms from now, and from where. The last word counts; while a question is under way, only the cursor does. */
  again(afterMs: number, cursor: string): void {
    this.cursor = cursor;
    this.askIn(afterMs);
  }

  send(): boolean {
    return false;
  }

  /** No answer is heard; a question may still be asked. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    const { held } = this;
    this.held = null;
    if (held !== null) this.hear(held);
  }

  poll(): boolean {
    return false;
  }

  /** There is nothing to be said in parting. */
  close(): void {
    this.cut();
  }

  fail(code: number, reason: string): void {
    if (this.isOpen) this.endSoon(code, reason);
  }

  cut(): void {
    this.events = SILENT;
    this.stop();
  }

  private askIn(waitMs: number): void {
    if (this.isClosed || this.isAsking) return;
    this.timers.stop(this.timer);
    this.timer = this.timers.start(() => this.ask(), Math.max(LEAST_WAIT_MS, waitMs));
  }

  private ask(): void {
    const { http, origin, request, timeoutMs, viewer } = this.polling;
    this.timer = null;
    this.isAsking = true;
    try {
      void http.sendTo(origin, request(this.cursor), timeoutMs, viewer).then((result) => this.answered(result));
    } catch (error) {
      // The target cannot put it into a request: it will not do better next time.
      this.endSoon(CUT_CODE, (error as Error).message);
    }
  }

  private answered(result: HttpResult): void {
    if (this.isClosed) return;
    if (this.isPaused) this.held = result;
    else this.hear(result);
  }

  private hear(result: HttpResult): void {
    this.isAsking = false;
    const status = 'answer' in result ? result.answer.status : null;
    if (status === TOO_MANY_REQUESTS && 'answer' in result)
      return this.askIn(retryAfterMs(result.answer) ?? USUAL_WAIT_MS);
    if (status !== NOT_MODIFIED && (status === null || status >= 300)) return this.failed(result, status);
    this.failures = 0;
    // The room may name a moment of its own while it is heard.
    this.askIn(USUAL_WAIT_MS);
    if (status === NOT_MODIFIED || !('answer' in result)) return;
    if (!this.isHeard) {
      this.isHeard = true;
      this.events.opened();
    }
    const body = Buffer.from(result.answer.body);
    if (this.isOpen) this.events.message(body, 0, body.length, false);
  }

  /** Redirects are failures, too: nobody follows them. */
  private failed(result: HttpResult, status: number | null): void {
    if (++this.failures < MOST_FAILURES) return this.askIn(USUAL_WAIT_MS);
    const last = 'failure' in result ? [result.failure, result.code].filter(Boolean).join(' ') : String(status);
    this.stop();
    this.tell({
      code: CUT_CODE,
      reason: `${MOST_FAILURES} questions failed in a row, the last one with ${last}`,
      status,
    });
  }

  private stop(): void {
    this.isClosed = true;
    this.timers.stop(this.timer);
    this.timer = null;
    this.held = null;
  }

  /** Later: nobody is told of the end of a line that is still being made. */
  private endSoon(code: number, reason: string): void {
    this.stop();
    process.nextTick(() => this.tell({ code, reason, status: null }));
  }

  private tell(ending: WireEnding): void {
    const { events } = this;
    this.events = SILENT;
    events.closed(ending);
  }
}
