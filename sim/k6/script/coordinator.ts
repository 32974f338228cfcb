import http from 'k6/http';
import type { HistoryEvent } from '../../ledger/events.ts';
import type { HistoryPart } from '../../live/history/sink.ts';
import { encodeMessage, parseMarked } from '../../live/message-json.ts';
import type { FromShard, ShardSetup, ToShard } from '../../live/messages.ts';
import { LINE, SHIPPING_VERSION, type Hello, type SayAnswer, type SayHead } from '../../live/shipping.ts';
import { ClockBound, type ClockFinding } from '../../metrics/clock-bound.ts';
import { ENV, TOKEN_HEADER } from '../event.ts';

const TIMEOUT_MS = 10_000;
/** A coordinator that does not answer for so long is gone, and nobody counts any more what its shards do. Unless the environment says another. */
const GONE_AFTER_MS = 30_000;
/** One that has not let us in may not be up yet, or still prepare the show. As `k6 coordinate --start-within` has it, and from every answer anew. */
const START_WITHIN_MS = 15 * 60_000;
/** How often it is said how far the clocks are apart, and what is kept to find it. */
const CLOCK_EVERY_MS = 30_000;
const CLOCK_STRETCHES = 60;
/** Characters of history that wait at most; what is more is lost, and counted. */
const HISTORY_AT_MOST = 64 * 1024 * 1024;
/** Of one request. */
const SAY_AT_MOST = 4 * 1024 * 1024;
const TRY_AGAIN_MS = 500;
const TAGS = { name: 'flashcrowd coordinator' };

interface Posted {
  readonly body: string;
  readonly sentMs: number;
  readonly answeredMs: number;
}

/** There is nobody to play for: the coordinator is gone, or wants another fleet. */
export class NobodyLeads extends Error {}

/** What a pod says to the coordinator of its fleet, and hears from it. */
export class Coordinator implements HistoryPart {
  lost = 0;
  private readonly url: string;
  private readonly waiting: string[] = [];
  private waitingChars = 0;
  private readonly clock = new ClockBound([], CLOCK_STRETCHES);
  private readonly nonce = newNonce();
  private clockDueMs = 0;
  private n = 0;
  private heard = 0;

  constructor(url: string, shard: number) {
    this.url = `${url.replace(/\/+$/, '')}/v1/shards/${shard}`;
  }

  /** Asks until it is told what to play. Throws NobodyLeads when nobody answers, or when the coordinator wants another event. */
  async hello(fingerprint: string): Promise<ShardSetup> {
    const instance = Number(__ENV[ENV.instance] ?? 0);
    const hello: Hello = { instance, fingerprint, version: SHIPPING_VERSION, nonce: this.nonce };
    const { body } = await this.post('hello', JSON.stringify(hello));
    return parseMarked(body) as ShardSetup;
  }

  say(message: FromShard): void {
    // Its last word says how the clocks stood at the end.
    if (message.type === 'done') this.clockDueMs = 0;
    this.push(`${LINE.message}${encodeMessage(message)}`);
  }

  write(event: HistoryEvent): void {
    if (this.waitingChars > HISTORY_AT_MOST) this.lost++;
    else this.push(`${LINE.event}${JSON.stringify(event)}`);
  }

  close(atMs: number): void {
    this.push(`${LINE.event}${JSON.stringify({ e: 'end', at: atMs, ...(this.lost > 0 ? { lost: this.lost } : {}) })}`);
  }

  /** Says what waits, and returns the commands that are new. */
  async exchange(): Promise<readonly ToShard[]> {
    let commands: readonly ToShard[] = [];
    do {
      const head: SayHead = { nonce: this.nonce, n: ++this.n, clock: this.clockIfDue() };
      const lines = this.take();
      // oxlint-disable-next-line no-await-in-loop -- one after another: the history has an order
      const said = await this.post('say', `${JSON.stringify(head)}\n${lines.join('\n')}`);
      const answer = JSON.parse(said.body) as SayAnswer;
      ({ commands } = answer);
      // The clock of k6 has whole milliseconds.
      this.clock.add(said.sentMs, said.answeredMs + 1, answer.atEpochMs, answer.atEpochMs);
    } while (this.waitingChars > SAY_AT_MOST);
    const fresh = commands.slice(this.heard);
    this.heard = commands.length;
    return fresh;
  }

  /** Null: not yet, or said not long ago. It costs too much for every second. */
  private clockIfDue(): ClockFinding | null {
    const nowMs = Date.now();
    if (this.n === 1 || nowMs < this.clockDueMs) return null;
    this.clockDueMs = nowMs + CLOCK_EVERY_MS;
    return this.clock.finding();
  }

  private push(line: string): void {
    this.waiting.push(line);
    this.waitingChars += line.length;
  }

  private take(): string[] {
    let chars = 0;
    let count = 0;
    while (count < this.waiting.length && chars < SAY_AT_MOST) chars += this.waiting[count++].length;
    this.waitingChars -= chars;
    return this.waiting.splice(0, count);
  }

  /** Again and again until it is answered. Throws NobodyLeads for a no to a greeting, and when nobody answers; Error for a no to what it says. */
  private async post(what: 'hello' | 'say', body: string): Promise<Posted> {
    const patienceMs =
      what === 'hello'
        ? Number(__ENV[ENV.startWithinMs] ?? START_WITHIN_MS)
        : Number(__ENV[ENV.goneAfterMs] ?? GONE_AFTER_MS);
    let giveUpAtMs = Date.now() + patienceMs;
    const headers = { 'content-type': 'text/plain', [TOKEN_HEADER]: __ENV[ENV.token] ?? '' };
    const params = { headers, timeout: TIMEOUT_MS, responseType: 'text' as const, tags: TAGS };
    for (;;) {
      const sentMs = Date.now();
      // oxlint-disable-next-line no-await-in-loop -- one try after another
      const answer = await http.asyncRequest('POST', `${this.url}/${what}`, body, params);
      if (answer.status === 200) return { body: answer.body ?? '', sentMs, answeredMs: Date.now() };
      const why = answer.status > 0 ? `${answer.status} ${answer.body ?? ''}` : answer.error;
      if (answer.status >= 400 && answer.status < 500) {
        const no = `the coordinator said no: ${why}`;
        throw what === 'hello' ? new NobodyLeads(no) : new Error(no);
      }
      if (what === 'hello' && answer.status > 0) giveUpAtMs = Date.now() + patienceMs;
      if (Date.now() > giveUpAtMs) throw new NobodyLeads(`the coordinator at ${this.url} does not answer: ${why}`);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }
}

/** No two processes make up the same: k6 seeds every VU by chance, and where it is told not to, there is the time. */
function newNonce(): string {
  return `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
}
