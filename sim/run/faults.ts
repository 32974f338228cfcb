import type { Findings, Played } from './findings.ts';
import { remedyFor } from './health/remedy.ts';
import { sicknessOf, stolen, strainOf } from './health/sickness.ts';

/** Above this share of viewers who could not connect before the window, it was not the event that was played. */
const RAMP_FAILURES = 0.01;

/**
 * Why the generator could not keep up, worker by worker: one that is sick must not hide among healthy ones. Then what to change, by the
 * worker that was sick for the longest.
 */
export function unhealthy({ options, fleet, health, cues, playedMs }: Played): string[] {
  const { compiled, fromMs } = options;
  const { lateStartP99Ms } = compiled.health;
  const said: string[] = [];
  if (playedMs === 0) return said;
  const played = { bounds: compiled.health, fromMs, scale: compiled.scale };
  const sick: number[] = [];
  for (let shard = 0; shard < fleet.size; shard++) {
    const found = sicknessOf(health, shard, fleet.done(shard)?.health.delays ?? null, played);
    if (found.length > 0) sick.push(shard);
    said.push(...found);
  }
  const [worst] = sick.toSorted((a, b) => health.workers[b].invalidSeconds - health.workers[a].invalidSeconds);
  if (worst !== undefined) said.push(remedyFor(strainOf(health, worst, compiled.scale)));
  said.push(...stolen(health, played));
  if (health.stallMaxMs > compiled.health.stallMs) {
    said.push(
      `The coordinator, which gives the host's cues, stood still for ${ms(health.stallMaxMs)}, bound ${ms(compiled.health.stallMs)}.`,
    );
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
