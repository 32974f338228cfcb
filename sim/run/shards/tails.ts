import type { CompiledScenario } from '../../crowd/compiled.ts';
import type { RecordedFleet } from './recorded-fleet.ts';

/** By room id: the last message that was due to whoever was there when the shards closed. */
export type LastDue = Readonly<Record<string, number>>;

/**
 * A shard closes with the last message that its own viewers saw. What the viewers of another shard saw besides, while all were still there,
 * was due to its viewers, too: the shards wait for each other, so every number here was given before any of them closed.
 */
export function lastDue({ rooms }: CompiledScenario, fleet: RecordedFleet): LastDue {
  return Object.fromEntries(rooms.map(({ id }) => [id, fleet.lastSeq(id)]));
}

/** Whether these workers saw less than was due in some room. */
export function isBehind(due: LastDue, fleet: RecordedFleet, workers: readonly number[]): boolean {
  return Object.entries(due).some(([roomId, seq]) => fleet.lastSeq(roomId, workers) < seq);
}
