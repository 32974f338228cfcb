/**
 * Centrifugo's client protocol in JSON: commands with an id, replies that carry it, pushes without one; several of them in a frame,
 * one a line. https://centrifugal.dev/docs/transports/client_protocol
 */

import { isRecord, member, wholeOrNull, textOr } from '../mapping/shape.ts';
import type { OutcomeCode } from '../target.ts';

/** Every viewer sends the same commands, so their ids can be the same: a reply is understood by its bytes alone. */
const CONNECT_ID = 1;
const SUBSCRIBE_ID = 2;
/** Commands whose replies nobody waits for. */
const UNHEEDED_ID = 3;
const FIRST_REF_ID = 4;

const PONG = '{}';

/** What a reply or a push says. */
export type Heard =
  | { readonly kind: 'ping' }
  | { readonly kind: 'connected' }
  /** `offset`: of the last publication before that, in a channel that keeps its history. */
  | { readonly kind: 'subscribed'; readonly offset: number | null }
  | { readonly kind: 'published'; readonly ref: number; readonly ok: boolean; readonly code: OutcomeCode }
  | {
      readonly kind: 'publication';
      readonly data: unknown;
      readonly offset: number | null;
      /** Epoch ms, from servers that say it. */
      readonly timeMs: number | null;
      readonly user: string;
    }
  | { readonly kind: 'refused'; readonly code: OutcomeCode; readonly reason: string };

interface ConnectCommand {
  readonly token?: string;
  readonly data?: unknown;
  readonly name?: string;
}

interface SubscribeCommand {
  readonly channel: string;
  readonly token?: string;
  readonly data?: unknown;
}

export const commands = {
  connect: (connect: ConnectCommand): string => JSON.stringify({ id: CONNECT_ID, connect }),
  subscribe: (subscribe: SubscribeCommand): string => JSON.stringify({ id: SUBSCRIBE_ID, subscribe }),
  /** `ref`: comes back with the reply; null: whatever it says is passed over. */
  publish: (channel: string, data: unknown, ref: number | null): string =>
    JSON.stringify({ id: idOf(ref), publish: { channel, data } }),
  rpc: (method: string, data: unknown, ref: number | null): string =>
    JSON.stringify({ id: idOf(ref), rpc: { method, data } }),
  pong: (): string => PONG,
};

/** All that a frame says. What viewers have no use for is left out. Throws when a line is not a JSON object. */
export function heardIn(frame: string): Heard[] {
  const lines = frame.split('\n').filter((line) => line.trim() !== '');
  return lines.flatMap((line) => {
    const reply: unknown = JSON.parse(line);
    if (!isRecord(reply)) throw new Error(`not a reply of Centrifugo: ${line.slice(0, 80)}`);
    const heard = heardOf(reply);
    return heard === null ? [] : [heard];
  });
}

/** What an answer of the HTTP API says, or a reply to a command. */
export function outcomeOf(error: unknown): { readonly ok: boolean; readonly code: OutcomeCode } {
  return isRecord(error) ? { ok: false, code: codeOf(error) } : { ok: true, code: 'ok' };
}

function idOf(ref: number | null): number {
  return ref === null ? UNHEEDED_ID : FIRST_REF_ID + ref;
}

function heardOf(reply: Record<string, unknown>): Heard | null {
  const { id } = reply;
  if (typeof id === 'number') return answered(id, reply);
  if (isRecord(reply.push)) return pushed(reply.push);
  return Object.keys(reply).length === 0 ? { kind: 'ping' } : null;
}

function answered(id: number, reply: Record<string, unknown>): Heard | null {
  if (id >= FIRST_REF_ID) {
    return Number.isSafeInteger(id) ? { kind: 'published', ref: id - FIRST_REF_ID, ...outcomeOf(reply.error) } : null;
  }
  if (id === UNHEEDED_ID) return null;
  if (isRecord(reply.error)) return refused(codeOf(reply.error), reply.error, 'message');
  if (id === CONNECT_ID && isRecord(reply.connect)) return { kind: 'connected' };
  if (id !== SUBSCRIBE_ID || !isRecord(reply.subscribe)) return null;
  const { positioned, recoverable, offset } = reply.subscribe;
  // Zero is left out on the wire, and means a beginning only where the channel counts.
  const counts = positioned === true || recoverable === true || offset !== undefined;
  return { kind: 'subscribed', offset: counts ? (wholeOrNull(offset) ?? 0) : null };
}

function pushed(push: Record<string, unknown>): Heard | null {
  if (isRecord(push.pub)) {
    const { data, offset, info, time } = push.pub;
    return {
      kind: 'publication',
      data,
      offset: wholeOrNull(offset),
      timeMs: wholeOrNull(time),
      user: textOr(member(info, 'user'), ''),
    };
  }
  if (isRecord(push.disconnect)) return refused('refused', push.disconnect, 'reason');
  if (isRecord(push.unsubscribe)) return refused('refused', push.unsubscribe, 'reason');
  return null;
}

function refused(code: OutcomeCode, said: Record<string, unknown>, word: 'message' | 'reason'): Heard {
  const number = wholeOrNull(said.code);
  const reason = textOr(said[word], 'no reason given');
  return { kind: 'refused', code, reason: number === null ? reason : `${reason} (${number})` };
}

/** https://centrifugal.dev/docs/server/codes: 100 is an internal error, 111 too many requests. */
function codeOf(error: Record<string, unknown>): OutcomeCode {
  if (error.code === 111 || error.code === 429) return 'throttled';
  return error.code === 100 ? 'broken' : 'refused';
}
