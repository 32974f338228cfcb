import type { Dispatcher } from 'undici';
import { Download, type Downloaded } from './download.ts';
import type { Cancellable, MediaAnswer, MediaHttp, MediaRequest } from './media-http.ts';
import type { ByteRange } from './playlist.ts';
import type { Timers } from './timers.ts';

export interface MediaHttpParts {
  /**
   * An `Agent` of undici or the like, with limits of its own switched off (`headersTimeout: 0, bodyTimeout: 0`) and no less than
   * `connections` to an origin. TLS, proxies and local addresses are its business. It is destroyed with this.
   */
  readonly dispatcher: Dispatcher;
  /** Requests at a time, to all origins together; the others wait. */
  readonly connections: number;
  readonly timers: Timers;
  /** Sent with every request, such as a User-Agent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether a host may be asked: playlists and redirects name any. What may not ends as `refused`. */
  readonly isAllowed: (hostname: string) => boolean;
}

const REDIRECTS_AT_MOST = 5;

/** A GET that waits for its turn, is under way, or has followed a redirect. */
interface Errand extends Cancellable {
  readonly request: MediaRequest;
  readonly done: (answer: MediaAnswer) => void;
  readonly askedAtMs: number;
  queuedMs: number;
  redirects: number;
  /** Of the answers before the last. */
  bytes: number;
  spentMs: number;
  download: Download | null;
}

/** Playlists and segments over undici. */
export class UndiciMedia implements MediaHttp {
  private readonly parts: MediaHttpParts;
  private readonly waiting = new Set<Errand>();
  private readonly running = new Set<Errand>();

  constructor(parts: MediaHttpParts) {
    this.parts = parts;
  }

  get(request: MediaRequest, done: (answer: MediaAnswer) => void): Cancellable {
    const askedAtMs = this.parts.timers.now();
    const errand: Errand = {
      request,
      done,
      askedAtMs,
      queuedMs: 0,
      redirects: 0,
      bytes: 0,
      spentMs: 0,
      download: null,
      cancel: () => this.cancel(errand),
    };
    this.waiting.add(errand);
    // Whatever happens at once, `done` is called later.
    queueMicrotask(() => this.next());
    return errand;
  }

  async destroy(): Promise<void> {
    this.waiting.clear();
    for (const { download } of this.running) download?.cancel();
    this.running.clear();
    await this.parts.dispatcher.destroy();
  }

  private cancel(errand: Errand): void {
    errand.download?.cancel();
    this.waiting.delete(errand);
    if (this.running.delete(errand)) this.next();
  }

  private next(): void {
    const { connections, timers } = this.parts;
    for (const errand of this.waiting) {
      if (this.running.size >= connections) return;
      this.waiting.delete(errand);
      this.running.add(errand);
      errand.queuedMs = timers.now() - errand.askedAtMs;
      this.send(errand, errand.request);
    }
  }

  private send(errand: Errand, request: MediaRequest): void {
    const { dispatcher, timers, headers, isAllowed } = this.parts;
    const download = new Download(request, timers, (downloaded) => this.ended(errand, request, downloaded));
    errand.download = download;
    if (!URL.canParse(request.url)) return download.onError();
    const { origin, hostname, pathname, search } = new URL(request.url);
    if (!isAllowed(hostname)) return download.onError();
    const asked = request.range === null ? headers : { ...headers, range: rangeText(request.range) };
    dispatcher.dispatch({ origin, path: pathname + search, method: 'GET', headers: asked }, download);
  }

  private ended(errand: Errand, request: MediaRequest, downloaded: Downloaded): void {
    errand.bytes += downloaded.bytes;
    const onward = errand.redirects < REDIRECTS_AT_MOST ? redirected(request.url, downloaded.location) : null;
    if (onward !== null && downloaded.failure === null) {
      errand.redirects++;
      errand.spentMs += downloaded.tookMs;
      return this.send(errand, { ...request, url: onward });
    }
    this.running.delete(errand);
    const { status, failure, body, firstByteMs, tookMs } = downloaded;
    const { queuedMs, spentMs, bytes } = errand;
    const times = { queuedMs, firstByteMs: firstByteMs + spentMs, tookMs: tookMs + spentMs };
    errand.done({ status, failure, url: request.url, body, bytes, ...times });
    this.next();
  }
}

/** Null for what leads nowhere. */
function redirected(url: string, location: string | null): string | null {
  if (location === null || !URL.canParse(location, url)) return null;
  const onward = new URL(location, url);
  return /^https?:$/.test(onward.protocol) ? onward.href : null;
}

function rangeText({ offsetBytes, lengthBytes }: ByteRange): string {
  return `bytes=${offsetBytes}-${lengthBytes === null ? '' : offsetBytes + lengthBytes - 1}`;
}
