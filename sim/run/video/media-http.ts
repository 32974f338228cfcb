import type { ByteRange } from './playlist.ts';

/** What players need of HTTP. `UndiciMedia` is the real one; tests have their own. */
export interface MediaHttp {
  /** `done` is called once, never before this returns; not at all after `cancel`. */
  get(request: MediaRequest, done: (answer: MediaAnswer) => void): Cancellable;
  /** Cuts what is under way, without a word to anybody. */
  destroy(): Promise<void>;
}

export interface Cancellable {
  cancel(): void;
}

export interface MediaRequest {
  readonly url: string;
  readonly range: ByteRange | null;
  /** Keeps the body, at most `MAX_KEPT_BYTES`; else its bytes are counted and thrown away. */
  readonly keepsBody: boolean;
  /** How fast the body may be read; Infinity: as fast as it comes. */
  readonly bitsPerSec: number;
  /** To the first byte of the answer, and to the last. */
  readonly firstByteAtMostMs: number;
  readonly atMostMs: number;
}

export type MediaFailure = 'refused' | 'timeout' | 'broken' | 'too_long';

export interface MediaAnswer {
  /** 0 without an answer. */
  readonly status: number;
  readonly failure: MediaFailure | null;
  /** Where it came from, after redirects. */
  readonly url: string;
  readonly body: Buffer | null;
  /** Of the bodies. */
  readonly bytes: number;
  /** The wait for one of our own connections; not part of the other times. */
  readonly queuedMs: number;
  /** From asking to the head of the answer, and to its last byte. */
  readonly firstByteMs: number;
  readonly tookMs: number;
}

/** Playlists are far smaller. */
export const MAX_KEPT_BYTES = 4 * 1024 * 1024;

/** False for what a player cannot use. */
export function isGood({ status, failure }: MediaAnswer): boolean {
  return failure === null && status >= 200 && status < 300;
}
