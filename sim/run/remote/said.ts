import type { HistoryEvent } from '../../ledger/events.ts';
import { decodeMessage } from '../../live/message-json.ts';
import type { FromShard } from '../../live/messages.ts';
import { LINE, type Hello, type SayHead } from '../../live/shipping.ts';

/** What a shard says over HTTP, read as a whole before any of it counts: a body that is torn changes nothing. */

/** One line, in its order. */
export type SaidLine = { readonly message: FromShard } | { readonly event: HistoryEvent };

export interface Said {
  readonly head: SayHead;
  readonly lines: readonly SaidLine[];
}

/** Throws SyntaxError for what is no greeting. */
export function readHello(body: unknown): Hello {
  const hello = readObject(body);
  const { instance, fingerprint, nonce } = hello;
  if (typeof instance === 'number' && typeof fingerprint === 'string' && isNonce(nonce))
    return hello as unknown as Hello;
  throw new SyntaxError('This is no greeting of a shard');
}

/** Throws SyntaxError for what `sim/k6/script/coordinator.ts` did not write. */
export function readSaid(body: unknown): Said {
  const [first, ...rest] = typeof body === 'string' ? body.split('\n') : [];
  const head = readObject(first);
  if (!Number.isSafeInteger(head.n)) throw new SyntaxError('The first line does not say the how-manieth time this is');
  if (!isNonce(head.nonce)) throw new SyntaxError('The first line does not say who speaks');
  if (!isClock(head.clock)) throw new SyntaxError('The first line does not say how far the clocks are apart');
  return { head: head as unknown as SayHead, lines: rest.filter((line) => line !== '').map(readLine) };
}

function isNonce(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** A `ClockFinding`, or null. */
function isClock(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { kind, leastMs, mostMs, apartMs, betweenMs } = value as Record<string, unknown>;
  if (kind === 'bounded') return Number.isFinite(leastMs) && Number.isFinite(mostMs);
  if (kind === 'contradictory') return Number.isFinite(apartMs) && Number.isFinite(betweenMs);
  return kind === 'unknown';
}

function readLine(line: string): SaidLine {
  const text = line.slice(1);
  if (line[0] === LINE.message) return { message: decodeMessage(text) };
  const event = line[0] === LINE.event ? readObject(text) : {};
  if (typeof event.e !== 'string') throw new SyntaxError('This is neither a message nor an event');
  return { event: event as unknown as HistoryEvent };
}

function readObject(text: unknown): Record<string, unknown> {
  const value: unknown = typeof text === 'string' ? JSON.parse(text) : null;
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new SyntaxError('This is no object');
}
