import type { ChatMessage } from './chat-server.ts';

/** Makes what a server publishes of what it was sent: as it came, or, when it numbers its messages, with its own number and time. */
export class Publisher {
  private readonly numbered: boolean;
  private readonly lastSeqs = new Map<string, number>();

  constructor(numbered: boolean) {
    this.numbered = numbered;
  }

  /** Of the last message of a room; `undefined` when they are not numbered. */
  lastSeq(room: string): number | undefined {
    return this.numbered ? (this.lastSeqs.get(room) ?? 0) : undefined;
  }

  stamp(room: string, message: ChatMessage): ChatMessage {
    if (!this.numbered) return message;
    const seq = (this.lastSeqs.get(room) ?? 0) + 1;
    this.lastSeqs.set(room, seq);
    return { ...message, seq, at: Date.now() };
  }
}
