import type { CompiledScenario } from '../../crowd/compiled.ts';

/** Share of a time in which an endpoint is out. */
export function outShare(
  outages: CompiledScenario['backend']['outages'],
  endpoint: number,
  startMs: number,
  endMs: number,
): number {
  let share = 0;
  for (const outage of outages) {
    if (outage.endpoint !== endpoint || outage.fromMs >= endMs || outage.untilMs <= startMs) continue;
    share += (Math.min(endMs, outage.untilMs) - Math.max(startMs, outage.fromMs)) / (endMs - startMs);
  }
  return Math.min(1, share);
}
