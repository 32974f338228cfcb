/**
 * The Pusher Channels protocol, version 7: every frame is one event, and the data of what a server sends is JSON inside JSON.
 * https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol/
 */

import { isRecord, member, wholeOrNull, textOr } from '../mapping/shape.ts';
import type { OutcomeCode } from '../target.ts';

/** An event as it came. */
interface PusherEvent {
  readonly event: string;
  readonly channel: string;
  readonly data: unknown;
  /** Of a presence channel: who sent it. */
  readonly user: string;
}

export type Heard =
  | { readonly kind: 'connected'; readonly socketId: string }
  | { readonly kind: 'ping' }
  | { readonly kind: 'subscribed'; readonly members: number | null }
  | { readonly kind: 'count'; readonly viewers: number }
  | { readonly kind: 'refused'; readonly code: OutcomeCode; readonly reason: string }
  | { readonly kind: 'event'; readonly event: PusherEvent }
  | { readonly kind: 'other' };

export interface Subscription {
  readonly channel: string;
  readonly auth?: string;
  readonly channel_data?: string;
}

export const events = {
  subscribe: (subscription: Subscription): string => JSON.stringify({ event: 'pusher:subscribe', data: subscription }),
  ping: (): string => JSON.stringify({ event: 'pusher:ping', data: {} }),
  pong: (): string => JSON.stringify({ event: 'pusher:pong', data: {} }),
  client: (event: string, channel: string, data: unknown): string => JSON.stringify({ event, channel, data }),
};

/** Throws when the frame is not an event. */
export function heardIn(frame: string): Heard {
  const event = eventIn(frame);
  switch (event.event) {
    case 'pusher:connection_established':
      return { kind: 'connected', socketId: textOr(member(event.data, 'socket_id'), '') };
    case 'pusher:ping':
      return { kind: 'ping' };
    case 'pusher:error':
      return failed(event.data);
    case 'pusher:subscription_error':
    case 'pusher_internal:subscription_error':
      return { kind: 'refused', code: codeOf(member(event.data, 'status')), reason: reasonOf(event.data, 'error') };
    case 'pusher_internal:subscription_succeeded':
      return { kind: 'subscribed', members: wholeOrNull(member(member(event.data, 'presence'), 'count')) };
    case 'pusher_internal:subscription_count':
      return counted(wholeOrNull(member(event.data, 'subscription_count')));
    default:
      return /^pusher(_internal)?:/.test(event.event) ? { kind: 'other' } : { kind: 'event', event };
  }
}

function eventIn(frame: string): PusherEvent {
  const value: unknown = JSON.parse(frame);
  if (!isRecord(value) || typeof value.event !== 'string') {
    throw new Error(`not an event of Pusher: ${frame.slice(0, 80)}`);
  }
  return {
    event: value.event,
    channel: textOr(value.channel, ''),
    data: typeof value.data === 'string' ? jsonOrText(value.data) : value.data,
    user: textOr(value.user_id, ''),
  };
}

/** Some servers send words that are not JSON; the official client takes them as they are, too. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * 4000 to 4299 end the connection; the rest, such as 4301 for events that come too fast, does not. A signature that is wrong has no code at
 * all, like much that is harmless: only its words tell.
 */
function failed(data: unknown): Heard {
  const code = wholeOrNull(member(data, 'code'));
  const reason = reasonOf(data, 'message');
  const ends = code === null ? /signature|auth/i.test(reason) : code >= 4000 && code < 4300;
  if (!ends) return { kind: 'other' };
  return { kind: 'refused', code: code !== null && code >= 4100 ? 'throttled' : 'refused', reason };
}

function counted(viewers: number | null): Heard {
  return viewers === null ? { kind: 'other' } : { kind: 'count', viewers };
}

function codeOf(status: unknown): OutcomeCode {
  return status === 429 ? 'throttled' : 'refused';
}

function reasonOf(data: unknown, word: string): string {
  const number = wholeOrNull(member(data, 'code') ?? member(data, 'status'));
  const reason = textOr(member(data, word), 'no reason given');
  return number === null ? reason : `${reason} (${number})`;
}
