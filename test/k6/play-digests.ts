import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { YesWorld } from '../crowd/yes-world.ts';

/** Plays the whole event in the world that says yes: digests of what viewers did of themselves and in reaction, with counts. */
export function playDigests(scenario: CompiledScenario): string {
  const { crowd } = new YesWorld(scenario).play(1000);
  return [crowd.selfDigest, crowd.reactionDigest].map((digest) => `${digest.hex()} ${digest.count}`).join(' ');
}
