import type { HttpEnding, HttpResult } from '../../live/http.ts';
import type { HttpRequest } from '../../targets/target.ts';
import { Answer } from './answer.ts';
import { codeOf } from './connector.ts';
import type { Line } from './line.ts';
import type { Limited } from './time-limits.ts';

const BYTE_ORDER_MARK = 0xfeff;

/**
 * One request, and the answer as it comes in. undici calls the methods of its older handler interface: the newer one makes an object
 * of the headers, which few ask for.
 */
export class Exchange implements Limited {
  readonly request: HttpRequest;
  /** Whose it is; counts only where each viewer has its own connection. */
  readonly viewer: number;
  readonly askedMs: number;
  /** The wait for a connection of ours; null while it lasts. */
  queuedMs: number | null = null;
  /** The connection that carries it. */
  line: Line | null = null;
  ending: HttpEnding | null = null;
  limitStep = 0;
  private readonly onEnd: () => void;
  private isSent = false;
  private status = 0;
  private headers: readonly Buffer[] = [];
  private first: Buffer | null = null;
  private rest: Buffer[] | null = null;

  constructor(request: HttpRequest, viewer: number, askedMs: number, onEnd: () => void) {
    this.request = request;
    this.viewer = viewer;
    this.askedMs = askedMs;
    this.onEnd = onEnd;
  }

  /** Its time is over. */
  expired(): void {
    if (this.isSent) this.end({ failure: 'timeout' });
    else this.end({ failure: 'refused', code: this.line ? 'UND_ERR_CONNECT_TIMEOUT' : undefined });
  }

  /** We end it. */
  cut(): void {
    this.end({ failure: this.isSent ? 'broken' : 'refused' });
  }

  /** There is a connection, and the request is written next. */
  onConnect(): void {
    this.isSent = true;
  }

  /** Also for what comes before the answer, such as early hints. */
  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    this.status = status;
    this.headers = headers;
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (!this.first) this.first = chunk;
    else (this.rest ??= [this.first]).push(chunk);
    return true;
  }

  onComplete(): void {
    if (this.ending === null) this.end({ answer: new Answer(this.status, this.text(), this.headers) });
  }

  onError(error: Error): void {
    // Before there was a connection nothing can have been carried out, whatever went wrong with it.
    this.end({ failure: this.isSent ? 'broken' : 'refused', code: codeOf(error) });
  }

  /** Once it has ended. */
  result(): HttpResult {
    const queuedMs = this.queuedMs ?? performance.now() - this.askedMs;
    const ending = this.ending!;
    return 'answer' in ending ? { answer: ending.answer, queuedMs } : { ...ending, queuedMs };
  }

  private text(): string {
    const whole = this.rest ? Buffer.concat(this.rest) : this.first;
    if (!whole) return '';
    const text = whole.toString('utf8');
    return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  }

  /** Once: what undici says of a request that we gave up is no news. */
  private end(ending: HttpEnding): void {
    if (this.ending !== null) return;
    this.ending = ending;
    this.onEnd();
  }
}
