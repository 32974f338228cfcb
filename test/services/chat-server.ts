import type { Inbox } from './inbox.ts';

/** A chat message as the servers of the tests carry it, in JSON. Systems that only pass messages on leave it as it came. */
export interface ChatMessage {
  readonly type: 'chat';
  readonly from: string;
  readonly text: string;
  /** Of the sender, for its acknowledgement. */
  readonly ref?: number;
  /** Epoch ms. */
  readonly at?: number;
  /** Counts up by one in a room, from 1; only of servers that number their messages. */
  readonly seq?: number;
}

/** A chat server of a test's own, on a free port of 127.0.0.1. */
export interface ChatServer {
  /** Where viewers knock: `ws:` or `http:`. */
  readonly url: string;
  /** How many are connected, as the server says; not where nobody stays connected. */
  viewers?(): Promise<number>;
  /** Ends it as a crash does: every connection is cut. */
  kill(): Promise<void>;
}

/** A viewer of the library that the makers of a system give to everybody: it shows that a server is what it says it is. */
export interface OfficialClient {
  readonly heard: Inbox<ChatMessage>;
  say(text: string): Promise<void>;
  close(): Promise<void>;
}

/** `null`: it is none. */
export function chatOf(value: unknown): ChatMessage | null {
  if (typeof value !== 'object' || value === null) return null;
  const { from, text, ...more } = value as Partial<ChatMessage>;
  return typeof from === 'string' && typeof text === 'string' ? { ...more, type: 'chat', from, text } : null;
}
