import { MAX_KEPT_BYTES, type MediaFailure, type MediaRequest } from './media-http.ts';
import type { Timer, Timers } from './timers.ts';

/** Reading that is ahead by less is let on: a timer for each packet would cost more than it says. */
const PACE_STEP_MS = 10;

export interface Downloaded {
  readonly status: number;
  readonly failure: MediaFailure | null;
  readonly location: string | null;
  readonly body: Buffer | null;
  readonly bytes: number;
  readonly firstByteMs: number;
  readonly tookMs: number;
}

/**
 * One GET over undici, which calls these methods (its older handler interface: the newer one makes an object of the headers). Nothing of
 * the body is kept unless it was asked for; a reader that is too fast for the bandwidth of its viewer is made to wait.
 */
export class Download {
  private readonly request: MediaRequest;
  private readonly timers: Timers;
  private readonly onEnd: (downloaded: Downloaded) => void;
  private readonly askedAtMs: number;
  private firstByteAtMs = NaN;
  private status = 0;
  private location: string | null = null;
  private bytes = 0;
  private readonly chunks: Buffer[] = [];
  private isOver = false;
  private isSent = false;
  private abort: (() => void) | null = null;
  private limit: Timer;
  private pace: Timer | null = null;

  constructor(request: MediaRequest, timers: Timers, onEnd: (downloaded: Downloaded) => void) {
    this.request = request;
    this.timers = timers;
    this.onEnd = onEnd;
    this.askedAtMs = timers.now();
    this.limit = timers.after(request.firstByteAtMostMs, () => this.fail('timeout'));
  }

  /** Ends it without a word. */
  cancel(): void {
    this.finish();
    this.abort?.();
  }

  onConnect(abort: () => void): void {
    if (this.isOver) return abort();
    this.isSent = true;
    this.abort = abort;
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void): boolean {
    // What comes before the answer, such as early hints.
    if (status < 200) return true;
    this.status = status;
    this.resume = resume;
    this.location = status >= 300 && status < 400 ? locationIn(headers) : null;
    this.firstByteAtMs = this.timers.now();
    this.limit.cancel();
    const restMs = this.request.atMostMs - (this.firstByteAtMs - this.askedAtMs);
    this.limit = this.timers.after(restMs, () => this.fail('timeout'));
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.request.keepsBody) {
      if (this.bytes > MAX_KEPT_BYTES) {
        this.fail('too_long');
        return false;
      }
      this.chunks.push(chunk);
    }
    const earlyMs = this.earlyMs();
    if (earlyMs < PACE_STEP_MS) return true;
    this.pace = this.timers.after(earlyMs, () => this.resume());
    return false;
  }

  /** The last bytes may have come faster than the viewer's line could have carried them. */
  onComplete(): void {
    const earlyMs = this.earlyMs();
    if (earlyMs < PACE_STEP_MS) this.end(null);
    else this.pace = this.timers.after(earlyMs, () => this.end(null));
    this.abort = null;
  }

  onError(): void {
    this.end(this.isSent ? 'broken' : 'refused');
  }

  private resume = (): void => {};

  /** How far the body is ahead of what the bandwidth allows. */
  private earlyMs(): number {
    const dueMs = (this.bytes * 8000) / this.request.bitsPerSec;
    return this.firstByteAtMs + dueMs - this.timers.now();
  }

  private fail(failure: MediaFailure): void {
    const { abort } = this;
    this.end(failure);
    abort?.();
  }

  private end(failure: MediaFailure | null): void {
    if (this.isOver) return;
    this.finish();
    const nowMs = this.timers.now();
    this.onEnd({
      status: this.status,
      failure,
      location: this.location,
      body: this.request.keepsBody && failure === null ? Buffer.concat(this.chunks) : null,
      bytes: this.bytes,
      firstByteMs: (this.status === 0 ? nowMs : this.firstByteAtMs) - this.askedAtMs,
      tookMs: nowMs - this.askedAtMs,
    });
  }

  private finish(): void {
    this.isOver = true;
    this.limit.cancel();
    this.pace?.cancel();
  }
}

/** Names and values in turn. */
function locationIn(headers: readonly Buffer[]): string | null {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i].toString('latin1').toLowerCase() === 'location') return headers[i + 1].toString('latin1');
  }
  return null;
}
