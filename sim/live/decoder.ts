import { markerOf } from '../targets/marker.ts';
import type { Payload, RoomMessage, RoomTarget } from '../targets/target.ts';
import type { Numbering } from './numbering.ts';

/** A message as the viewers hear it: chat that had no number may have got one. */
export type HeardMessage =
  | Exclude<RoomMessage, { kind: 'chat' }>
  | {
      readonly kind: 'chat';
      /** `null`: it has none. */
      readonly seq: number | null;
      readonly publishedAtMs: number | null;
      readonly from: string;
      /** What its sender said after it was heard before it, by somebody. */
      readonly overtaken: boolean;
    };

/** Chat messages, numbered in turn. */
export interface ChatRun {
  readonly firstSeq: number;
  /** Of each message. */
  readonly publishedAtMs: readonly number[];
}

/** A run when it is chat alone, numbered in turn; else `firstSeq` is -1, and `publishedAtMs` empty. */
export interface DecodedFrame extends ChatRun {
  readonly messages: readonly HeardMessage[];
}

/** What a room's frames say to the viewers. */
export class Decoder {
  private readonly room: RoomTarget;
  private readonly numbering: Numbering;

  constructor(room: RoomTarget, numbering: Numbering) {
    this.room = room;
    this.numbering = numbering;
  }

  /** Throws what the target throws for a malformed frame. */
  decode(payload: Payload): DecodedFrame {
    const messages: HeardMessage[] = [];
    this.room.decode(payload, (message) => {
      messages.push(message.kind === 'chat' ? this.heard(message) : message);
    });
    return { messages, ...runOf(messages) };
  }

  private heard({ seq, publishedAtMs, from, text }: Extract<RoomMessage, { kind: 'chat' }>): HeardMessage {
    const marker = text === undefined || (seq !== null && publishedAtMs !== null) ? null : markerOf(text);
    // Of another run: a history that the backend plays to who comes.
    if (marker === null || marker.run !== this.numbering.run)
      return { kind: 'chat', seq, publishedAtMs, from, overtaken: false };
    const sentAtMs = publishedAtMs ?? marker.sentAtMs;
    if (seq !== null) return { kind: 'chat', seq, publishedAtMs: sentAtMs, from, overtaken: false };
    const numbered = this.numbering.numberOf(marker);
    return {
      kind: 'chat',
      seq: numbered?.seq ?? null,
      publishedAtMs: sentAtMs,
      from,
      overtaken: numbered?.overtaken ?? false,
    };
  }
}

const PERSONAL: ReadonlySet<RoomMessage['kind']> = new Set(['welcome', 'refused', 'chat_ack', 'ask', 'poll_again']);

/** To one viewer alone. */
export function isPersonal({ kind }: HeardMessage): boolean {
  return PERSONAL.has(kind);
}

const NO_RUN: ChatRun = { firstSeq: -1, publishedAtMs: [] };

function runOf(messages: readonly HeardMessage[]): ChatRun {
  const publishedAtMs: number[] = [];
  let firstSeq = -1;
  for (const message of messages) {
    if (message.kind !== 'chat' || message.seq === null || message.publishedAtMs === null) return NO_RUN;
    if (message.overtaken) return NO_RUN;
    if (firstSeq < 0) firstSeq = message.seq;
    if (message.seq !== firstSeq + publishedAtMs.length) return NO_RUN;
    publishedAtMs.push(message.publishedAtMs);
  }
  return { firstSeq, publishedAtMs };
}
