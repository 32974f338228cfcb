import type { Findings } from './findings.ts';

/** Above this share of viewers who could not connect before the window, it was not the event that was played. */
const RAMP_FAILURES = 0.01;
const REMEDY = 'use more workers on more cores, or a smaller --scale';

/** Why the generator could not keep up, worker by worker: one that is sick must not hide among healthy ones. */
export function unhealthy({ options, fleet, cues, playedMs }: Findings): string[] {
  const { lateStartP99Ms, loopDelayP99Ms } = options.compiled.health;
  const said: string[] = [];
  if (playedMs === 0) return said;
  for (let shard = 0; shard < fleet.size; shard++) {
    const health = fleet.done(shard)?.health;
    if (!health) continue;
    if (health.lateStartP99Ms > lateStartP99Ms) {
      said.push(
        `Worker ${shard} was late: p99 of late starts ${ms(health.lateStartP99Ms)}, bound ${ms(lateStartP99Ms)}; ${REMEDY}.`,
      );
    }
    if (health.loopDelayP99Ms > loopDelayP99Ms) {
      said.push(
        `Worker ${shard} was blocked: p99 of event-loop delay ${ms(health.loopDelayP99Ms)}, bound ${ms(loopDelayP99Ms)}; ${REMEDY}.`,
      );
    }
  }
  for (const { index, sentMs, freeMs } of cues) {
    if (sentMs === null || sentMs - freeMs <= lateStartP99Ms) continue;
    said.push(
      `The host was late: ${options.compiled.cues[index].id} was given ${ms(sentMs - freeMs)} after its moment, bound ${ms(lateStartP99Ms)}.`,
    );
  }
  return said;
}

/** What the show and its crowd lacked. */
export function missing({ options, fleet, cues, ending }: Findings): string[] {
  const said: string[] = [];
  const { connected, failed } = fleet.rampTotals();
  if (failed > (connected + failed) * RAMP_FAILURES) {
    said.push(`${failed} of ${connected + failed} viewers could not connect before the window.`);
  }
  for (const { index, status, sentMs } of cues) {
    if (status === 'failed') said.push(`The backend did not take the cue ${options.compiled.cues[index].id}.`);
    if (status !== 'not_reached' || ending.kind !== 'complete') continue;
    said.push(`The cue ${options.compiled.cues[index].id} was not ${sentMs === null ? 'given' : 'answered'}.`);
  }
  return said;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
