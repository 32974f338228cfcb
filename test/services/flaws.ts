import type { ChatMessage } from './chat-server.ts';

/** What a bad chat does with every tenth message: sends it twice, after what its sender says next, to half of the viewers, or to nobody. */
export type Flaw = 'twice' | 'late' | 'lost' | 'swallowed';

const EVERY = 10;

export interface Sending<M> {
  readonly message: ChatMessage;
  readonly to: readonly M[];
}

/** Who gets which message, one after another; without a flaw, everybody gets each once. */
export class Distribution<M extends object> {
  private readonly flaw: Flaw | undefined;
  private readonly held = new Map<M, ChatMessage>();
  private said = 0;

  constructor(flaw: Flaw | undefined) {
    this.flaw = flaw;
  }

  sendings(from: M, message: ChatMessage, members: readonly M[]): readonly Sending<M>[] {
    this.said++;
    const flaw = this.said % EVERY === 0 ? this.flaw : undefined;
    const held = this.held.get(from);
    this.held.delete(from);
    const everybody = { message, to: members };
    const late = held === undefined ? [] : [{ message: held, to: members }];
    if (flaw === 'twice') return [everybody, everybody];
    if (flaw === 'swallowed') return [];
    if (flaw === 'lost') return [{ message, to: members.slice(members.length / 2) }];
    if (flaw === 'late' && held === undefined) {
      this.held.set(from, message);
      return [];
    }
    return [everybody, ...late];
  }
}
