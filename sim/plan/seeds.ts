import { mix32 } from '../crowd/rng.ts';

/**
 * The seed of one Monte Carlo run: a function of the plan's seed and the number of the run, and of nothing else. So run 17 is the
 * same however many runs and workers there are, and the same crowd comes to every variant of a comparison or a sweep (common
 * random numbers). Both halves go through bijections of the run's number: no two runs of a plan share a half.
 */
export function seedOfRun(seedHi: number, seedLo: number, run: number): { seedHi: number; seedLo: number } {
  return {
    seedHi: mix32(mix32(seedHi + Math.imul(run, 0x85ebca6b)) ^ mix32(seedLo ^ 0x510e527f)),
    seedLo: mix32(mix32(seedLo + Math.imul(run, 0x9e3779b1)) ^ mix32(seedHi ^ 0x1f83d9ab)),
  };
}
