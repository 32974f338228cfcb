import { createHash } from 'node:crypto';
import type { CompiledScenario } from '../../crowd/compiled.ts';

/** Which part of the crowd this machine plays. */
export interface ShardPlace {
  /** From 0. */
  readonly index: number;
  /** Machines in all. */
  readonly of: number;
}

/** One machine plays the whole crowd. */
export const ALONE: ShardPlace = { index: 0, of: 1 };

/** Its workers load their code in this time, and the clocks of machines may differ. */
const LEAD_MS = 10_000;
/** Handshakes a second that a backend takes while it is idle; of each shard. */
const LETS_IN_PER_SEC = 200;
/** For the model world to play the event up to the window, and for the first shard to prepare the show. */
const PREPARE_MS = 5000;

export interface Arriving {
  readonly compiled: CompiledScenario;
  readonly fromMs: number;
  /** In all shards together; `null`: as fast as it goes. */
  readonly joinsPerSec: number | null;
}

/** So long before the window the ramp begins: time for the expected viewers of a shard to connect. */
export function leadMs({ compiled, fromMs, joinsPerSec }: Arriving, { of }: ShardPlace = ALONE): number {
  const { audience, audienceStepMs } = compiled;
  const expected = audience[Math.min(audience.length - 1, Math.floor(fromMs / audienceStepMs))] / of;
  const perSec = Math.min(LETS_IN_PER_SEC, joinsPerSec === null ? Infinity : joinsPerSec / of);
  return LEAD_MS + Math.ceil((expected / perSec) * 1000);
}

/** The earliest moment, epoch ms, at which a window can begin that is prepared from `nowMs` on. */
export function earliestStartMs(arriving: Arriving, place: ShardPlace | undefined, nowMs: number): number {
  return nowMs + leadMs(arriving, place) + PREPARE_MS;
}

/** The same in all shards of a run, and in no other run: the chat of the crowd carries its beginning. */
export function sharedRunId(name: string, seed: string, startAtEpochMs: number, of: number): string {
  return createHash('sha256')
    .update(JSON.stringify([name, seed, startAtEpochMs, of]))
    .digest('hex')
    .slice(0, 12);
}
