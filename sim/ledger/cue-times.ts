import type { GivenCue } from './history.ts';

/** From then on a cue has surely been carried out; never, when its answer is missing. */
export function certainFromMs({ status, answeredMs }: GivenCue): number {
  return status === 'done' ? (answeredMs ?? Infinity) : Infinity;
}

/** Whether a cue may have been carried out between two moments, give or take `slackMs`. */
export function mayFallBetween(cue: GivenCue, fromMs: number, untilMs: number, slackMs: number): boolean {
  return cue.sentMs - slackMs <= untilMs && certainFromMs(cue) + slackMs >= fromMs;
}
