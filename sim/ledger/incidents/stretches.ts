import type { History } from '../history.ts';

/** Whether a stretch in which the generator could not keep up lies between these times, or touches them. */
export function isUnsound({ invalid }: History, fromMs: number, untilMs: number): boolean {
  return invalid.some((stretch) => stretch.fromMs <= untilMs && stretch.untilMs >= fromMs);
}
