import { ArrivalStream } from '../crowd/arrivals.ts';
import { ChatClock } from '../crowd/chat-clock.ts';
import type { CompiledScenario } from '../crowd/compiled.ts';
import type { CrowdSnapshot } from '../crowd/snapshot.ts';
import type { WarmStart } from '../crowd/warm-start.ts';
import { AgentRun } from './agents/agent-run.ts';
import { SnapshotColumns } from './snapshot-columns.ts';

/**
 * The event as it stands at `atMs` (what is due then has not happened), had the backend of the scenario's model answered. Exact:
 * every viewer of the scenario's own seed. Units in carts and unpaid orders are back on the shelf, because whoever is in the middle of a
 * purchase begins it again: the backend that goes on from here does not know those carts.
 */
export function warmStart(scenario: CompiledScenario, atMs: number): WarmStart {
  const run = new AgentRun(scenario, { fromMs: 0, untilMs: Math.max(1, atMs) });
  if (atMs > 0) run.play(scenario.seedHi, scenario.seedLo);
  const { shelves, board } = run;
  shelves.releaseAll();
  return {
    snapshot: takeSnapshot(scenario, run, atMs),
    stockLeft: [...shelves.left],
    offeredUnits: [...shelves.offered].map((units) => (units >= 0 && units < Infinity ? units : null)),
    priceMinor: [...shelves.priceMinor],
    standingCues: board.standingCues(),
  };
}

/** The viewers are gone through again, because the run keeps none of those who buy nothing. */
function takeSnapshot(scenario: CompiledScenario, { shoppers }: AgentRun, atMs: number): CrowdSnapshot {
  const { seedLo, seedHi, tables, chat, rooms, sources } = scenario;
  const { rows } = shoppers;
  const rowOf = new Map<number, number>();
  for (let row = 0; row < rows.used; row++)
    if (rows.alive[row] === 1) rowOf.set(rows.source[row] * 4294967296 + rows.index[row], row);
  const clocks = rooms.map((room) => new ChatClock(room, chat, tables, seedLo, seedHi));
  const columns = new SnapshotColumns(scenario, clocks, atMs);
  sources.forEach((source, number) => {
    const stream = new ArrivalStream(source, seedLo, seedHi, tables[chat.exponentialTable]);
    for (; stream.atMs < atMs; stream.next()) {
      if (!columns.add(number, stream.index, stream.atMs)) continue;
      const row = rowOf.get(number * 4294967296 + stream.index);
      if (row === undefined) continue;
      const dueMs = shoppers.shopDueMs(row);
      if (dueMs >= 0) columns.isShopping(rows.shopCue[row], dueMs);
    }
  });
  return columns.snapshot();
}
