import http from 'k6/http';
import type { HistoryEvent } from '../../ledger/events.ts';
import type { HistoryPart } from '../../live/history/sink.ts';
import { encodeMessage, parseMarked } from '../../live/message-json.ts';
import type { FromShard, ShardSetup, ToShard } from '../../live/messages.ts';
import { LINE, type Hello, type SayAnswer, type SayHead } from '../../live/shipping.ts';
import { ClockBound } from '../../metrics/clock-bound.ts';
import { ENV, TOKEN_HEADER } from '../event.ts';

const TIMEOUT_MS = 10_000;
/** A coordinator that does not answer for so long is gone, and nobody counts any more what its shards do. Unless the environment says another. */
const GONE_AFTER_MS = 30_000;
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
  private readonly clock = new ClockBound();
  private n = 0;
  private heard = 0;

  constructor(url: string, shard: number) {
    this.url = `${url.replace(/\/+$/, '')}/v1/shards/${shard}`;
  }

  /** Asks until it is told what to play. Throws NobodyLeads when nobody answers, or when the coordinator wants another event. */
  async hello(fingerprint: string): Promise<ShardSetup> {
    const hello: Hello = { instance: Number(__ENV[ENV.instance] ?? 0), fingerprint };
    const { body } = await this.post('hello', JSON.stringify(hello));
    return parseMarked(body) as ShardSetup;
  }

  say(message: FromShard): void {
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
      const head: SayHead = { n: ++this.n, clock: this.clock.bound() };
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

  /** Again and again until it is answered. Throws NobodyLeads for a no to a greeting, and after GONE_AFTER_MS; Error for a no to what it says. */
  private async post(what: 'hello' | 'say', body: string): Promise<Posted> {
    const giveUpAtMs = Date.now() + Number(__ENV[ENV.goneAfterMs] ?? GONE_AFTER_MS);
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
      if (Date.now() > giveUpAtMs) throw new NobodyLeads(`the coordinator at ${this.url} does not answer: ${why}`);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
    }
  }
}
