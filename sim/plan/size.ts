import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Scenario } from '../scenario/schema/scenario.ts';
import { expectedPeak, expectedViews } from './choose.ts';
import type { PlanWindow } from './engine.ts';

/** How large what a plan plays is, before anything is played. */
export interface Size {
  /** Expected viewers who enter. */
  readonly views: number;
  /** Expected most viewers at once. */
  readonly peakViewers: number;
}

export function sizeOf(compiled: CompiledScenario, window: PlanWindow): Size {
  return { views: expectedViews(compiled, window), peakViewers: expectedPeak(compiled, window) };
}

/** The most of each. */
export function largest(sizes: readonly Size[]): Size {
  return {
    views: Math.max(...sizes.map(({ views }) => views)),
    peakViewers: Math.max(...sizes.map(({ peakViewers }) => peakViewers)),
  };
}

/**
 * Those of the variants whose audience is not that of `scenario`, one of each kind. Most sweeps and assumptions leave the audience as it
 * is, and to compile a long event only to find that out takes a tenth of a second.
 */
export function otherAudiences(scenario: Scenario, variants: readonly Scenario[]): Scenario[] {
  const seen = new Set([audienceOf(scenario)]);
  return variants.filter((variant) => {
    const audience = audienceOf(variant);
    if (seen.has(audience)) return false;
    seen.add(audience);
    return true;
  });
}

/** All of a scenario that who is there when hangs on, for comparing. */
function audienceOf({ duration, audience, rooms, personas, bots, show }: Scenario): string {
  const stays = Object.entries(personas).map(([id, { share, dwell }]) => [id, share, dwell]);
  const raids = show.map((cue) => (cue.cue === 'raid' ? cue : null));
  return JSON.stringify([duration, audience, rooms, stays, bots, raids]);
}
