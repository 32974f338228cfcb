import { chance, draw, PURPOSE } from '../crowd/rng.ts';
import type { Rows } from '../crowd/rows.ts';

/** Whether the lag of this viewer is measured on arrival: the same viewers in every run of a seed. `share`: 0 to 1. */
export function isProbe({ keyA, keyB }: Rows, row: number, share: number): boolean {
  return share >= 1 || chance(draw(keyA[row], keyB[row], PURPOSE.probe, 0), share);
}
