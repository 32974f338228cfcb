import type { ClockFinding } from '../metrics/clock-bound.ts';
import type { ToShard } from './messages.ts';

/** Between a coordinator and shards that reach it over HTTP. */

/** Of what they say to each other. The script has it built in: it counts up with every change here, or of the messages. */
export const SHIPPING_VERSION = 2;

/** `POST /v1/shards/<n>/hello`, and its answer, written with the codec of messages. */
export interface Hello {
  /** Which process of the fleet asks, from 1; 0: it does not know. */
  readonly instance: number;
  /** Of the event that it has: another than the coordinator's is refused. */
  readonly fingerprint: string;
  /** `SHIPPING_VERSION` of its script. */
  readonly version: number;
  /** Made up by whoever asks: two processes must not play one shard. */
  readonly nonce: string;
}

/** `POST /v1/shards/<n>/say`: lines. The first says how the rest is to be taken; then messages and events in the order in which they happened. */
export interface SayHead {
  /** As in the greeting. */
  readonly nonce: string;
  /** Counts up from 1: what came twice is taken once. */
  readonly n: number;
  /** How far the coordinator's clock is ahead of the shard's, by its answers so far; null: as last said. */
  readonly clock: ClockFinding | null;
}
/** First letter of a line. */
export const LINE = { message: 'm', event: 'h' } as const;

/** What the coordinator answers to `say`. */
export interface SayAnswer {
  /** Of the commands there are for this shard: all of them, every time. */
  readonly commands: readonly ToShard[];
  /** The coordinator's clock as it answered. */
  readonly atEpochMs: number;
}
