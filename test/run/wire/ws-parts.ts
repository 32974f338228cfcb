import type { Writable } from 'node:stream';
import * as ws from 'ws';

interface ReceiverOptions {
  readonly isServer?: boolean;
  readonly maxPayload?: number;
}

/** The part of ws that reads frames. It is exported, but not typed. */
export const { Receiver } = ws as unknown as { Receiver: new (options: ReceiverOptions) => Writable };

/** The close code that belongs to an error of the receiver; ws keeps it under a symbol of its own. */
export function closeCodeOf(error: Error): number {
  const symbol = Object.getOwnPropertySymbols(error).find(({ description }) => description === 'status-code');
  return (error as unknown as Record<symbol, number>)[symbol!];
}
