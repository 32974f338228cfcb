import { EXIT, type ExitCode } from '../../errors.ts';
import { unhealthy } from '../faults.ts';
import type { Played } from '../findings.ts';
import { endingReason, type Ending } from '../verdict.ts';
import type { ShardPlace } from './place.ts';

/** What one machine says at its end. It judges itself, not the backend: a part of the crowd says nothing about that. */
export interface ShardOutcome {
  /** From 1. */
  readonly shard: number;
  readonly shards: number;
  readonly exitCode: ExitCode;
  /** Why it did not play its part; empty: it did. */
  readonly reasons: readonly string[];
  readonly playedMs: number;
  /** Viewers who were in when the window began, who came in it, and what they did, in this shard. */
  readonly figures: {
    readonly viewers: number;
    readonly joins: number;
    readonly chatSent: number;
    readonly orders: number;
  };
  /** Sentences about the clocks. */
  readonly notes: readonly string[];
}

export function shardOutcome(played: Played, { index, of }: ShardPlace): ShardOutcome {
  const { tally, fleet, ending, playedMs, clocks } = played;
  const sick = unhealthy(played);
  const count = (name: 'viewers_joined' | 'chat_sent' | 'orders'): number => tally.set.counter(name).count;
  return {
    shard: index + 1,
    shards: of,
    exitCode: exitCodeOf(ending, sick),
    reasons: [...endingReason(ending), ...sick],
    playedMs,
    figures: {
      viewers: fleet.rampTotals().connected,
      joins: count('viewers_joined'),
      chatSent: count('chat_sent'),
      orders: count('orders'),
    },
    notes: clocks.notes,
  };
}

function exitCodeOf(ending: Ending, sick: readonly string[]): ExitCode {
  switch (ending.kind) {
    case 'interrupted':
      return EXIT.interrupted;
    case 'target_lost':
    case 'nobody_let_in':
    case 'breakdown':
      return EXIT.targetUnreachable;
    case 'complete':
      return sick.length > 0 ? EXIT.runInvalid : EXIT.passed;
    default:
      return EXIT.runInvalid;
  }
}
