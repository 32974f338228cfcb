import type { HttpAnswer, HttpRequest } from '../targets/target.ts';

/** Why a request has no answer. `refused`: it never left; `timeout` and `broken`: it may have been carried out. */
export type HttpFailure = 'refused' | 'timeout' | 'broken';

export type HttpEnding = { readonly answer: HttpAnswer } | { readonly failure: HttpFailure; readonly code?: string };

/** `queuedMs`: how long the request waited for a connection of ours. */
export type HttpResult = HttpEnding & { readonly queuedMs: number };

/** How requests leave. */
export interface HttpSender {
  /** Requests without an answer, waiting ones too. */
  readonly inFlight: number;
  /**
   * Never rejects. `origin`: for a request that names none. `timeoutMs` bounds all of it: the wait for a connection, the request, and the whole
   * answer. `viewer`: a number that no other viewer of the run has; the default stands for nobody.
   */
  sendTo(origin: string, request: HttpRequest, timeoutMs: number, viewer?: number): Promise<HttpResult>;
  /** The viewer is gone: its connections end with their last answer. */
  left(viewer: number): void;
  /** Cuts what is in flight; when it returns, what was sent has ended as `broken`. */
  destroy(): Promise<void>;
}
